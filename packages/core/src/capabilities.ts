import type { Driver, Hyperparameters, Job, JobsDriver, Method, OptionalField } from './driver.ts'

// Types derived from the capabilities: for one driver, for a union of drivers (portable over exactly those), for any driver.

/** True for a driver chosen at run time: nothing is known of it at compile time. */
export type IsWide<D extends Driver> = Driver extends D ? true : false

/** Methods that every driver in the union D has. */
export type CommonMethod<D extends Driver> = Extract<keyof D['capabilities']['methods'], Method>

type HyperparametersAt<D extends Driver, M extends Method> =
  NonNullable<D['capabilities']['methods'][M]> extends { readonly hyperparameters: infer H } ? keyof H : never
type LacksHyperparameter<D extends Driver, M extends Method, K> = D extends Driver
  ? K extends HyperparametersAt<D, M>
    ? never
    : true
  : never
/** Hyperparameters that every driver in the union D knows for method M. */
export type CommonHyperparameter<D extends Driver, M extends Method> = {
  [K in keyof Hyperparameters]-?: [LacksHyperparameter<D, M, K>] extends [never] ? K : never
}[keyof Hyperparameters]

type LacksField<D extends Driver, K> = D extends Driver
  ? K extends keyof D['capabilities']['fields']
    ? never
    : true
  : never
/** Optional request fields that every driver in the union D has. */
export type CommonField<D extends Driver> = {
  [K in OptionalField]: [LacksField<D, K>] extends [never] ? K : never
}[OptionalField]

type OptionsOf<D> = D extends { readonly '~types'?: { readonly options: infer O } } ? O : never
/** `providerOptions`: one strict namespace for each provider in the union D. */
export type ProviderOptions<D extends Driver> =
  IsWide<D> extends true
    ? Readonly<Record<string, object>>
    : { readonly [P in D['provider']]?: OptionsOf<Extract<D, { readonly provider: P }>> }

export type RawOf<D> = D extends { readonly '~types'?: { readonly raw: infer R } } ? R : unknown

type LacksOperation<D extends Driver, K extends keyof JobsDriver> = D extends Driver
  ? undefined extends D['jobs'][K]
    ? true
    : never
  : never
/** True when every driver in the union D has the optional operation, or when D is chosen at run time. */
export type HasJobOperation<D extends Driver, K extends keyof JobsDriver> =
  IsWide<D> extends true ? true : [LacksOperation<D, K>] extends [never] ? true : false

type LacksPart<D extends Driver, K extends keyof Driver> = D extends Driver
  ? undefined extends D[K]
    ? true
    : never
  : never
/** True when every driver in the union D has the optional part, or when D is chosen at run time. */
export type HasPart<D extends Driver, K extends 'models' | 'deployments' | 'chat'> =
  IsWide<D> extends true ? true : [LacksPart<D, K>] extends [never] ? true : false

export type JobOf<D extends Driver> = Job<RawOf<D>>

type LacksDelete<D extends Driver, K extends 'models' | 'deployments'> = D extends Driver
  ? undefined extends NonNullable<D[K]>['delete']
    ? true
    : never
  : never
/** True when every driver in the union D can delete what it keeps of a kind, or when D is chosen at run time. */
export type HasDelete<D extends Driver, K extends 'models' | 'deployments'> =
  IsWide<D> extends true ? true : [LacksDelete<D, K>] extends [never] ? true : false

type LacksRead<D extends Driver> = D extends Driver ? (undefined extends D['datasets']['read'] ? true : never) : never
/** True when every driver in the union D can read back what it keeps, or when D is chosen at run time. */
export type HasDatasetRead<D extends Driver> =
  IsWide<D> extends true ? true : [LacksRead<D>] extends [never] ? true : false
