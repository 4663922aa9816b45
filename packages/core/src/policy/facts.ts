import type { Region } from '@anytune/catalogue'
import type { Offering } from '../driver.ts'
import type { PlanTerm } from '../plan/plan-document.ts'

/** All that a policy judges by, as JSON. */
export interface PolicyFacts {
  /** `train`: data is sent and a model made. `serve`: a model answers questions. */
  readonly operation: 'train' | 'serve'
  readonly offering: Offering
  /** The terms of the offering, on record and as the account has them set, each once. Empty: nothing is on record. */
  readonly terms: readonly PlanTerm[]
  /** What settings of an account would make of the terms: an attestation of one puts these in their place. */
  readonly variants: readonly FactVariant[]
  /** Where the account's own resource is, as far as it is known. */
  readonly region?: Region
  /** Of training: what is sent. Of serving: what the model was trained on; empty where that is not known. */
  readonly data: readonly JudgedData[]
  /** Of serving: the model answers already; a record that is too old then says what it said. */
  readonly isServing?: boolean
  /** ISO 8601: the moment that is judged. */
  readonly at: string
}

/** A dataset as far as a policy judges it. */
export interface JudgedData {
  /** For messages: `the training dataset train.jsonl`. */
  readonly what: string
  readonly class?: string
  /** How many of each kind of personal data a scan found; absent: it was not looked for. Of serving it is not judged. */
  readonly personal?: Readonly<Record<string, number>>
}

/** A variant of the catalogue, its terms as old as they are now. */
export interface FactVariant {
  readonly setting: string
  readonly terms: readonly PlanTerm[]
}
