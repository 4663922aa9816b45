/** What a driver can do, as data: the part of the driver interface that types, checks, tests and docs are made from. */
import type { FormatId } from '@anytune/dataset'

/** Training methods by their common names; a vendor's own name stays in `raw`. */
export type Method = 'supervised' | 'preference' | 'reinforcement' | 'distillation' | 'continued-pretraining'

/** Numbers a user may set. An absent one is the provider's own default, never ours. */
export interface Hyperparameters {
  /** Passes over the training dataset. */
  epochs?: number
  /** Examples per optimizer step. */
  batchSize?: number
  /** The optimizer's peak learning rate. */
  learningRate?: number
  /** Factor on the provider's own learning rate. */
  learningRateMultiplier?: number
  /** Strength of the preference penalty (preference training only). */
  beta?: number
  /** Rank of the low-rank adapter. */
  loraRank?: number
}

/** Bounds of one number; `minimum` and `maximum` are included. */
export interface NumberRange {
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly integer?: boolean
  /** Nothing but these. */
  readonly oneOf?: readonly number[]
}

/** Bounds of one text. */
export interface TextLimit {
  readonly maximumLength?: number
  /** A regular expression for the whole text. */
  readonly pattern?: string
}

/** How one method is offered: the dataset format the vendor takes, and the hyperparameters it knows with their bounds. */
export interface MethodCapability {
  readonly format: FormatId
  readonly hyperparameters: { readonly [H in keyof Hyperparameters]?: NumberRange }
  /** This method needs a validation dataset, whatever the others do. */
  readonly validationRequired?: boolean
}

/** Fields of a request that not every provider has, with the provider's limits. */
export interface FieldCapabilities {
  readonly validation?: { readonly required?: boolean }
  readonly suffix?: TextLimit
  readonly seed?: NumberRange
  readonly metadata?: { readonly maximumPairs?: number; readonly key?: TextLimit; readonly value?: TextLimit }
}

export type OptionalField = keyof FieldCapabilities

/** What is known of one base model. */
export interface BaseModelCapability {
  /** Its methods, each with what differs from the driver's own entry; absent: all that the driver has, unchanged. */
  readonly methods?: { readonly [M in Method]?: Partial<MethodCapability> }
  readonly description?: string
}

/** A setting of a question; one that is not listed is refused, never ignored. */
export type ChatSetting = 'maxTokens' | 'temperature' | 'seed'

/** What a provider accepts, once, as data: read by the type checker, the run-time check, the conformance suite and the docs. */
export interface Capabilities {
  readonly methods: { readonly [M in Method]?: MethodCapability }
  readonly fields: FieldCapabilities
  readonly chatSettings?: readonly ChatSetting[]
  /** `exhaustive`: a model that is not listed does not exist. Otherwise an unlisted model warns in the plan and passes. */
  readonly baseModels: { readonly exhaustive: boolean; readonly known: Readonly<Record<string, BaseModelCapability>> }
}
