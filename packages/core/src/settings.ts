import type { Catalogue } from '@anytune/catalogue'
import type { Calls } from './calls.ts'
import type { LineageFiles } from './lineage/lineage-files.ts'
import type { Journal } from './operation/journal.ts'
import type { Policy } from './policy/policy-document.ts'
import type { Asked } from './serve/asked.ts'

/** What one tuner's runs, models and deployments share. */
export interface Settings {
  readonly calls: Calls
  readonly journal: Journal
  /** Where the manifests of staged datasets are kept; undefined: none are. */
  readonly lineage: LineageFiles | undefined
  readonly asked: Asked
  readonly profile: string
  /** What is on record of offerings: prices, ends, rules, terms. */
  readonly catalogue: Catalogue
  /** What is demanded of whoever takes the data; undefined: nothing, and every plan says so. */
  readonly policy: Policy | undefined
  /** The clock that dates plans and judges ends and ages of records. */
  readonly now: () => Date
}
