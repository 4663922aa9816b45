import type { Evidence } from './evidence.ts'
import type { Place } from './places/place.ts'

/** What a term is about. */
export type DataClass = 'training-file' | 'tuned-model' | 'job-record' | 'inference' | 'abuse-log'

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
  /** Whether the customer can hold the key that it is encrypted with. */
  readonly 'customer-keys': 'no' | 'optional'
  /** Whether traffic can stay off the public internet. */
  readonly 'private-network': 'no' | 'optional'
  /** Whether the customer can delete it through the API. */
  readonly deletion: 'by-api' | 'not-possible'
  /** Whether the vendor's zero-retention contract covers it. */
  readonly 'zero-retention': 'covered' | 'not-covered'
}

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
