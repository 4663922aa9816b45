import type { OfferingRecord } from './record.ts'

/** An offering of which nothing is on record, but for its id and title. */
export const NOTHING = {
  models: [],
  closures: [],
  prices: [],
  rules: [],
  formats: [],
  encodings: [],
  lifetimes: [],
  terms: [],
  variants: [],
} as const satisfies Partial<OfferingRecord>
