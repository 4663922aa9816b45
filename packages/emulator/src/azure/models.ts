import type { ModelArtifact } from '../training/life.ts'
import type { AzureAccount } from './account.ts'
import { findBaseModel, type BaseModel } from './base-models.ts'
import type { DeployedModel } from './deployments.ts'
import { checkpointsOf, type AzureJob } from './jobs.ts'

/** A model that a job has made. */
export interface TunedModel {
  readonly id: string
  readonly base: BaseModel
  readonly job: AzureJob
  /** Milliseconds of the emulator's clock. */
  readonly createdAt: number
  readonly artifact: ModelArtifact
}

/** What a deployment can serve. */
export interface Servable {
  readonly base: BaseModel
  readonly tuned: boolean
  /** Undefined for a base model. */
  readonly artifact: ModelArtifact | undefined
}

/** The resource's tuned models, oldest first. */
export function tunedModels(account: AzureAccount): readonly TunedModel[] {
  return account.jobs.all().flatMap((job) => modelOf(job) ?? [])
}

/** What a job names as its model: a base model, a tuned one of the same resource, or a checkpoint. */
export function findTunable(account: AzureAccount, id: string): Servable | undefined {
  const base = findBaseModel(id)
  return base === undefined ? findTuned(account, id) : { base, tuned: false, artifact: undefined }
}

/** What a deployment names as its model. */
export function findServable(account: AzureAccount, { name, version }: DeployedModel): Servable | undefined {
  const base = findBaseModel(name, version)
  return base === undefined ? findTuned(account, name) : { base, tuned: false, artifact: undefined }
}

/** Whether a day on which something ends has come, for a resource to which that matters. */
export function hasRetired({ settings }: AzureAccount, day: string, now: number): boolean {
  return settings.enforceRetirements && now >= Date.parse(`${day}T00:00:00Z`)
}

/** The model that a job has made; undefined while it has none. */
export function modelOf(job: AzureJob): TunedModel | undefined {
  const { phase, model, finishedAt } = job.life.look()
  if (phase !== 'succeeded' || model === undefined || finishedAt === undefined) return undefined
  return { id: job.modelId, base: job.base, job, createdAt: finishedAt, artifact: model }
}

function findTuned(account: AzureAccount, id: string): Servable | undefined {
  for (const job of account.jobs.all()) {
    const made = [modelOf(job), ...checkpointsOf(job)].find((one) => one?.id === id)
    if (made !== undefined) return { base: job.base, tuned: true, artifact: made.artifact }
  }
  return undefined
}
