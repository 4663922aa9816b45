import type { Deployment, FineTunedModel, Job, RunSummary, StagedDataset } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'

/** One list of an account, as far as it could be read: `items` then holds what came before the error. */
export type Reading<T> =
  | { readonly state: 'read'; readonly items: readonly T[] }
  /** The provider has no such list. */
  | { readonly state: 'not-offered'; readonly items: readonly [] }
  | { readonly state: 'could-not-read'; readonly items: readonly T[]; readonly error: AnytuneError }

/** What an account holds, and what the journal beside the configuration says of the runs on it. */
export interface Account {
  readonly profile: string
  readonly provider: string
  readonly scope: string
  readonly datasets: Reading<StagedDataset>
  readonly jobs: Reading<Job>
  readonly models: Reading<FineTunedModel>
  readonly deployments: Reading<Deployment>
  readonly runs: Reading<RunSummary>
}

/** The lists of an account, in the order in which they are read. */
export const LISTS = ['datasets', 'jobs', 'models', 'deployments', 'runs'] as const
export type ListName = (typeof LISTS)[number]
