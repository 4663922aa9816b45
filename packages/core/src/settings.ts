import type { Calls } from './calls.ts'
import type { Journal } from './operation/journal.ts'

/** What one tuner's runs, models and deployments share. */
export interface Settings {
  readonly calls: Calls
  readonly journal: Journal
  readonly profile: string
}
