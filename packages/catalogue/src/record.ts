import type { Evidence } from './evidence.ts'
import type { TermRecord, VariantRecord } from './terms.ts'

/** Training methods by the names that core uses. */
export type MethodName = 'supervised' | 'preference' | 'reinforcement' | 'distillation' | 'continued-pretraining'

/**
 * Everything known of one offering: one provider's service in one region, tier and setting, named by the id that its adapter gives it.
 * What is not in it is unknown, never zero and never "no".
 */
export interface OfferingRecord {
  /** For example `azure/train/Standard`: the provider is what stands before the first slash. */
  readonly id: string
  readonly title: string
  /** What it is for; absent where a record of your own does not say. */
  readonly operation?: 'train' | 'serve'
  readonly models: readonly ModelRecord[]
  readonly closures: readonly ClosureRecord[]
  readonly prices: readonly PriceRecord[]
  readonly rules: readonly RuleRecord[]
  /** What files are written in. */
  readonly formats: readonly FormatRecord[]
  /** In which vocabulary tokens are counted, where it is published. */
  readonly encodings: readonly EncodingRecord[]
  readonly lifetimes: readonly LifetimeRecord[]
  readonly terms: readonly TermRecord[]
  /** What changes the terms; in order, of which the last wins. */
  readonly variants: readonly VariantRecord[]
}

/** A day on which something ends: over from its first instant (UTC). */
export interface EndRecord extends Evidence {
  /** `YYYY-MM-DD`. */
  readonly date: string
  /** `on`: it ends that day. `not-before`: the vendor promises no more than that it does not end earlier. */
  readonly certainty: 'on' | 'not-before'
}

/** How long a base model, and the models tuned from it, are there. */
export interface ModelRecord {
  /** The vendor's id of the base model, with its date where it has one. */
  readonly id: string
  /** True when it also stands for the dated versions of that id: `gpt-4` for `gpt-4-0613`. */
  readonly family?: boolean
  /** From when it takes no new jobs. */
  readonly trainableUntil?: EndRecord
  /** From when the base model itself answers no more. */
  readonly servedUntil?: EndRecord
  /** From when models that were tuned from it answer no more. */
  readonly tunedServedUntil?: EndRecord
}

/** A day from which no new job is taken, whatever the base model. */
export interface ClosureRecord extends Evidence {
  readonly id: string
  /** `YYYY-MM-DD`: closed from its first instant (UTC). */
  readonly closedFrom: string
  /** Whom it shuts out: everybody, or only those described. */
  readonly appliesTo: { readonly everybody: true } | { readonly only: string }
}

/** What money is asked for. `cached-input` is input that the vendor had seen shortly before; `storage` is of a tuned model. */
export type PricedItem = 'training' | 'storage' | 'hosting' | 'input' | 'cached-input' | 'output'

/** What a price is for. */
export type PriceUnit = 'million-tokens' | 'thousand-tokens' | 'hour' | 'month'

/** A price as the vendor states it, without tax or a customer's own discount. */
export interface PriceRecord extends Evidence {
  readonly item: PricedItem
  /** In whole units of the currency: 1.7 is one dollar and seventy cents. 0 only where the vendor says that it is free. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  readonly per: PriceUnit
  /** Only for this base model; absent: for all. */
  readonly model?: string
  /** Only for this method; absent: for all. */
  readonly method?: MethodName
}

/** What is counted by a rule. */
export type RuleUnit =
  | 'examples'
  | 'bytes'
  | 'tokens'
  | 'characters'
  | 'files'
  | 'jobs'
  | 'deployments'
  | 'hours'
  | 'images'
  | 'USD'

/** Which base models and methods a record is about. */
export interface ModelScope {
  /** Ids of base models, or beginnings of ids up to a `-` or a `:`; absent: all. */
  readonly models?: readonly string[]
  /** Absent: all. */
  readonly methods?: readonly MethodName[]
}

/** A rule of the vendor for what is sent or kept. Several may have one id, for different base models or methods. */
export interface RuleRecord extends Evidence, ModelScope {
  /** One of `LIMITS` in `@anytune/dataset`, such as `minimum-examples`, or another that is told and not judged. */
  readonly id: string
  /** With `unit`: the rule is a number. */
  readonly limit?: number
  readonly unit?: RuleUnit
  /** What the rule is about, when it is about texts: those that are forbidden, or media types that are taken. */
  readonly texts?: readonly string[]
  /** Roles of messages, when it is about them. */
  readonly roles?: readonly string[]
  /** `warning` where the vendor takes the data all the same, for instance by cutting it. Absent: `error`. */
  readonly severity?: 'error' | 'warning'
}

/** The format that files of a method are written in. */
export interface FormatRecord extends Evidence, ModelScope {
  /** An id of `FORMATS` in `@anytune/dataset`. */
  readonly format: string
}

/** A vocabulary that is published. */
export interface EncodingRecord extends Evidence, ModelScope {
  readonly encoding: 'o200k_base' | 'cl100k_base'
}

/** Something that the vendor deletes by itself. */
export interface LifetimeRecord extends Evidence {
  readonly id: string
  readonly thing: 'deployment' | 'model' | 'training-file' | 'checkpoint'
  readonly afterHours: number
  /** Counted from when it was made, or from when it was last used. */
  readonly counted: 'from-creation' | 'without-use'
}
