import type { OpenAI } from 'openai'
import { json } from '../server/answer.ts'
import type { Answer } from '../server/service.ts'
import { BASE_MODELS, daySeconds, type BaseModel } from './base-models.ts'
import { seconds, type DataCall } from './data-call.ts'
import { tunedModels, type TunedModel } from './models.ts'
import { notFound } from './refusal.ts'

/** Base models and the resource's own tuned ones, each surface in its own shape. */
export function listModels(call: DataCall): Answer {
  return json(200, { object: 'list', data: all(call) })
}

export function getModel(call: DataCall): Answer {
  const id = call.params['model'] ?? ''
  const model = all(call).find((one) => one.id === id)
  if (model === undefined) throw notFound('model', id)
  return json(200, model)
}

function all({ account, surface }: DataCall) {
  const { base, tuned } = SHAPES[surface]
  return [...BASE_MODELS.map(base), ...tunedModels(account).map(tuned)]
}

interface Shapes<Answer> {
  base(model: BaseModel): Answer
  tuned(model: TunedModel): Answer
}

const SHAPES: { readonly v1: Shapes<OpenAI.Model>; readonly dated: Shapes<{ readonly id: string }> } = {
  /** `OpenAI.Model`. */
  v1: {
    base: (base) => ({ id: base.id, object: 'model', created: created(base), owned_by: 'azure-openai' }),
    tuned: ({ id, createdAt }) => ({ id, object: 'model', created: seconds(createdAt), owned_by: 'azure-openai' }),
  },
  /** `Model`, with the days on which it ends. */
  dated: {
    base: (base) => ({
      id: base.id,
      object: 'model',
      status: 'succeeded',
      created_at: created(base),
      capabilities: CAPABILITIES,
      lifecycle_status: LIFECYCLES[base.lifecycle],
      deprecation: { fine_tune: daySeconds(base.retires.training), inference: daySeconds(base.retires.inference) },
    }),
    tuned: ({ id, createdAt, base, job }) => ({
      id,
      object: 'model',
      status: 'succeeded',
      created_at: seconds(createdAt),
      model: base.id,
      fine_tune: job.id,
      capabilities: CAPABILITIES,
      lifecycle_status: 'generally-available',
      deprecation: { inference: daySeconds(base.retires.tunedInference) },
    }),
  },
}

const LIFECYCLES: Record<BaseModel['lifecycle'], 'deprecating' | 'deprecated'> = {
  Legacy: 'deprecating',
  Deprecated: 'deprecated',
}

const CAPABILITIES = { fine_tune: true, inference: true, completion: false, chat_completion: true, embeddings: false }

/** The day in the model's name. */
function created({ version }: BaseModel): number {
  return daySeconds(version)
}
