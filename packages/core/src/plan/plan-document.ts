import type { FormatId, Hyperparameters, Method, PreflightCheck, TermsCheck } from '../driver.ts'
import type { DataClass, PricedItem, PriceUnit, Region, TermName, TermRecord } from '@anytune/catalogue'
import type { Layout, Limit, TokenStatistics } from '@anytune/dataset'
import type { Judgement } from '../policy/judgement.ts'
import type { PlanWarning } from '../support.ts'
import type { AllowableFinding } from './allow.ts'
import type { PlanEvidence } from './evidence.ts'

/** Counts of what a scan found; that nothing was found proves little. */
export interface FoundInDataset {
  readonly personal: FoundCounts
  /** Values beside words for passwords. A secret without doubt refuses the plan. */
  readonly possibleSecrets: FoundCounts
}

interface FoundCounts {
  readonly count: number
  readonly rows: number
  /** Kinds without a finding are absent. */
  readonly byKind: Readonly<Record<string, number>>
}

/** What will be trained on, as it was when the plan was made. Counts and digests only: no row content. */
export interface PlannedDataset {
  readonly role: 'training' | 'validation'
  /** Where the rows are read again at start: an absolute path; absent for rows that were given in memory. */
  readonly path?: string
  /** How the file is read, where its name and its first bytes do not tell. */
  readonly layout?: Layout
  readonly name: string
  /** The user's own word for how sensitive it is. */
  readonly class?: string
  /** The format of the file as given. */
  readonly format: FormatId
  /** Non-blank lines of the file as given. */
  readonly examples: number
  readonly rejected: { readonly count: number; readonly byRule: Readonly<Record<string, number>> }
  /** In the rows of the file as given; absent in plans of earlier versions. */
  readonly found?: FoundInDataset
  /** What is sent: the accepted rows in the provider's format. */
  readonly encoded: {
    readonly format: FormatId
    readonly bytes: number
    readonly rows: number
    readonly sha256: string
  }
  /** Absent where nothing on record depends on how many there are. */
  readonly tokens?: PlannedTokens
}

/** The tokens of a dataset, in numbers alone. */
export type PlannedTokens = Pick<TokenStatistics, 'method' | 'total' | 'unsure' | 'max' | 'attachments' | 'truncated'>

/** One thing that costs money, or of which nobody knows what it costs. A bound of 0 is a price of nothing on record. */
export type CostLine =
  | {
      readonly item: PricedItem
      /** What the amounts are for: the whole run, one epoch of it, an hour of a deployment, a month of storage, tokens asked or answered. */
      readonly per: 'run' | 'epoch' | PriceUnit
      readonly low: number
      readonly high: number
      readonly currency: string
      readonly evidence: PlanEvidence
    }
  | { readonly item: PricedItem; readonly unknown: string; readonly evidence?: PlanEvidence }

/**
 * What training costs, as far as it is known, never zero for want of a price; `lines` have the rest besides: what the result costs
 * afterwards. An `estimate` is a pair of bounds.
 */
export type PlanCost =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string; readonly lines?: readonly CostLine[] }
  | {
      readonly kind: 'estimate'
      readonly low: number
      readonly high: number
      /** ISO 4217. */
      readonly currency: string
      /** `epoch` when the number of epochs is left to the provider. */
      readonly per: 'run' | 'epoch'
      readonly lines: readonly CostLine[]
      /** How the bounds were reached, as sentences. */
      readonly assumptions: readonly string[]
    }

/** A term on record of where the run trains, or of where its result would be served. */
export interface PlanTerm extends SaidTerm {
  /** Id of the offering it is of. */
  readonly offering: string
  readonly dataClass: DataClass
  readonly term: TermName
  /** How it is for this account, where that was read: beside the record, which says how it is for others. */
  readonly live?: SaidTerm & {
    /** The setting of the account by which it is so, an id of the catalogue; absent where the account says the term itself. */
    readonly setting?: string
  }
}

/** What is said of a term, and how that is known. */
export interface SaidTerm {
  /** As in the record; `unknown` also when the record is too old. */
  readonly value: TermRecord['value']
  /** What a record that is too old said. */
  readonly once?: TermRecord['value']
  readonly conditions?: readonly string[]
  readonly evidence: PlanEvidence
}

/** What was read of the account's own settings. */
export interface PlanVerified {
  /** ISO 8601. */
  readonly at: string
  /** Where the account's resource is, where it has a place of its own. */
  readonly region?: Region
  /** Settings in force, by their ids in the catalogue. */
  readonly settings: readonly string[]
  readonly checks: readonly TermsCheck[]
}

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
  /** `unknown`: nothing is on record; `not-applicable`: nothing leaves. */
  readonly terms: 'unknown' | 'not-applicable' | readonly PlanTerm[]
  /** Absent where nothing leaves, or where the adapter cannot ask the account. */
  readonly verified?: PlanVerified
  /** What the policy said when the plan was made. Only what it permits can be started. */
  readonly policy: Judgement
  readonly cost: PlanCost
  readonly irreversible: readonly string[]
  /** ISO 8601, or why no date is known. The result answers until then, not on that day. */
  readonly servableUntil: string
  /** Rules on record for single rows, by which rows were judged when the plan was made, and are when they are staged; absent: none. */
  readonly limits?: readonly Limit[]
  /** Findings of the catalogue that the request allowed; absent: none. */
  readonly allow?: readonly AllowableFinding[]
  readonly preflight: readonly PreflightCheck[]
  readonly warnings: readonly PlanWarning[]
  /** Namespaces of providerOptions that are for other providers, listed so that nothing is ignored in silence. */
  readonly ignored: readonly string[]
}
