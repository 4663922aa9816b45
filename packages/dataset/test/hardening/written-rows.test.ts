import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { misread, writtenRow } from './written-rows.ts'

it('a row is read as what it says, to the last digit, however it is written', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(writtenRow, (row) => {
      expect(misread(row)).toBeUndefined()
    }),
    { numRuns: 10_000 },
  )
})
