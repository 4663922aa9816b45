import type { ChatReply } from '@anytune/core'
import type { Question } from './questions.ts'

export type Usage = NonNullable<ChatReply['usage']>

/** Price of one million tokens. */
export interface TokenPrice {
  readonly input: number
  readonly output: number
  readonly currency: string
}

/** What may be used in all, over every run of the same recording. */
export interface Limits {
  /** Input and output tokens together. */
  readonly tokens?: number
  /** In the currency of the price. */
  readonly cost?: { readonly amount: number; readonly price: TokenPrice }
  /** Longest answer, in tokens, when the provider was told one. */
  readonly maxTokens?: number
}

/** Watches that the limits are kept. A question that is being asked counts with the most that it may take, as far as that is known. */
export interface Budget {
  readonly limited: boolean
  readonly spent: Usage
  /** True when the question fits, and then it is counted until it is settled. */
  admit(question: Question): boolean
  /** Counts what it really took; without usage nothing is counted. */
  settle(question: Question, usage: Usage | undefined): void
}

/** Starts from what earlier runs have spent. */
export function createBudget(limits: Limits, spentBefore: Usage): Budget {
  const pending = new Map<Question, Usage>()
  let spent = spentBefore
  let longest = 0
  const fits = (usage: Usage) =>
    (limits.tokens === undefined || usage.inputTokens + usage.outputTokens <= limits.tokens) &&
    (limits.cost === undefined || costOf(usage, limits.cost.price) <= limits.cost.amount)
  return {
    limited: limits.tokens !== undefined || limits.cost !== undefined,
    get spent() {
      return spent
    },
    admit(question) {
      const most = { inputTokens: inputBound(question), outputTokens: limits.maxTokens ?? longest }
      if (!fits([...pending.values(), most].reduce(sum, spent))) return false
      pending.set(question, most)
      return true
    },
    settle(question, usage) {
      pending.delete(question)
      if (usage === undefined) return
      spent = sum(spent, usage)
      longest = Math.max(longest, usage.outputTokens)
    },
  }
}

/** What tokens cost, in the price's currency. */
export function costOf({ inputTokens, outputTokens }: Usage, price: TokenPrice): number {
  return (inputTokens * price.input + outputTokens * price.output) / 1_000_000
}

export function sum(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  }
}

/** What a chat format puts around a message, generously. */
const TOKENS_AROUND_A_MESSAGE = 16

/** No tokenizer in use makes more tokens than there are bytes of UTF-8; a real count is about a quarter of it. */
function inputBound({ messages }: Question): number {
  return messages.reduce((bytes, { content }) => bytes + Buffer.byteLength(content) + TOKENS_AROUND_A_MESSAGE, 0)
}
