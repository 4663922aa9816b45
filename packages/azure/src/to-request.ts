import type { Attempt, JobSpec } from '@anytune/core/driver'
import { type Reinforcement, toCreateBody } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import { ASKED } from './names.ts'
import type { TrainingType } from './options.ts'
import type { AzureJobOptions } from './request-options.ts'

/** The request for a job: OpenAI's, with what only Azure knows. The SDK's types lack `trainingType`; the service needs it. */
export type AzureJobRequest = OpenAI.FineTuning.JobCreateParams & { readonly trainingType: TrainingType }

const DIALECT = { hyperparametersForm: 'method', metadata: true } as const

/** The body of the request for a job. Nothing is left out that was asked for, and the method is the one that was asked for. */
export function toJobRequest(spec: JobSpec, attempt: Attempt, trainingType: TrainingType): AzureJobRequest {
  // As `options.job` returned it.
  const chosen = spec.providerOptions as AzureJobOptions
  const { weightsAndBiases, reinforcement } = chosen
  const { responseFormat, ...graded } = reinforcement ?? {}
  const body = toCreateBody(remembering(spec), attempt, DIALECT, {
    // Without the response format these are the shared wire shape's own options.
    reinforcement: reinforcement && (graded as Reinforcement),
    ...(weightsAndBiases && { integrations: [{ type: 'wandb', wandb: mutable(weightsAndBiases) }] }),
  })
  return {
    ...body,
    ...(body.method && responseFormat && { method: sampledAs(body.method, responseFormat) }),
    trainingType: chosen.trainingType ?? trainingType,
  }
}

type RequestMethod = NonNullable<OpenAI.FineTuning.JobCreateParams['method']>

/** Azure samples in a format of the user's choosing; OpenAI's types have no word for it. */
function sampledAs(method: RequestMethod, response_format: object): RequestMethod {
  const { reinforcement } = method
  return reinforcement === undefined
    ? method
    : { ...method, reinforcement: Object.assign({ response_format }, reinforcement) }
}

/** The service is known to take other numbers than it was given without a word: what was asked for stays with the job. */
function remembering(spec: JobSpec): JobSpec {
  const asked = JSON.stringify(spec.hyperparameters)
  return asked === '{}' ? spec : { ...spec, metadata: { ...spec.metadata, [ASKED]: asked } }
}

type Wandb = NonNullable<AzureJobOptions['weightsAndBiases']>

function mutable({ tags, ...rest }: Wandb): Omit<Wandb, 'tags'> & { tags?: string[] } {
  return { ...rest, ...(tags && { tags: [...tags] }) }
}
