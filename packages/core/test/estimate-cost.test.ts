import { defineCatalogue } from '@anytune/catalogue'
import { bytesSource, countTokens, tokenMethod } from '@anytune/dataset'
import { describe, expect, it } from 'vitest'
import { estimateCost, monthlyCost } from '../src/index.ts'

const EVIDENCE = { source: { title: 'the price list', readOn: '2023-08-22' }, grade: 'vendor-page' } as const
const NOW = new Date('2023-09-01')
/** The public prices of gpt-3.5-turbo in 2023: dollars a thousand tokens. */
const price = (item: 'training' | 'input' | 'output', amount: number) =>
  ({ item, amount, currency: 'USD', per: 'thousand-tokens', ...EVIDENCE }) as const
const CATALOGUE = defineCatalogue([
  { id: 'cloud/train', prices: [price('training', 0.008)], encodings: [{ encoding: 'cl100k_base', ...EVIDENCE }] },
  {
    id: 'cloud/serve',
    prices: [
      price('input', 0.012),
      price('output', 0.016),
      { item: 'hosting', amount: 0, currency: 'USD', per: 'hour', ...EVIDENCE },
    ],
  },
  { id: 'cloud/serve/hosted', prices: [{ item: 'hosting', amount: 1.7, currency: 'USD', per: 'hour', ...EVIDENCE }] },
])

describe('a cost from the catalogue alone', () => {
  it('of training is tokens times epochs times the price of 2023', async () => {
    // "a" is a token; 100,000 of them with a space each are as many.
    const row = JSON.stringify({ prompt: ' a'.repeat(99_999), completion: ' a' })
    const tokens = await countTokens(bytesSource('rows.jsonl', Buffer.from(row)), {
      method: tokenMethod('cl100k_base'),
    })
    expect(tokens).toMatchObject({ total: 100_000, unsure: 0 })
    const query = { training: 'cloud/train', serving: 'cloud/serve', baseModel: 'm', method: 'supervised' } as const
    const cost = estimateCost(CATALOGUE, { ...query, epochs: 3, tokens, bytes: row.length, now: NOW })
    // 100,000 tokens, 3 epochs, 0.008 dollars a thousand: 2.40 dollars.
    expect(cost).toMatchObject({ kind: 'estimate', low: 2.4, high: 2.4, currency: 'USD', per: 'run' })
    const nowhere = estimateCost(CATALOGUE, { ...query, training: 'cloud/unheard-of', tokens, bytes: 1, now: NOW })
    expect(nowhere).toMatchObject({ kind: 'unknown' })
  })

  it('of a month is the mix of what is asked and answered', () => {
    const use = { inputTokens: 1_000_000, outputTokens: 250_000 }
    // A million at 0.012 and a quarter of a million at 0.016 a thousand: 12 and 4 dollars; hosting costs nothing.
    const cost = monthlyCost(CATALOGUE, 'cloud/serve', 'm', use, NOW)
    expect(cost.total).toEqual({ amount: 16, currency: 'USD' })
    expect(cost.lines.map((line) => ('high' in line ? line.high : line.unknown))).toEqual([0, 12, 4])
  })

  it('of a month is unknown as soon as one part of it is, and never zero for want of a price', () => {
    const use = { inputTokens: 10, cachedInputTokens: 5, outputTokens: 10 }
    expect(monthlyCost(CATALOGUE, 'cloud/serve', 'm', use, NOW).total).toMatchObject({
      unknown: expect.stringContaining('cached-input') as string,
    })
    const hosted = monthlyCost(CATALOGUE, 'cloud/serve/hosted', 'm', { inputTokens: 0, outputTokens: 0 }, NOW)
    expect(hosted.total).toEqual({ amount: 1.7 * 730, currency: 'USD' })
    expect(monthlyCost(CATALOGUE, 'cloud/unheard-of', 'm', use, NOW).total).toHaveProperty('unknown')
  })
})
