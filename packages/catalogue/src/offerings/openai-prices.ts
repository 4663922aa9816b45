import type { MethodName, PricedItem, PriceRecord } from '../record.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const EVIDENCE = { currency: 'USD', source: OPENAI_SOURCES.pricing, grade: 'vendor-page' } as const

/** US dollars for a million tokens, as the page lists them: training, input, cached input, output. */
const PER_MILLION_TOKENS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  'gpt-4.1-2025-04-14': [25, 3, 0.75, 12],
  'gpt-4.1-mini-2025-04-14': [5, 0.8, 0.2, 3.2],
  'gpt-4.1-nano-2025-04-14': [1.5, 0.2, 0.05, 0.8],
  'gpt-4o-2024-08-06': [25, 3.75, 1.875, 15],
  'gpt-4o-mini-2024-07-18': [3, 0.3, 0.15, 1.2],
}
const REINFORCED = 'o4-mini-2025-04-16'
const REINFORCED_PER_MILLION_TOKENS: Readonly<Record<Exclude<PricedItem, 'training' | 'storage' | 'hosting'>, number>> =
  {
    input: 4,
    'cached-input': 1,
    output: 16,
  }

/** Supervised and preference training: tokens of the training dataset times epochs. Reinforcement: by the hour. */
export const OPENAI_TRAINING_PRICES: readonly PriceRecord[] = [
  ...Object.entries(PER_MILLION_TOKENS).flatMap(([model, [training]]) =>
    (['supervised', 'preference'] satisfies readonly MethodName[]).map((method) => ({
      ...EVIDENCE,
      item: 'training' as const,
      amount: training,
      per: 'million-tokens' as const,
      model,
      method,
    })),
  ),
  { ...EVIDENCE, item: 'training', amount: 100, per: 'hour', model: REINFORCED, method: 'reinforcement' },
]

/** Asking tuned models. */
export const OPENAI_SERVING_PRICES: readonly PriceRecord[] = [
  { ...EVIDENCE, item: 'hosting', amount: 0, per: 'hour', note: 'Tuned models answer without a hosting fee.' },
  ...Object.entries(PER_MILLION_TOKENS).flatMap(([model, [, input, cached, output]]) => [
    tokens('input', model, input),
    tokens('cached-input', model, cached),
    tokens('output', model, output),
  ]),
  tokens('input', REINFORCED, REINFORCED_PER_MILLION_TOKENS.input),
  tokens('cached-input', REINFORCED, REINFORCED_PER_MILLION_TOKENS['cached-input']),
  tokens('output', REINFORCED, REINFORCED_PER_MILLION_TOKENS.output),
]

function tokens(item: PricedItem, model: string, amount: number): PriceRecord {
  return { ...EVIDENCE, item, amount, per: 'million-tokens', model }
}
