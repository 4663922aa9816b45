import { readExamples, type ReadOptions } from '../read.ts'
import type { DatasetSource } from '../source.ts'
import { counterOf, type TokenMethod } from '../tokens/method.ts'
import { tallyTokens, type TokenStatistics } from './token-statistics.ts'

/** How the tokens of a dataset are counted. */
export interface CountOptions extends ReadOptions {
  readonly method: TokenMethod
  /** The most tokens of an example that are trained on, where the vendor cuts longer ones without a word. */
  readonly truncatedAt?: number | undefined
}

/** Counts the tokens of the accepted rows alone. Throws DatasetError and, once aborted, the signal's reason. */
export async function countTokens(source: DatasetSource, options: CountOptions): Promise<TokenStatistics> {
  const { method, truncatedAt, ...reading } = options
  const tally = tallyTokens(method, await counterOf(method), truncatedAt)
  for await (const { line, example } of readExamples(source, reading)) {
    if (example !== undefined) tally.add(example, line)
  }
  return tally.result()
}
