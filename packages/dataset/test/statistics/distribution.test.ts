import { describe, expect, it } from 'vitest'
import { tallyDistribution } from '../../src/statistics/distribution.ts'

function distribution(lengths: readonly number[]) {
  const tally = tallyDistribution()
  for (const [index, length] of lengths.entries()) tally.add(length, index + 1)
  return tally.result()
}

describe('a distribution of lengths', () => {
  it('has percentiles by nearest rank, and the line of the first longest', () => {
    // Sorted: 1 to 20. The tenth of twenty is half of them, the nineteenth 95 of 100.
    const lengths = [20, ...Array.from({ length: 19 }, (_, index) => index + 1)]
    expect(distribution(lengths)).toMatchObject({ total: 210, p50: 10, p95: 19, max: 20, maxLine: 1 })
    expect(distribution([3, 9, 9])).toMatchObject({ p50: 9, p95: 9, max: 9, maxLine: 2 })
    expect(distribution([7])).toMatchObject({ total: 7, p50: 7, p95: 7, max: 7, maxLine: 1 })
  })

  it('counts by powers of two, without a gap between the shortest and the longest', () => {
    expect(distribution([1, 4, 7, 8, 40]).histogram).toEqual([
      { from: 1, to: 1, count: 1 },
      { from: 2, to: 3, count: 0 },
      { from: 4, to: 7, count: 2 },
      { from: 8, to: 15, count: 1 },
      { from: 16, to: 31, count: 0 },
      { from: 32, to: 63, count: 1 },
    ])
    expect(distribution([0, 0, 1]).histogram).toEqual([
      { from: 0, to: 0, count: 2 },
      { from: 1, to: 1, count: 1 },
    ])
  })

  it('of nothing has no longest', () => {
    expect(distribution([])).toEqual({ total: 0, p50: 0, p95: 0, max: 0, histogram: [] })
  })
})
