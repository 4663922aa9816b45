import { makeConformance, type Harness } from '@anytune/conformance'
import type { Emulator } from '@anytune/emulator'
import { describe, expect, it } from 'vitest'
import { conformanceHarness as ofAzure } from '../../../azure/test/conformance-harness.ts'
import { conformanceHarness as ofOpenAI } from '../../../openai/test/conformance-harness.ts'
import { missing } from './specification.ts'
import { breachesOf, contractsOf } from './traffic.ts'

/** All that the suite asks; it takes its time on a busy machine. */
const TIMEOUT_MS = 600_000
const WHOLE_LOG = { logCapacity: 1_000_000 }

describe.skipIf(missing !== undefined)('the traffic of the conformance suite', () => {
  it.each([
    ['OpenAI', () => ofOpenAI(WHOLE_LOG)],
    ['Azure', () => ofAzure(WHOLE_LOG)],
  ] as const)('is as %s describes it', { timeout: TIMEOUT_MS }, async (_, open) => {
    const { emulator, harness } = await open()
    const exchanges = await conform(emulator, harness)
    expect(exchanges.length).toBeGreaterThan(1_000)
    expect(breachesOf(contractsOf(), exchanges)).toEqual([])
  })
})

/** Runs the suite for what it asks: what it finds is told where the adapter's own tests run it. */
async function conform(emulator: Emulator, harness: Harness) {
  // An odd job is one that no vendor describes.
  const { plantOddJob: _, ...plain } = harness
  const { tests, close } = await makeConformance(plain)
  for (const { unchecked, run } of tests) if (unchecked === undefined) await run().catch(() => {})
  const exchanges = emulator.requests()
  await close()
  return exchanges
}
