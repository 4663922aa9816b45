import type { Deployment, FineTunedModel, Job, StagedDataset } from '@anytune/core'
import type { Account } from './account.ts'
import { earliest } from './knowledge.ts'
import { endFrom, hoursBetween, saidByProvider, type Basis, type End, type Knowledge, type KnownEnd } from './known.ts'

/** What is known, and how things are judged. */
export interface Examination {
  readonly now: Date
  /** Days: what ends within them is urgent. */
  readonly horizonDays: number
  readonly knowledge: Knowledge
}

/** A fine-tuned model; without `end` nobody known says how long it answers. */
export interface ModelState {
  readonly id: string
  readonly baseModel?: string
  readonly createdAt?: Date
  readonly job?: string
  readonly end?: End
}

/** What a deployment costs: an hour, and since it was made where the provider says when that was. */
export type Cost =
  | {
      readonly kind: 'priced'
      readonly perHour: number
      /** ISO 4217. */
      readonly currency: string
      readonly hours?: number
      readonly soFar?: number
      readonly basis: Basis
    }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface DeploymentState {
  readonly id: string
  readonly status: string
  readonly rawStatus: string
  readonly model?: string
  readonly createdAt?: Date
  /** Absent: the provider does not say, or there was no use. */
  readonly lastUsedAt?: Date
  /** Its last use, or when it was made where there was none. Absent: the provider does not say. */
  readonly unusedSince?: Date
  readonly cost: Cost
  /** When it is removed or its model answers no more, whichever is first. */
  readonly end?: End
}

export interface JobState {
  readonly id: string
  readonly status: string
  readonly rawStatus: string
  readonly baseModel?: string
  readonly createdAt?: Date
  readonly model?: string
}

export interface DatasetState {
  readonly id: string
  readonly name?: string
  readonly status: string
  readonly bytes?: number
  readonly createdAt?: Date
  readonly end?: End
}

/** Everything an account holds, with the time that is left for each. */
export interface Inventory {
  readonly models: readonly ModelState[]
  readonly deployments: readonly DeploymentState[]
  readonly jobs: readonly JobState[]
  readonly datasets: readonly DatasetState[]
}

/** Lists what an account holds, with the days left: by the provider's own word, else by the catalogue. */
export function takeInventory(account: Account, { now, knowledge }: Omit<Examination, 'horizonDays'>): Inventory {
  const modelEnd = (model: FineTunedModel): KnownEnd | undefined =>
    saidByProvider(model.servedUntil) ??
    (model.baseModel === undefined ? undefined : knowledge.servingEnds(model.baseModel))
  const models = new Map(account.models.items.map((model) => [model.id, model]))
  const deploymentEnd = (deployment: Deployment): KnownEnd | undefined => {
    const { endsAt, endsUnlessUsed, model } = deployment
    const served = model === undefined ? undefined : models.get(model)
    const removed = saidByProvider(endsAt, endsUnlessUsed) ?? earliest(removals(deployment, knowledge))
    return earliest([removed, served && modelEnd(served)].filter((end) => end !== undefined))
  }
  const seen = (end: KnownEnd | undefined) => end && endFrom(now, end)
  return {
    models: account.models.items.map((model) => modelState(model, seen(modelEnd(model)))),
    deployments: account.deployments.items.map((deployment) =>
      deploymentState(deployment, costOf(deployment, now, knowledge), seen(deploymentEnd(deployment))),
    ),
    jobs: account.jobs.items.map(jobState),
    datasets: account.datasets.items.map((dataset) => datasetState(dataset, seen(saidByProvider(dataset.expiresAt)))),
  }
}

/** When a deployment is removed by what is on record of its kind; one whose last use is not known may have been used just now. */
function removals({ offering, createdAt, lastUsedAt }: Deployment, knowledge: Knowledge): readonly KnownEnd[] {
  const lifetimes = offering === undefined ? [] : knowledge.deploymentLifetimes(offering)
  return lifetimes.flatMap(({ value: { hours }, counted, basis }) => {
    const since = { 'from-creation': createdAt, 'without-use': lastUsedAt }[counted]
    const value = since && new Date(since.getTime() + hours * 3_600_000)
    const unlessUsed = counted === 'without-use' && { unlessUsed: true as const }
    return value === undefined ? [] : [{ value, basis, ...unlessUsed }]
  })
}

function modelState({ id, baseModel, createdAt, job }: FineTunedModel, end: End | undefined): ModelState {
  return present({ id, baseModel, createdAt, job, end })
}

function deploymentState(deployment: Deployment, cost: Cost, end: End | undefined): DeploymentState {
  const { id, status, rawStatus, model, createdAt, lastUsedAt, endsUnlessUsed } = deployment
  // Who knows when it goes for want of use knows of every use.
  const unusedSince = lastUsedAt ?? (endsUnlessUsed ? createdAt : undefined)
  return present({ id, status, rawStatus, model, createdAt, lastUsedAt, unusedSince, cost, end })
}

function jobState({ id, status, rawStatus, baseModel, createdAt, model }: Job): JobState {
  return present({ id, status, rawStatus, baseModel, createdAt, model })
}

function datasetState({ id, name, status, bytes, createdAt }: StagedDataset, end: End | undefined): DatasetState {
  return present({ id, name, status, bytes, createdAt, end })
}

function costOf({ offering, createdAt }: Deployment, now: Date, { hourlyPrice }: Knowledge): Cost {
  if (offering === undefined) return { kind: 'unknown', reason: 'its adapter does not say how it is served' }
  const price = hourlyPrice(offering)
  if ('unknown' in price) return { kind: 'unknown', reason: price.unknown }
  const { amount: perHour, currency } = price.value
  const hours = createdAt && Math.max(0, hoursBetween(createdAt, now))
  return {
    kind: 'priced',
    perHour,
    currency,
    ...(hours !== undefined && { hours, soFar: hours * perHour }),
    basis: price.basis,
  }
}

/** The same object without its undefined members, which optional members may not be here. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const known = Object.entries(value).filter(([, member]) => member !== undefined)
  // What is left has the members and types of the original, less those that were undefined.
  return Object.fromEntries(known) as { [K in keyof T]: Exclude<T[K], undefined> }
}
