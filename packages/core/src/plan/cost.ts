import { findPrice, type FoundPrice, type PricedItem, type PriceQuery } from '@anytune/catalogue'
import type { Method } from '../driver.ts'
import { evidenceOf, type PlanEvidence } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { CostLine, PlanCost } from './plan-document.ts'
import type { TextSize } from './text-size.ts'

/** What the cost of training depends on, besides the price. */
export interface Training {
  readonly baseModel: string
  readonly method: Method
  readonly epochs: number | undefined
  /** Size of the training dataset as sent. */
  readonly bytes: number
  /** Reads the dataset again: asked for only when there is a price to apply it to. */
  readonly text: () => Promise<TextSize>
}

/**
 * Text has been seen to come to 3.0 to 4.9 characters a token over a file, and to 5.7 in one row: o200k tokens of the six public
 * datasets of chat, tool calls and preferences that this was measured on.
 */
const CHARACTERS_PER_TOKEN = 6

const ASSUMPTIONS = [
  'tokens are not counted: these are bounds',
  'at most one token for each byte that is sent: no tokenizer of bytes makes more',
  `at least one token for every ${CHARACTERS_PER_TOKEN} characters of text: measured public rows had 3.0 to 4.9 a token, English prose more than other text`,
  'charged are the tokens of the training dataset times its epochs, without tax or a discount of yours',
] as const

const EPOCH_ASSUMPTION = 'how many epochs the provider will choose is not known: multiply by them'

/** What the run costs and what its result costs afterwards. What has no price on record is unknown, never zero. */
export async function planCost(known: OnRecord, training: Training): Promise<PlanCost> {
  const { baseModel: model, method } = training
  const price = priceOf(known, known.training, { item: 'training', model, method })
  const { line, assumptions } = await trainingLine(known, price, training)
  const lines = [line, ...servingLines(known, training)]
  if ('unknown' in line) return { kind: 'unknown', reason: `training: ${line.unknown}`, lines }
  const { low, high, currency, per } = line
  return { kind: 'estimate', low, high, currency, per: per === 'run' ? 'run' : 'epoch', lines, assumptions }
}

interface TrainingLine {
  readonly line: CostLine
  readonly assumptions: readonly string[]
}

async function trainingLine({ now }: OnRecord, found: FoundPrice, training: Training): Promise<TrainingLine> {
  const unknown = (reason: string, evidence?: PlanEvidence): TrainingLine => ({
    line: { item: 'training', unknown: reason, ...(evidence && { evidence }) },
    assumptions: [],
  })
  if (found.kind === 'unknown') return unknown(found.reason)
  const { amount, currency, per } = found.price
  const evidence = evidenceOf(found.price, now)
  const priced = { item: 'training', currency, evidence } as const
  if (amount === 0) return { line: { ...priced, per: 'run', low: 0, high: 0 }, assumptions: [] }
  if (per === 'hour') {
    return unknown(
      `it is charged by the hour (${amount} ${currency}), and how many hours it takes is not known`,
      evidence,
    )
  }
  const { characters, attachments } = await training.text()
  if (attachments > 0) {
    return unknown(
      'images, audio or files in the rows are charged by what they show, which cannot be told from here',
      evidence,
    )
  }
  const { epochs, bytes } = training
  const cost = (tokens: number) => (tokens * amount * (epochs ?? 1)) / 1_000_000
  const line: CostLine = {
    ...priced,
    per: epochs === undefined ? 'epoch' : 'run',
    low: roundDown(cost(characters / CHARACTERS_PER_TOKEN)),
    high: roundUp(cost(bytes)),
  }
  return { line, assumptions: [...ASSUMPTIONS, ...(epochs === undefined ? [EPOCH_ASSUMPTION] : [])] }
}

/** Hosting by the hour and asking by the million tokens: how much is asked nobody knows, and it is not guessed. */
function servingLines(known: OnRecord, { baseModel: model }: Training): readonly CostLine[] {
  const items: readonly PricedItem[] = ['hosting', 'input', 'cached-input', 'output']
  return items.map((item) => {
    const found = priceOf(known, known.serving, { item, model })
    if (found.kind === 'unknown') return { item, unknown: found.reason }
    const { amount, currency, per } = found.price
    return { item, per, low: amount, high: amount, currency, evidence: evidenceOf(found.price, known.now) }
  })
}

function priceOf({ now }: OnRecord, { offering, record }: OnRecord['training'], query: PriceQuery): FoundPrice {
  if (record !== undefined) return findPrice(record, query, now)
  return { kind: 'unknown', reason: `no price is on record for ${offering.id}` }
}

/** To a hundredth of a cent, away from the middle: a bound stays one. */
function roundDown(amount: number): number {
  return Math.floor(amount * 10_000) / 10_000
}

function roundUp(amount: number): number {
  return Math.ceil(amount * 10_000) / 10_000
}
