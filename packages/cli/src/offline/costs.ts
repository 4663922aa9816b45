import { type Catalogue, findPrice, type OfferingRecord } from '@anytune/catalogue'
import {
  type ChargedTokens,
  estimateCost,
  type MonthlyCost,
  monthlyCost,
  type MonthlyUse,
  type PlanCost,
} from '@anytune/core'
import type { TruncatedRows } from '@anytune/dataset'
import { servingOf, type Target } from './target.ts'

/** What training costs at one offering, and serving its result in each way on record. */
export interface TargetCost {
  readonly offering: string
  readonly cost: PlanCost
  readonly serving: readonly {
    readonly offering: string
    readonly lines: readonly PricedLine[]
    /** Where a use was given. */
    readonly month?: MonthlyCost
  }[]
}

type PricedLine = Extract<PlanCost, { readonly kind: 'estimate' }>['lines'][number]

export interface CostOptions {
  readonly epochs: number | undefined
  readonly tokens: ChargedTokens
  /** Size of the training datasets as they would be sent; undefined where that is not known. */
  readonly bytes: number | undefined
  readonly use: MonthlyUse | undefined
  readonly now: Date
}

/** The offerings that have a price of training on record, each price once; the first offering where none has. */
export function targetCosts(catalogue: Catalogue, target: Target, options: CostOptions): readonly TargetCost[] {
  const { baseModel: model, method } = target
  const prices = new Map<unknown, OfferingRecord>()
  for (const offering of target.offerings) {
    const found = findPrice(offering, { item: 'training', model, method }, options.now)
    if (found.kind === 'priced' && !prices.has(found.price)) prices.set(found.price, offering)
  }
  const offerings = prices.size === 0 ? [target.offerings[0]] : [...prices.values()]
  return offerings.map((offering) => costAt(catalogue, offering, target, options))
}

function costAt(catalogue: Catalogue, offering: OfferingRecord, target: Target, options: CostOptions): TargetCost {
  const { baseModel, method } = target
  const { epochs, tokens, bytes, use, now } = options
  const found = servingOf(catalogue, offering).map(({ id }) => id)
  // What nobody has on record is asked for all the same, so that it is said to be unknown.
  const servings = found.length === 0 ? [`${target.provider}/serve`] : found
  const at = (serving: string) =>
    estimateCost(catalogue, {
      training: offering.id,
      serving,
      baseModel,
      method,
      tokens,
      now,
      ...(epochs !== undefined && { epochs }),
      ...(bytes !== undefined && { bytes }),
    })
  return {
    offering: offering.id,
    cost: at(servings[0] ?? offering.id),
    serving: servings.map((serving) => ({
      offering: serving,
      lines: linesOf(at(serving)).filter(({ item }) => item !== 'training' && item !== 'storage'),
      ...(use && { month: monthlyCost(catalogue, serving, baseModel, use, now) }),
    })),
  }
}

function linesOf(cost: PlanCost): readonly PricedLine[] {
  return cost.kind === 'none' ? [] : (cost.lines ?? [])
}

/** The tokens of several training datasets together; undefined for none. */
export function sumOfTokens(counted: readonly ChargedTokens[]): ChargedTokens | undefined {
  const [first] = counted
  if (first === undefined) return undefined
  const sum = (of: (tokens: ChargedTokens) => number) => counted.reduce((total, tokens) => total + of(tokens), 0)
  const cut = (of: (truncated: TruncatedRows) => number) => sum(({ truncated }) => (truncated ? of(truncated) : 0))
  return {
    method: first.method,
    total: sum(({ total }) => total),
    unsure: sum(({ unsure }) => unsure),
    characters: sum(({ characters }) => characters),
    attachments: sum(({ attachments }) => attachments),
    ...(first.truncated && {
      truncated: {
        limit: first.truncated.limit,
        rows: cut(({ rows }) => rows),
        tokens: cut(({ tokens }) => tokens),
        sureTokens: cut(({ sureTokens }) => sureTokens),
        // Lines are of one file each.
        lines: [],
      },
    }),
  }
}
