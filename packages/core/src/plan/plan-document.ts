import type { FormatId, Hyperparameters, Method, PreflightCheck } from '../driver.ts'
import type { PlanWarning } from '../support.ts'

/** What will be trained on, as it was when the plan was made. Counts and digests only: no row content. */
export interface PlannedDataset {
  readonly role: 'training' | 'validation'
  /** Where the rows are read again at start: an absolute path; absent for rows that were given in memory. */
  readonly path?: string
  readonly name: string
  /** The user's own word for how sensitive it is. */
  readonly class?: string
  /** The format of the file as given. */
  readonly format: FormatId
  /** Non-blank lines of the file as given. */
  readonly examples: number
  readonly rejected: { readonly count: number; readonly byRule: Readonly<Record<string, number>> }
  /** What is sent: the accepted rows in the provider's format. */
  readonly encoded: {
    readonly format: FormatId
    readonly bytes: number
    readonly rows: number
    readonly sha256: string
  }
}

/** What a plan costs, as far as it is known. Never zero for want of a price. */
export type PlanCost =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * What `start` will do, as a versioned JSON document: what is created where, what leaves, for whom, under which terms, at what cost,
 * what cannot be undone, and until when the result can be served.
 */
export interface Plan {
  readonly version: 1
  /** ISO 8601. */
  readonly createdAt: string
  /** Lower-case hex SHA-256 of the rest of the document, so that an edited plan is noticed. */
  readonly digest: string
  readonly profile: string
  readonly provider: string
  readonly scope: string
  readonly offering: { readonly id: string; readonly title: string; readonly egress: 'none' | 'provider' }
  readonly baseModel: string
  readonly method: Method
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly suffix?: string
  readonly seed?: number
  readonly metadata?: Readonly<Record<string, string>>
  /** This provider's own options. */
  readonly providerOptions: Readonly<Record<string, unknown>>
  readonly datasets: readonly PlannedDataset[]
  /** True when rejected rows are left out instead of failing the plan. */
  readonly skipRejected: boolean
  readonly creates: readonly string[]
  readonly leaves: readonly string[]
  readonly terms: 'unknown' | 'not-applicable'
  readonly policy: { readonly configured: boolean; readonly verdict: 'permit'; readonly note: string }
  readonly cost: PlanCost
  readonly irreversible: readonly string[]
  /** ISO 8601, or why no date is known. */
  readonly servableUntil: string
  readonly preflight: readonly PreflightCheck[]
  readonly warnings: readonly PlanWarning[]
  /** Namespaces of providerOptions that are for other providers, listed so that nothing is ignored in silence. */
  readonly ignored: readonly string[]
}
