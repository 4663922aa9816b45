import { AssertionError } from 'node:assert/strict'
import { isAnytuneError } from '@anytune/core'
import { describe, expect, it } from 'vitest'
import { makeConformance, type Harness } from '../src/index.ts'
import { DEFECTS } from './defects.ts'
import { LOST_DEFECTS } from './lost-defects.ts'
import { memoryHarness, type Change } from './memory-harness.ts'

/** Runs some tests of the suite on a changed driver, and says which of them failed. */
async function failures(
  change: Change,
  titles: readonly string[],
  limits: Pick<Harness, 'timeoutMs'> = {},
): Promise<readonly string[]> {
  const { tests, close } = await makeConformance({ ...memoryHarness(change), ...limits })
  const failed: string[] = []
  try {
    for (const title of titles) {
      const test = tests.find((candidate) => candidate.title === title)
      if (test === undefined) throw new Error(`there is no test "${title}"`)
      await test.run().catch((error: unknown) => {
        // Anything else is a defect of this test.
        if (!(error instanceof AssertionError || isAnytuneError(error))) throw error
        failed.push(title)
      })
    }
  } finally {
    await close()
  }
  return failed
}

const ALL = [...DEFECTS, ...LOST_DEFECTS]

describe('the suite can fail', () => {
  it.each(ALL)('notices when $name', { timeout: 20_000 }, async ({ change, caughtBy }) => {
    // What must be noticed by waiting in vain is not waited for long.
    expect(await failures(change, caughtBy, { timeoutMs: 1500 })).toEqual(caughtBy)
  })

  it('and does not when nothing is wrong', { timeout: 20_000 }, async () => {
    const titles = [...new Set(ALL.flatMap(({ caughtBy }) => caughtBy))]
    expect(await failures((driver) => driver, titles)).toEqual([])
  })
})
