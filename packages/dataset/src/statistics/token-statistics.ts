import type { Example } from '../example.ts'
import type { TokenCounter } from '../tokens/counter.ts'
import { countExample, type ExampleTokens, type TokenPart } from '../tokens/example-tokens.ts'
import type { TokenMethod } from '../tokens/method.ts'
import { tallyDistribution, type Distribution } from './distribution.ts'

/** The tokens of a dataset's accepted rows. */
export interface TokenStatistics extends Distribution {
  readonly method: TokenMethod
  readonly byPart: Readonly<Partial<Record<TokenPart, number>>>
  /** Of the total: what follows a formula or is written in a way that the vendor does not tell. */
  readonly unsure: number
  /** Images, audio, video and files, which are in no count. */
  readonly attachments: number
  /** Characters of all texts but definitions of tools. */
  readonly characters: number
  /** Present when a length was given beyond which examples are cut. */
  readonly truncated?: TruncatedRows
}

/** Rows that are longer than what is trained on. */
export interface TruncatedRows {
  readonly limit: number
  readonly rows: number
  /** Tokens beyond the limit: not learned, and not charged. */
  readonly tokens: number
  /** The same of what is surely text of the rows, without marks and definitions. */
  readonly sureTokens: number
  /** Lines of the first ones. */
  readonly lines: readonly number[]
}

/** Gathers the tokens of examples. */
export interface TokenTally {
  readonly add: (example: Example, line: number) => void
  /** Adds an example that was counted by the same method before. */
  readonly addCounted: (counted: ExampleTokens, line: number) => void
  readonly result: () => TokenStatistics
}

/** How many truncated rows are listed; all are counted. */
const LISTED = 20

/** Counts tokens by this method; `truncatedAt` is the most that are trained on of an example. */
export function tallyTokens(method: TokenMethod, counter: TokenCounter, truncatedAt: number | undefined): TokenTally {
  const lengths = tallyDistribution()
  const byPart: Partial<Record<TokenPart, number>> = {}
  const sums = { unsure: 0, attachments: 0, characters: 0 }
  const truncated = { rows: 0, tokens: 0, sureTokens: 0 }
  const lines: number[] = []
  const addCounted = (counted: ExampleTokens, line: number) => {
    lengths.add(counted.total, line)
    // The keys of the object are its parts.
    for (const part of Object.keys(counted.byPart) as TokenPart[]) {
      byPart[part] = (byPart[part] ?? 0) + (counted.byPart[part] ?? 0)
    }
    sums.unsure += counted.unsure
    sums.attachments += counted.attachments
    sums.characters += counted.characters
    if (truncatedAt === undefined || counted.total <= truncatedAt) return
    truncated.rows++
    truncated.tokens += counted.total - truncatedAt
    truncated.sureTokens += Math.max(0, counted.total - counted.unsure - truncatedAt)
    if (lines.length < LISTED) lines.push(line)
  }
  return {
    add: (example, line) => addCounted(countExample(counter, example), line),
    addCounted,
    result: () => ({
      method,
      ...lengths.result(),
      byPart,
      ...sums,
      ...(truncatedAt !== undefined && { truncated: { limit: truncatedAt, ...truncated, lines } }),
    }),
  }
}
