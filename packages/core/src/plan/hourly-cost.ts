import { type Catalogue, hourlyCost } from '@anytune/catalogue'
import type { Offering } from '../driver.ts'
import { AnytuneError } from '../errors.ts'

/** An amount of money: `{ amount: 2, currency: 'USD' }` is two dollars. */
export interface Money {
  /** In whole units of the currency. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
}

/**
 * Refuses a deployment that costs more an hour than `maximum`, or of which nobody knows what it costs. Asks nobody.
 *
 * @throws AnytuneError `failed-precondition` with what was found, and how to go on.
 */
export function assertHourlyCost(
  offering: Offering,
  maximum: Money,
  { catalogue, now, provider }: { readonly catalogue: Catalogue; readonly now: Date; readonly provider: string },
): void {
  assertMoney(maximum)
  if (offering.egress === 'none') return
  const found = hourlyCost(catalogue, offering.id, now)
  const refuse = (problem: string, hint: string, data: object) => {
    throw new AnytuneError('failed-precondition', `${offering.id}: ${problem}`, {
      provider,
      operation: 'deployments.create',
      hint,
      data: { offering: offering.id, maximum, ...data },
    })
  }
  if (found.kind === 'unknown') {
    return refuse(
      `what it costs an hour is unknown: ${found.reason}`,
      'look up the price, add it to the catalogue of your configuration, or deploy without a maximum',
      {},
    )
  }
  const { amount, currency, source, grade } = found.price
  if (amount === 0) return
  const price = { amount, currency, per: 'hour', source, grade }
  if (currency !== maximum.currency) {
    refuse(`its price is in ${currency}, and the maximum in ${maximum.currency}`, `give the maximum in ${currency}`, {
      price,
    })
  }
  if (amount > maximum.amount) {
    refuse(
      `it costs ${amount} ${currency} an hour, more than ${maximum.amount} ${maximum.currency}`,
      'allow more, or choose another way of serving',
      { price },
    )
  }
}

function assertMoney({ amount, currency }: Money): void {
  if (typeof amount === 'number' && amount >= 0 && /^[A-Z]{3}$/.test(currency)) return
  throw new AnytuneError('invalid-argument', 'the maximum an hour must be an amount of 0 or more and a currency', {
    hint: 'write { amount: 2, currency: "USD" }',
    data: { field: 'maxHourlyCost' },
  })
}
