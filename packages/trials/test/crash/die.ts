import { expect } from 'vitest'
import { expectedAt } from './expected.ts'
import { type Instant, sameInstant } from './instants.ts'
import type { Ending } from './outcomes.ts'
import { runOf } from './program.ts'
import { assertAsks, assertMadeOnce, decideByLooking, openUploadsWithParts, purgeAll } from './verify.ts'
import type { Condition, Scenario } from './scenarios.ts'
import type { InnerWorld, World } from './world.ts'

type Worlds = (scenario: Scenario, condition: Condition) => Promise<InnerWorld>

/** The moments that a process comes to that does not die, so far as the condition can make a difference to them. */
export async function instantsOf(
  worlds: Worlds,
  scenario: Scenario,
  condition: Condition,
): Promise<readonly Instant[]> {
  using world = await worlds(scenario, condition)
  expect(await world.live()).toEqual({ kind: 'completed' })
  return world.instants().filter(({ act }) => condition.acts?.test(act) !== false)
}

/** Dies at an instant, goes on in another process, decides where that is asked for, and purges. */
export async function dieAt(
  worlds: Worlds,
  scenario: Scenario,
  condition: Condition,
  instant: Instant,
): Promise<Ending> {
  using world = await worlds(scenario, condition)
  const expected = expectedAt(scenario, condition, instant)
  const died = await world.live((come) => sameInstant(come, instant))
  expect(died.kind, 'it comes to this instant').toBe('died')

  const next = await world.live()
  expect(world.truth().jobs, 'no job is made while it is not known whether there is one').toBeLessThanOrEqual(1)
  await world.catchUp()
  expect(next.kind === 'undecided' ? 'needs-decision' : next.kind).toBe(expected.end)
  if (next.kind === 'undecided') {
    assertAsks(next.error, (await runOf(world.journal)) ?? '')
    expect(world.truth().jobs).toBe(expected.jobs)
    expect(await world.live(undefined, await decideByLooking(world))).toEqual({ kind: 'completed' })
  }
  await assertMadeOnce(world, scenario)
  expect(world.truth().copies).toBe(expected.copies)
  expect(await purgeAll(world)).toBe(expected.nameless)
  expect(openUploadsWithParts(world)).toEqual([])

  if (next.kind === 'undecided') return expected.jobs === 1 ? 'asks; job adopted' : 'asks; job made again'
  if (expected.copies === 2) return 'file staged twice'
  return expected.nameless === 1 ? 'empty upload stays' : 'one of each'
}

/** Dies at an instant, and again and again while it goes on, wherever `below` says; returns how many processes died. */
export async function dieAgain(
  worlds: Worlds,
  scenario: Scenario,
  condition: Condition,
  first: Instant,
  below: (limit: number) => number,
): Promise<number> {
  using world = await worlds(scenario, condition)
  let end = await world.live((come) => sameInstant(come, first))
  let deaths = 0
  for (let left = 1 + below(3); end.kind !== 'completed'; left--) {
    if (end.kind === 'died') deaths++
    assertNotTwice(world)
    if (end.kind === 'undecided') assertAsks(end.error, (await runOf(world.journal)) ?? '')
    // Nobody decides about what is still under way; a process may well go on meanwhile.
    if (end.kind === 'undecided' || below(2) === 0) await world.catchUp()
    assertNotTwice(world)
    const decision = end.kind === 'undecided' ? await decideByLooking(world) : undefined
    let moments = below(MOMENTS_LIVED)
    const dies = left > 0 ? () => moments-- === 0 : undefined
    end = await world.live(dies, decision)
  }
  await world.catchUp()
  await assertMadeOnce(world, scenario)
  await purgeAll(world)
  expect(openUploadsWithParts(world)).toEqual([])
  return deaths
}

/** A process that goes on comes to about so many moments before its job is made. */
const MOMENTS_LIVED = 24

function assertNotTwice(world: World): void {
  const { jobs, deployments } = world.truth()
  expect(jobs).toBeLessThanOrEqual(1)
  expect(deployments.length).toBeLessThanOrEqual(1)
}
