import type { OpenAI } from 'openai'
import type { Clock } from '../clock.ts'
import { json } from '../server/answer.ts'
import type { ModelArtifact } from '../training/life.ts'
import type { OpenAIAccount, TunedModel } from './account.ts'
import { BASE_MODELS, findBaseModel, type BaseModel } from './base-models.ts'
import { readQuery, type OpenAIHandler } from './call.ts'
import { refuse } from './refusal.ts'
import { bringUpToDate } from './stored-job.ts'

export const listModels: OpenAIHandler = (call) => {
  const { account, context } = call
  readQuery(call)
  bringUpToDate(account, context.clock)
  const bases = BASE_MODELS.filter((model) => isServed(account, model, context.clock))
  const tuned = account.tunedModels
    .list()
    .filter((model) => isServed(account, findBaseModel(model.base), context.clock))
  const data = [...bases.map(showBaseModel), ...tuned.map((model) => showTunedModel(account, model))]
  return json(200, { object: 'list', data } satisfies { object: 'list'; data: OpenAI.Model[] })
}

export const retrieveModel: OpenAIHandler = (call) => {
  const { account, context, params } = call
  readQuery(call)
  bringUpToDate(account, context.clock)
  const id = params['model'] ?? ''
  const base = findBaseModel(id)
  if (base !== undefined && isServed(account, base, context.clock)) return json(200, { ...showBaseModel(base), id })
  const tuned = account.tunedModels.look(id)
  if (tuned === undefined || !isServed(account, findBaseModel(tuned.base), context.clock)) throw modelNotFound(id)
  return json(200, showTunedModel(account, tuned))
}

export const deleteModel: OpenAIHandler = (call) => {
  const { account, context, params } = call
  readQuery(call)
  bringUpToDate(account, context.clock)
  const id = params['model'] ?? ''
  if (findBaseModel(id) !== undefined) {
    throw refuse(403, {
      message: 'You have insufficient permissions for this operation.',
      code: 'insufficient_permissions',
    })
  }
  if (!account.tunedModels.remove(id)) throw modelNotFound(id)
  return json(200, { id, object: 'model', deleted: true } satisfies OpenAI.ModelDeleted)
}

/** A model that answers: its name in the vendor's answers, and its files when it was trained here. */
export interface ServedModel {
  readonly id: string
  readonly artifact: ModelArtifact | undefined
}

/** The model that a name means, an alias or a checkpoint included; refused as the vendor does when there is none. */
export function servedModel(account: OpenAIAccount, name: string, clock: Clock): ServedModel {
  bringUpToDate(account, clock)
  const base = findBaseModel(name)
  if (base !== undefined && isServed(account, base, clock)) return { id: base.id, artifact: undefined }
  const tuned = account.tunedModels.peek(name) ?? findCheckpoint(account, name)
  if (tuned === undefined || !isServed(account, findBaseModel(tuned.base), clock)) throw modelNotFound(name)
  return { id: name, artifact: tuned.artifact }
}

/** Whether a model still is there, as far as shutdown dates are enforced. */
export function isServed({ settings }: OpenAIAccount, base: BaseModel | undefined, clock: Clock): boolean {
  if (base === undefined) return false
  if (!settings.enforceShutdowns || base.shutdownDate === null) return true
  return clock.now() < Date.parse(base.shutdownDate)
}

export function modelNotFound(id: string) {
  const message = `The model '${id}' does not exist or you do not have access to it.`
  return refuse(404, { message, code: 'model_not_found', param: 'model' })
}

function findCheckpoint(account: OpenAIAccount, name: string) {
  for (const { base, checkpoints } of account.jobs.all()) {
    const found = checkpoints.find(({ model }) => model === name)
    if (found !== undefined) return { base, artifact: found.artifact }
  }
  return undefined
}

function showBaseModel({ id, created, shutdownDate }: BaseModel): OpenAI.Model {
  return { id, object: 'model', created, owned_by: 'system', shutdown_date: shutdownDate }
}

function showTunedModel({ organization }: OpenAIAccount, { id, created, base }: TunedModel): OpenAI.Model {
  const shutdownDate = findBaseModel(base)?.shutdownDate ?? null
  return { id, object: 'model', created, owned_by: organization, shutdown_date: shutdownDate }
}
