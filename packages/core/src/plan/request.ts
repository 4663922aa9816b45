import type { DatasetSource } from '@anytune/dataset'
import type { CommonField, CommonHyperparameter, CommonMethod, ProviderOptions } from '../capabilities.ts'
import type { Driver, FormatId, Hyperparameters } from '../driver.ts'
import type { AllowableFinding } from './allow.ts'

/** A dataset with what the user knows about it. */
export interface DatasetInput {
  /** A path, or a source made with `@anytune/dataset`; only a path can be resumed by another process before it is staged. */
  readonly source: string | DatasetSource
  /** The user's own word for how sensitive it is, such as `internal`. */
  readonly class?: string
  /** Overrides detection. */
  readonly format?: FormatId
}

/** Names a dataset file: `dataset('train.jsonl', { class: 'internal' })`. */
export function dataset(source: string | DatasetSource, options: Omit<DatasetInput, 'source'> = {}): DatasetInput {
  return { source, ...options }
}

interface FieldTypes {
  readonly validation: string | DatasetInput
  readonly suffix: string
  readonly seed: number
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * What to train. `method` selects which hyperparameters are legal; what the provider, or one of the configured providers,
 * does not have does not exist on the type.
 */
export type PlanRequest<D extends Driver = Driver> = {
  [M in CommonMethod<D>]: {
    /** A name from the configuration's `models`, or the provider's own id. */
    readonly baseModel: string
    readonly method: M
    readonly training: string | DatasetInput
    // The others are named as absent: without that, a method that has none in common would take any.
    readonly hyperparameters?: Pick<Hyperparameters, CommonHyperparameter<D, M>> & {
      readonly [K in Exclude<keyof Hyperparameters, CommonHyperparameter<D, M>>]?: never
    }
    readonly providerOptions?: ProviderOptions<D>
    /** Leave rejected rows out, counted and listed in the plan, instead of failing. Default: fail. */
    readonly skipRejected?: boolean
    /** Findings of the catalogue that must not refuse this plan, because its record is wrong for you; they become warnings. */
    readonly allow?: readonly AllowableFinding[]
  }
}[CommonMethod<D>] & { readonly [F in CommonField<D>]?: FieldTypes[F] }
