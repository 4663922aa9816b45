import { type Catalogue, findModel, findOffering, findPrice, type PricedItem, priceOfTokens } from '@anytune/catalogue'
import type { Method, Offering } from '../driver.ts'
import { type ChargedTokens, planCost } from './cost.ts'
import { evidenceOf } from './evidence.ts'
import type { CostLine, PlanCost } from './plan-document.ts'

/** What a cost is estimated for, without an account: ids of offerings as the catalogue has them. */
export interface CostQuery {
  /** Where it is trained, such as `azure/train/Standard`. */
  readonly training: string
  /** Where the result is served, such as `azure/serve/Standard`. */
  readonly serving: string
  readonly baseModel: string
  readonly method: Method
  readonly epochs?: number
  /** Of `countTokens` or `measureDatasets` in `@anytune/dataset`. */
  readonly tokens: ChargedTokens
  /** Size of the training dataset as it would be sent; needed where tokens are estimated. */
  readonly bytes?: number
  readonly now?: Date
}

/** The cost that a plan would say, from the catalogue alone. What has no price on record is unknown, never zero. */
export function estimateCost(catalogue: Catalogue, query: CostQuery): PlanCost {
  const { training, serving, baseModel, now = new Date() } = query
  const [train, serve] = [findOffering(catalogue, training), findOffering(catalogue, serving)]
  const model = train && findModel(train, baseModel)
  const known = {
    training: { offering: named(training, train?.title), record: train },
    serving: { offering: named(serving, serve?.title), record: serve },
    model,
    now,
  }
  return planCost(known, { ...query, epochs: query.epochs })
}

/** How much a tuned model is used in a month. */
export interface MonthlyUse {
  readonly inputTokens: number
  /** Of the input: what the vendor had seen shortly before. */
  readonly cachedInputTokens?: number
  readonly outputTokens: number
  /** Hours that it is deployed. Default: 730, the whole month. */
  readonly hours?: number
}

/** A month of use, in parts. The total is unknown as soon as one part is. */
export interface MonthlyCost {
  readonly total: { readonly amount: number; readonly currency: string } | { readonly unknown: string }
  readonly lines: readonly CostLine[]
}

const HOURS_OF_A_MONTH = 730

/** What a month of use of a tuned model costs at this offering, from the catalogue alone; training and storage are not in it. */
export function monthlyCost(
  catalogue: Catalogue,
  serving: string,
  baseModel: string,
  use: MonthlyUse,
  now = new Date(),
): MonthlyCost {
  const { inputTokens, cachedInputTokens = 0, outputTokens, hours = HOURS_OF_A_MONTH } = use
  const quantities = [
    ['hosting', hours],
    ['input', inputTokens - cachedInputTokens],
    ['cached-input', cachedInputTokens],
    ['output', outputTokens],
  ] as const satisfies readonly (readonly [PricedItem, number])[]
  const used = quantities.filter(([, quantity]) => quantity > 0)
  const lines = used.map(([item, quantity]) => monthlyLine(catalogue, { serving, baseModel, item, quantity }, now))
  return { total: sumOf(lines), lines }
}

function monthlyLine(
  catalogue: Catalogue,
  asked: { readonly serving: string; readonly baseModel: string; readonly item: PricedItem; readonly quantity: number },
  now: Date,
): CostLine {
  const { serving, baseModel: model, item, quantity } = asked
  const found = findPrice(findOffering(catalogue, serving), { item, model }, now)
  if (found.kind === 'unknown') return { item, unknown: found.reason }
  const { price } = found
  const amount = price.per === 'hour' ? price.amount * quantity : priceOfTokens(price, quantity)
  const evidence = evidenceOf(price, now)
  if (amount === undefined || (price.per === 'hour') !== (item === 'hosting')) {
    return { item, unknown: `its price is by the ${price.per}`, evidence }
  }
  return { item, per: 'month', low: amount, high: amount, currency: price.currency, evidence }
}

function sumOf(lines: readonly CostLine[]): MonthlyCost['total'] {
  let sum: { amount: number; currency: string } | undefined
  for (const line of lines) {
    if ('unknown' in line) return { unknown: `${line.item}: ${line.unknown}` }
    if (sum !== undefined && sum.currency !== line.currency) return { unknown: 'its parts are in different currencies' }
    // Binary fractions make up digits far behind the cents.
    sum = { amount: Number(((sum?.amount ?? 0) + line.high).toPrecision(12)), currency: line.currency }
  }
  return sum ?? { unknown: 'nothing is used' }
}

function named(id: string, title = id): Offering {
  return { id, title, egress: 'provider' }
}
