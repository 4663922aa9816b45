import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mutatedFile, outcomeOf } from './byte-streams.ts'

it(
  'a mutated file gives the same rows and rejections in any chunks, or an error of ours',
  { timeout: 120_000 },
  async () => {
    const sums = { accepted: 0, rejected: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(mutatedFile, async (file) => {
        const { wrong, ...counts } = await outcomeOf(file)
        expect(wrong).toEqual([])
        sums.accepted += counts.accepted
        sums.rejected += counts.rejected
        sums.refused += counts.refused
      }),
      { numRuns: 4000 },
    )
    expect(sums.accepted).toBeGreaterThan(500)
    expect(sums.rejected).toBeGreaterThan(500)
    expect(sums.refused).toBeGreaterThan(50)
  },
)
