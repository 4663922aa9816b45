import { afterAll, describe, expect, it, vi } from 'vitest'
import { describeInstant, type Instant, sameInstant } from './instants.ts'
import { openGround } from './place.ts'
import { CONDITIONS, type Scenario, SCENARIOS } from './scenarios.ts'
import { purgeAll } from './verify.ts'
import { innerWorlds } from './world.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const ground = await openGround()
afterAll(() => ground[Symbol.asyncDispose]())
const worlds = innerWorlds(ground)

/** The moments that a purge comes to that nobody disturbs. */
async function instantsOfPurge(scenario: Scenario): Promise<readonly Instant[]> {
  using world = await worlds(scenario, CONDITIONS.usual)
  await world.live()
  expect(await world.purge()).toEqual({ kind: 'completed' })
  return world.instants()
}

/** Dies there while it purges, and purges again; gives the states of what the second receipt names. */
async function purgeTwice(scenario: Scenario, instant: Instant): Promise<void> {
  using world = await worlds(scenario, CONDITIONS.usual)
  await world.live()
  expect(await world.purge((come) => sameInstant(come, instant))).toEqual({ kind: 'died', at: instant })
  expect(await purgeAll(world)).toBe(0)
  await world.catchUp()
  const [receipt, ...more] = await Array.fromAsync(world.open().receipts())
  // One that died after its last word had told all.
  expect(more.length).toBe(instant.moment === 'after' && instant.act === 'journal: receipt purge' ? 1 : 0)
  expect(receipt?.things.map(({ kind }) => kind).toSorted()).toEqual(KINDS[scenario.vendor])
}

const KINDS: Readonly<Record<Scenario['vendor'], readonly string[]>> = {
  openai: ['checkpoint', 'dataset', 'model', 'result-file'],
  azure: ['checkpoint', 'dataset', 'deployment', 'model', 'result-file'],
}

describe('a process that dies while it purges', () => {
  it.each(SCENARIOS.filter(({ inParts }) => !inParts))(
    'leaves the rest to the next purge, which touches nothing else: $name',
    async (scenario) => {
      const instants = await instantsOfPurge(scenario)
      expect(instants.length).toBeGreaterThan(40)
      const failures: string[] = []
      for (const instant of instants) {
        await purgeTwice(scenario, instant).catch((error: unknown) =>
          failures.push(`${describeInstant(instant)}: ${error instanceof Error ? error.message : String(error)}`),
        )
      }
      expect(failures).toEqual([])
    },
  )
})
