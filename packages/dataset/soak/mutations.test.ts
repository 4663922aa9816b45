import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mutatedFile, outcomeOf } from '../test/hardening/byte-streams.ts'
import { misread, writtenRow } from '../test/hardening/written-rows.ts'

/** How many cases in all; a million takes some minutes of one core. */
const CASES = Number(process.env['ANYTUNE_SOAK_CASES'] ?? 1_000_000)

it(`${CASES} mutated files and rows: read as what they say or refused, in any chunks, and nothing is told of them`, async () => {
  const files = Math.floor(CASES / 2)
  const sums = { accepted: 0, rejected: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(mutatedFile, async (file) => {
      const { wrong, ...counts } = await outcomeOf(file)
      expect(wrong).toEqual([])
      sums.accepted += counts.accepted
      sums.rejected += counts.rejected
      sums.refused += counts.refused
    }),
    { numRuns: files },
  )
  fc.assert(
    fc.property(writtenRow, (row) => {
      expect(misread(row)).toBeUndefined()
    }),
    { numRuns: CASES - files },
  )
  expect(sums.accepted).toBeGreaterThan(files / 10)
  expect(sums.rejected).toBeGreaterThan(files / 10)
  expect(sums.refused).toBeGreaterThan(files / 100)
})
