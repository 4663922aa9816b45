import { loadTokenCounter, type TokenCounter } from './counter.ts'
import type { EncodingId } from './encodings.ts'

/** How tokens are counted. */
export type TokenMethod =
  | { readonly kind: 'exact'; readonly encoding: EncodingId }
  | {
      readonly kind: 'estimated'
      /** The vocabulary that is counted in, in the place of one that nobody published. */
      readonly standIn: EncodingId
      /** What a count is multiplied by for the least and the most that is likely. */
      readonly low: number
      readonly high: number
    }

/**
 * Tokenizers that are not published are estimated by one that is. Over a file, the tokens of four other families came to 0.97 to 1.19
 * of those of o200k_base: six public datasets of chat, mathematics, tool calls and preferences, in `docs/reference/tokens.md`. The
 * bounds leave some room around that; a single row, in another script above all, can be three times off.
 */
export const ESTIMATE: TokenMethod = { kind: 'estimated', standIn: 'o200k_base', low: 0.9, high: 1.3 }

/** Exact in the vocabulary named, estimated where none is. */
export function tokenMethod(encoding: EncodingId | undefined): TokenMethod {
  return encoding === undefined ? ESTIMATE : { kind: 'exact', encoding }
}

/** The counter that a method counts with. */
export function counterOf(method: TokenMethod): Promise<TokenCounter> {
  return loadTokenCounter(method.kind === 'exact' ? method.encoding : method.standIn)
}
