import { findPrice, type FoundPrice, type PricedItem, type PriceQuery, priceOfTokens } from '@anytune/catalogue'
import type { TokenStatistics } from '@anytune/dataset'
import type { Method } from '../driver.ts'
import { evidenceOf, type PlanEvidence } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { CostLine, PlanCost } from './plan-document.ts'

/** What the cost of training depends on, besides the price. */
export interface Training {
  readonly baseModel: string
  readonly method: Method
  readonly epochs: number | undefined
  /** Size of the training dataset as sent; only tokens that cannot be counted exactly need it. */
  readonly bytes?: number | undefined
  /** Absent where nobody counted them: then training that is charged by tokens has no bounds. */
  readonly tokens?: ChargedTokens | undefined
}

/** What of a count of tokens a cost depends on. */
export type ChargedTokens = Pick<
  TokenStatistics,
  'method' | 'total' | 'unsure' | 'characters' | 'attachments' | 'truncated'
>

/**
 * Text has been seen to come to 3.0 to 4.9 characters a token over a file, and to 5.7 in one row: o200k tokens of the six public
 * datasets of chat, tool calls and preferences that this was measured on.
 */
const CHARACTERS_PER_TOKEN = 6

const BYTES_ASSUMPTIONS = [
  'the vendor’s own tokens cannot be counted here: these are bounds',
  'at most one token for each byte that is sent: no tokenizer of bytes makes more',
  `at least one token for every ${CHARACTERS_PER_TOKEN} characters of text: measured public rows had 3.0 to 4.9 a token, English prose more than other text`,
] as const

const CHARGED =
  'charged are the tokens of the training dataset times its epochs, without tax or a discount of yours; what the provider cuts off is not charged'

const EPOCH_ASSUMPTION = 'how many epochs the provider will choose is not known: multiply by them'

/** What the run costs and what its result costs afterwards. What has no price on record is unknown, never zero. */
export function planCost(known: OnRecord, training: Training): PlanCost {
  const { baseModel: model, method } = training
  const price = priceOf(known, known.training, { item: 'training', model, method })
  const { line, assumptions } = trainingLine(known, price, training)
  const lines = [line, ...servingLines(known, training)]
  if ('unknown' in line) return { kind: 'unknown', reason: `training: ${line.unknown}`, lines }
  const { low, high, currency, per } = line
  return { kind: 'estimate', low, high, currency, per: per === 'run' ? 'run' : 'epoch', lines, assumptions }
}

interface TrainingLine {
  readonly line: CostLine
  readonly assumptions: readonly string[]
}

function trainingLine({ now }: OnRecord, found: FoundPrice, training: Training): TrainingLine {
  const unknown = (reason: string, evidence?: PlanEvidence): TrainingLine => ({
    line: { item: 'training', unknown: reason, ...(evidence && { evidence }) },
    assumptions: [],
  })
  if (found.kind === 'unknown') return unknown(found.reason)
  const { amount, currency, per } = found.price
  const evidence = evidenceOf(found.price, now)
  const priced = { item: 'training', currency, evidence } as const
  if (amount === 0) return { line: { ...priced, per: 'run', low: 0, high: 0 }, assumptions: [] }
  if (priceOfTokens(found.price, 0) === undefined) {
    return unknown(`it is charged by the ${per} (${amount} ${currency}), and how long it takes is not known`, evidence)
  }
  const { epochs, tokens } = training
  if (tokens === undefined) return unknown('its tokens were not counted', evidence)
  if (tokens.attachments > 0) {
    return unknown(
      'images, audio or files in the rows are charged by what they show, which cannot be told from here',
      evidence,
    )
  }
  const bounds = boundsOf(tokens, training.bytes)
  if (bounds === undefined) return unknown('how large it is as it would be sent is not known', evidence)
  const cost = (count: number) => (priceOfTokens(found.price, count) ?? 0) * (epochs ?? 1)
  const line: CostLine = {
    ...priced,
    per: epochs === undefined ? 'epoch' : 'run',
    low: roundDown(cost(bounds.low)),
    high: roundUp(cost(bounds.high)),
  }
  return { line, assumptions: [...bounds.assumptions, CHARGED, ...(epochs === undefined ? [EPOCH_ASSUMPTION] : [])] }
}

/** Tokens at least and at most, and how they were reached. */
interface TokenBounds {
  readonly low: number
  readonly high: number
  readonly assumptions: readonly string[]
}

function boundsOf(tokens: ChargedTokens, bytes: number | undefined): TokenBounds | undefined {
  if (tokens.method.kind === 'exact') return countedBounds(tokens, tokens.method.encoding)
  return bytes === undefined ? undefined : textBounds(tokens, bytes)
}

/** Text is counted; of what stands around it only the upper bound has a count. */
function countedBounds({ total, unsure, truncated }: ChargedTokens, encoding: string): TokenBounds {
  const sure = total - unsure
  const { tokens: cut = 0, sureTokens: sureCut = 0 } = truncated ?? {}
  return {
    low: sure - sureCut,
    high: total - cut,
    assumptions: [
      `${sure} tokens of text, counted in ${encoding}`,
      `${unsure} more in the upper bound alone: the marks around messages by the vendor’s published formula, definitions of tools as their JSON`,
      ...(cut === 0 ? [] : [`${cut} tokens are beyond what is trained on of an example, and left out`]),
    ],
  }
}

function textBounds({ characters }: ChargedTokens, bytes: number): TokenBounds {
  return { low: characters / CHARACTERS_PER_TOKEN, high: bytes, assumptions: BYTES_ASSUMPTIONS }
}

/** Storage by the month, hosting by the hour and asking by tokens: how much is asked nobody knows, and it is not guessed. */
function servingLines(known: OnRecord, { baseModel: model }: Training): readonly CostLine[] {
  const items: readonly PricedItem[] = ['storage', 'hosting', 'input', 'cached-input', 'output']
  return items.map((item) => {
    // A tuned model is kept where it was made.
    const found = priceOf(known, item === 'storage' ? known.training : known.serving, { item, model })
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
  return Math.floor(hundredths(amount)) / 10_000
}

function roundUp(amount: number): number {
  return Math.ceil(hundredths(amount)) / 10_000
}

/** Hundredths of a cent, without the last digits that binary fractions make up: 2.4000000000000004 dollars are 2.40. */
function hundredths(amount: number): number {
  return Number((amount * 10_000).toPrecision(14))
}
