import { findOffering, type Catalogue } from './catalogue.ts'
import { ageOf, type Age } from './evidence.ts'
import type { MethodName, OfferingRecord, PricedItem, PriceRecord, PriceUnit } from './record.ts'

/** A price that may be relied on, or why there is none. */
export type FoundPrice =
  | { readonly kind: 'priced'; readonly price: PriceRecord; readonly age: Age }
  | { readonly kind: 'unknown'; readonly reason: string }

/** What a price is looked up for; the record that names most of it wins. */
export interface PriceQuery {
  readonly item: PricedItem
  readonly model?: string
  readonly method?: MethodName
}

/** The price of an item on an offering; `offering` is undefined when there is no record of it. */
export function findPrice(offering: OfferingRecord | undefined, query: PriceQuery, now: Date): FoundPrice {
  if (offering === undefined) return { kind: 'unknown', reason: 'nothing is on record of this offering' }
  const fitting = offering.prices.filter(
    ({ item, model, method }) =>
      item === query.item &&
      (model === undefined || model === query.model) &&
      (method === undefined || method === query.method),
  )
  const [price] = fitting.toSorted((a, b) => named(b) - named(a))
  if (price === undefined) return { kind: 'unknown', reason: `no price of ${query.item} is on record` }
  const age = ageOf(price, now)
  if (age.state !== 'too-old') return { kind: 'priced', price, age }
  return { kind: 'unknown', reason: `the price of ${query.item} on record is ${age.days} days old, too old to rely on` }
}

/**
 * What a deployment of this offering costs an hour, used or not. A price of 0 is known to be nothing; `unknown` is not nothing.
 * Inference is charged besides.
 */
export function hourlyCost(catalogue: Catalogue, offeringId: string, now: Date): FoundPrice {
  const found = findPrice(findOffering(catalogue, offeringId), { item: 'hosting' }, now)
  if (found.kind === 'unknown' || found.price.per === 'hour') return found
  return { kind: 'unknown', reason: 'its hosting is not charged by the hour' }
}

/** What so many tokens cost at this price; undefined for a price that is not by tokens. */
export function priceOfTokens(
  { amount, per }: Pick<PriceRecord, 'amount' | 'per'>,
  tokens: number,
): number | undefined {
  const unit = TOKENS_OF[per]
  return unit === undefined ? undefined : (tokens / unit) * amount
}

const TOKENS_OF: Readonly<Record<PriceUnit, number | undefined>> = {
  'million-tokens': 1_000_000,
  'thousand-tokens': 1000,
  hour: undefined,
  month: undefined,
}

function named({ model, method }: PriceRecord): number {
  return Number(model !== undefined) + Number(method !== undefined)
}
