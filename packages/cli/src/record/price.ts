import { findOffering, findPrice, type FoundPrice, type PricedItem } from '@anytune/catalogue'
import type { Money, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import type { Limits } from './budget.ts'

/** Who is asked, as far as the price depends on it. */
export interface Asked {
  readonly baseModel: string | undefined
  /** Of the deployment that answers, where there is one. */
  readonly offering: string | undefined
}

/**
 * The limit with the price that it is kept by; undefined when nothing leaves this computer, and so nothing is charged.
 *
 * @throws AnytuneError `failed-precondition` when no price is on record, `invalid-argument` for another currency.
 */
export function costLimit(tuner: Tuner, asked: Asked, most: Money): Limits['cost'] {
  const { baseModel } = asked
  const { id, egress } = tuner.offering({ operation: 'serve', ...(baseModel !== undefined && { baseModel }) })
  if (egress === 'none') return undefined
  const offering = asked.offering ?? id
  const price = {
    input: priceOf(tuner, offering, 'input', baseModel, most),
    output: priceOf(tuner, offering, 'output', baseModel, most),
    currency: most.currency,
  }
  return { amount: most.amount, price }
}

function priceOf(
  tuner: Tuner,
  offering: string,
  item: PricedItem,
  model: string | undefined,
  { currency }: Money,
): number {
  const query = { item, ...(model !== undefined && { model }) }
  const found = findPrice(findOffering(tuner.catalogue, offering), query, new Date())
  if (found.kind === 'unknown') throw unpriced(offering, found)
  const { price } = found
  if (price.per !== 'million-tokens') {
    throw unpriced(offering, { kind: 'unknown', reason: `${item} is not charged by the token` })
  }
  if (price.currency === currency) return price.amount
  throw new AnytuneError('invalid-argument', `the price on record is in ${price.currency}, not in ${currency}`, {
    hint: `give --max-cost in ${price.currency}`,
  })
}

function unpriced(offering: string, { reason }: Extract<FoundPrice, { kind: 'unknown' }>): AnytuneError {
  return new AnytuneError('failed-precondition', `no cost can be kept to on ${offering}: ${reason}`, {
    hint: 'give --max-tokens-total instead of --max-cost, and take the price from the provider’s own page',
  })
}
