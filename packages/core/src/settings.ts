import type { Catalogue } from '@anytune/catalogue'
import type { Calls } from './calls.ts'
import type { Journal } from './operation/journal.ts'

/** What one tuner's runs, models and deployments share. */
export interface Settings {
  readonly calls: Calls
  readonly journal: Journal
  readonly profile: string
  /** What is on record of offerings: prices, ends, rules, terms. */
  readonly catalogue: Catalogue
  /** The clock that dates plans and judges ends and ages of records. */
  readonly now: () => Date
}
