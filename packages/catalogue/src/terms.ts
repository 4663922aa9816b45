import type { Evidence } from './evidence.ts'
import type { Place } from './places/place.ts'

/**
 * What a term is about. `prompt-cache`: what is held in memory near the hardware, never at rest. `usage-data`: what software tells its
 * maker about its use. `account`: the account's own setting, whatever of the others it covers.
 */
export const DATA_CLASSES = [
  'training-file',
  'tuned-model',
  'job-record',
  'inference',
  'prompt-cache',
  'abuse-log',
  'usage-data',
  'account',
] as const
/** What a term is about; see {@link DATA_CLASSES}. */
export type DataClass = (typeof DATA_CLASSES)[number]

/** The terms there are, and what each may say. Any of them may also be `unknown`. */
export interface TermValues {
  /** How long the vendor keeps it: days at most, `0` for not at all, or until the customer deletes it. */
  readonly retention: number | 'until-deleted'
  /** Where it lies. */
  readonly 'storage-location': Place
  /** Where it is computed on; for a training file: where the training runs. */
  readonly 'processing-location': Place
  /** Whether the vendor trains its own models on it. */
  readonly 'training-use': 'no' | 'with-permission' | 'yes'
  /** Whether people at the vendor may read it. */
  readonly 'human-review': 'no' | 'possible'
  /** Whether the customer can hold the key that it is encrypted with; of an account: whether it does. */
  readonly 'customer-keys': KeptByCustomer
  /** Whether traffic can stay off the public internet; of an account: whether the public internet is shut out. */
  readonly 'private-network': KeptByCustomer
  /** Whether the customer can delete it through the API. */
  readonly deletion: 'by-api' | 'not-possible'
  /** Whether the vendor's zero-retention contract covers it. */
  readonly 'zero-retention': 'covered' | 'not-covered'
  /** Whether it is sent to the maker: unless one says no, or only once one says yes. */
  readonly telemetry: 'none' | 'opt-out' | 'opt-in'
}

/** `no` and `optional` are what an offering lets a customer do; `in-use` and `not-in-use` what an account does. */
type KeptByCustomer = 'no' | 'optional' | 'in-use' | 'not-in-use'

/** The name of a term. */
export type TermName = keyof TermValues

/**
 * One term of one data class. `unknown` is a statement too: nobody could settle it, and `note` says why.
 */
export type TermRecord = {
  [T in TermName]: Evidence & {
    readonly dataClass: DataClass
    readonly term: T
    readonly value: TermValues[T] | 'unknown'
    /** Under what it holds, or what is excepted; each a phrase. */
    readonly conditions?: readonly string[]
  }
}[TermName]

/** Something an account can have set, or agreed with the vendor, and the terms that hold then in the place of the usual ones. */
export interface VariantRecord extends Evidence {
  /** Its id: `openai/zero-retention`. */
  readonly setting: string
  readonly title: string
  /** `live`: the vendor has an operation that reads it. `attested`: nothing but the customer's own word tells. */
  readonly told: 'live' | 'attested'
  readonly terms: readonly TermRecord[]
}

/** A term as it holds for an account. */
export type TermInForce = TermRecord & {
  /** The setting that put it in the place of the usual one. */
  readonly setting?: string
}

/** The terms of an offering for an account that has these settings: of several that say something about one thing the last on record wins. */
export function termsUnder(
  { terms, variants }: { readonly terms: readonly TermRecord[]; readonly variants: readonly VariantRecord[] },
  settings: readonly string[],
): readonly TermInForce[] {
  const inForce = variants
    .filter(({ setting }) => settings.includes(setting))
    .flatMap(({ setting, terms: changed }) => changed.map((term): TermInForce => ({ ...term, setting })))
  return [...new Map([...terms, ...inForce].map((term) => [subjectOf(term), term])).values()]
}

/** What a term is about, as one text: no offering has two with the same. */
export function subjectOf({ dataClass, term }: Pick<TermRecord, 'dataClass' | 'term'>): string {
  return `${dataClass} ${term}`
}
