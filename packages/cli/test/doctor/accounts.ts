import type { Deployment, FineTunedModel, Job, RunSummary, StagedDataset } from '@anytune/core'
import type { Account, Reading } from '../../src/doctor/account.ts'
import type { Examination } from '../../src/doctor/inventory.ts'
import type { Knowledge } from '../../src/doctor/known.ts'

/** The present of these tests. */
export const NOW = new Date('2026-12-20T10:00:00Z')

const NOTHING_KNOWN: Knowledge = {
  closes: undefined,
  closesForSome: [],
  trainingEnds: () => undefined,
  servingEnds: () => undefined,
  deploymentLifetimes: () => [],
  hourlyPrice: () => ({ unknown: 'nothing is on record of this offering' }),
}

export function examination(knowledge: Partial<Knowledge> = {}, horizonDays = 30): Examination {
  return { now: NOW, horizonDays, knowledge: { ...NOTHING_KNOWN, ...knowledge } }
}

/** A fact of the catalogue. */
export const ON_RECORD = {
  by: 'catalogue',
  source: { title: 'Deprecations', url: 'https://vendor.example/deprecations', readOn: '2026-11-22' },
  grade: 'third-party',
} as const

export function read<T>(...items: readonly T[]): Reading<T> {
  return { state: 'read', items }
}

export function account(over: Partial<Account> = {}): Account {
  return {
    profile: 'main',
    provider: 'acme',
    scope: 'account/1',
    datasets: read(),
    jobs: read(),
    models: read(),
    deployments: read(),
    runs: read(),
    ...over,
  }
}

export function model(id: string, over: Partial<FineTunedModel> = {}): FineTunedModel {
  return { id, raw: {}, ...over }
}

export function deployment(id: string, over: Partial<Deployment> = {}): Deployment {
  return { id, status: 'ready', rawStatus: 'Succeeded', target: id, raw: {}, ...over }
}

export function job(id: string, over: Partial<Job> = {}): Job {
  return { id, status: 'running', rawStatus: 'running', raw: {}, ...over }
}

export function dataset(id: string, over: Partial<StagedDataset> = {}): StagedDataset {
  return { id, status: 'ready', rawStatus: 'processed', raw: {}, ...over }
}

export function run(id: string, state: RunSummary['state'], over: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    reference: `anytune://acme/account%2F1/run/${id}`,
    createdAt: new Date('2026-12-01T00:00:00Z'),
    profile: 'main',
    provider: 'acme',
    baseModel: 'base-1',
    method: 'supervised',
    state,
    ...over,
  }
}
