import { afterAll, describe, expect, it, vi } from 'vitest'
import { instantsOf } from './die.ts'
import { describeInstant, type Instant, sameInstant } from './instants.ts'
import { type Ground, openGround } from './place.ts'
import { realWorld } from './real-world.ts'
import { runOf } from './program.ts'
import { CONDITIONS, type Scenario, SCENARIOS } from './scenarios.ts'
import { assertAsks, assertMadeOnce, decideByLooking, openUploadsWithParts, purgeAll } from './verify.ts'
import { innerWorlds } from './world.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const ground = await openGround()
afterAll(() => ground[Symbol.asyncDispose]())
let kills = 0

/** What is worth a process each: every write, and every request that makes something, the first time. */
async function instantsToDieAt(scenario: Scenario): Promise<readonly Instant[]> {
  const instants = await instantsOf(innerWorlds(ground), scenario, CONDITIONS.usual)
  return instants.filter(({ act, nth }) => nth === 1 && /^journal: |\.(?:create|complete|put)$/.test(act))
}

/** Processes of one run, one after the other, each killed at the first of the instants that it comes to; gives those that are left. */
async function liveAndDie(on: Ground, scenario: Scenario, instants: readonly Instant[]): Promise<readonly Instant[]> {
  let left = instants
  await using world = realWorld(on, scenario, CONDITIONS.usual)
  const dies = (come: Instant) => left.some((instant) => sameInstant(come, instant))
  let end = await world.live(dies)
  while (end.kind !== 'completed') {
    const { jobs, deployments } = world.truth()
    expect(jobs).toBeLessThanOrEqual(1)
    expect(deployments.length).toBeLessThanOrEqual(1)
    if (end.kind === 'died') {
      const { at } = end
      left = left.filter((instant) => !sameInstant(at, instant))
      end = await world.live(dies)
    } else {
      assertAsks(end.error, (await runOf(world.journal)) ?? '')
      await world.catchUp()
      end = await world.live(dies, await decideByLooking(world))
    }
  }
  await assertMadeOnce(world, scenario)
  await purgeAll(world)
  expect(openUploadsWithParts(world)).toEqual([])
  return left
}

/** Each provider, and each way to send a file. */
const KILLED = SCENARIOS.filter(({ vendor, inParts }) => inParts === (vendor === 'openai'))

describe('processes killed with SIGKILL', () => {
  it.concurrent.each(KILLED)(
    'at every write and around every create leave one of each, or ask: $name',
    async (scenario) => {
      const instants = await instantsToDieAt(scenario)
      let left = instants
      let before: number
      do {
        before = left.length
        left = await liveAndDie(ground, scenario, left)
      } while (left.length > 0 && left.length < before)
      expect(left.map(describeInstant), 'nobody comes to these').toEqual([])
      kills += instants.length
    },
  )

  it('were fifty or more', () => {
    expect(kills).toBeGreaterThanOrEqual(50)
  })
})
