import type { DeploymentQuote, Money, Plan } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'

/** What a proof costs at most, as far as it is known. */
export type ProofCost =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'at-most'; readonly amount: number; readonly currency: string }

/** A deployment that is taken down at once is charged for no more than this. */
const HOURS_SERVED = 1

/** The plan's cost and, where something is deployed, an hour of serving. The tokens of one question are not counted. */
export function proofCost({ cost }: Pick<Plan, 'cost'>, quote: DeploymentQuote | undefined): ProofCost {
  if (cost.kind === 'none') return cost
  if (cost.kind === 'unknown') return { kind: 'unknown', reason: cost.reason }
  if (cost.per === 'epoch') return { kind: 'unknown', reason: 'the number of epochs is the provider’s choice' }
  const training: ProofCost = { kind: 'at-most', amount: cost.high, currency: cost.currency }
  if (quote?.creates !== true) return training
  const hour = quote.hourlyCost
  if (hour?.kind !== 'priced')
    return { kind: 'unknown', reason: hour?.reason ?? 'no price of a deployment is on record' }
  if (hour.price.currency !== cost.currency) return { kind: 'unknown', reason: 'its prices are in two currencies' }
  return { ...training, amount: cost.high + HOURS_SERVED * hour.price.amount }
}

/**
 * Refuses what costs more than the user allows, or of which nobody knows what it costs.
 *
 * @throws AnytuneError `failed-precondition`, or `invalid-argument` when no limit was given.
 */
export function assertAffordable(
  cost: ProofCost,
  allowed: { readonly maxCost?: Money | undefined; readonly acceptUnknownCost?: true | undefined },
): void {
  const { maxCost, acceptUnknownCost } = allowed
  if (cost.kind === 'none') return
  if (cost.kind === 'unknown') {
    if (acceptUnknownCost) return
    throw new AnytuneError('failed-precondition', `nobody knows what this proof costs: ${cost.reason}`, {
      hint: 'look the price up, and give --accept-unknown-cost when it may be paid',
    })
  }
  const { amount, currency } = cost
  if (maxCost === undefined) {
    throw new AnytuneError('invalid-argument', `it may cost up to ${money(cost)}, and no limit was given`, {
      hint: `give one, such as --max-cost ${Math.ceil(amount)}${currency}`,
    })
  }
  if (maxCost.currency === currency && amount <= maxCost.amount) return
  throw new AnytuneError('failed-precondition', `it may cost up to ${money(cost)}, more than ${money(maxCost)}`, {
    hint: 'allow more with --max-cost, in the currency of the price, or prove less',
    data: { cost: { amount, currency }, maxCost },
  })
}

/** The cost in a few words. */
export function costText(cost: ProofCost): string {
  if (cost.kind === 'at-most') return `at most ${money(cost)}`
  return `${cost.kind === 'none' ? 'nothing' : 'unknown'}: ${cost.reason}`
}

/** Two digits after the point, and more where two would show nothing. */
function money({ amount, currency }: Money): string {
  return `${amount >= 0.01 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(2)} ${currency}`
}
