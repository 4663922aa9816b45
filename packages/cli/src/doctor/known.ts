import type { Evidence } from '@anytune/catalogue'

/** Where a fact is from: the provider itself said it now, or a record of the catalogue did, with how that is known. */
export type Basis =
  | { readonly by: 'provider' }
  | {
      readonly by: 'catalogue'
      readonly source: Evidence['source']
      readonly grade: Evidence['grade']
      readonly note?: string
      /** Set when the record has an age at which it should be looked up again. */
      readonly staleDays?: number
    }

export interface Known<T> {
  readonly value: T
  readonly basis: Basis
}

/** A moment at which something ends. `notBefore`: it is only promised not to end earlier. */
export interface KnownEnd extends Known<Date> {
  readonly notBefore?: true
  /** Every use puts it off. */
  readonly unlessUsed?: true
}

/** What the catalogue knows of a provider's offerings; what it does not know is undefined. */
export interface Knowledge {
  /** From when the provider takes no new jobs, of anybody. */
  readonly closes: KnownEnd | undefined
  /** Further closings that shut out only some: whom, in words. */
  readonly closesForSome: readonly (KnownEnd & { readonly whom: string })[]
  /** From when nothing can be trained on a base model. */
  trainingEnds(baseModel: string): KnownEnd | undefined
  /** From when models tuned from a base model answer no more. */
  servingEnds(baseModel: string): KnownEnd | undefined
  /** After how long a deployment of an offering is removed by itself. */
  deploymentLifetimes(offering: string): readonly Lifetime[]
  /** What a deployment of an offering costs while it exists, or why that is not known. */
  hourlyPrice(offering: string): Known<HourlyPrice> | { readonly unknown: string }
}

export interface Lifetime extends Known<{ readonly hours: number }> {
  /** Counted from when it was made, or from when it was last used. */
  readonly counted: 'from-creation' | 'without-use'
}

export interface HourlyPrice {
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
}

/** A moment at which something ends, seen from now. */
export interface End {
  readonly at: Date
  /** Days begun until then: 1 is less than a day, 0 or less is over. */
  readonly daysLeft: number
  readonly basis: Basis
  readonly notBefore?: true
  readonly unlessUsed?: true
}

const DAY_MS = 24 * 3_600_000

/** How far away an end is. */
export function endFrom(now: Date, { value: at, ...known }: KnownEnd): End {
  // Minus zero is no number of days.
  return { at, daysLeft: Math.ceil((at.getTime() - now.getTime()) / DAY_MS) + 0, ...known }
}

/** What the provider says of a moment, if it says anything. */
export function saidByProvider(at: Date | undefined, unlessUsed?: true): KnownEnd | undefined {
  return at && { value: at, basis: { by: 'provider' }, ...(unlessUsed && { unlessUsed }) }
}

/** Hours and days between two moments, with fractions. */
export function hoursBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 3_600_000
}
