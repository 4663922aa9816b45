import { type Decision, isAnytuneError, type Journal, memoryJournal, type Plan, type Tuner } from '@anytune/core'
import type { Instant } from './instants.ts'
import { mortal, type Mortal } from './mortal.ts'
import { type End, type Ground, makePlace, type Place, tellSenders } from './place.ts'
import { PLAN_REQUEST, program, runOf, tunerOn } from './program.ts'
import type { Condition, Scenario } from './scenarios.ts'
import { VENDORS, type VendorName } from './vendors.ts'

/** A place whose processes live, and die, one after the other. */
export interface World extends Place {
  /** One process, from its start to its end. */
  live(dies?: (instant: Instant) => boolean, decision?: Decision): Promise<End>
  /** Lets requests of the dead arrive that are late, and makes lists show all there is. */
  catchUp(): Promise<void>
}

/** A world whose processes are in this one: many die in little time. */
export interface InnerWorld extends World, Disposable {
  /** The moments that its last process came to. */
  instants(): readonly Instant[]
  /** One process that purges the run. */
  purge(dies?: (instant: Instant) => boolean): Promise<End>
}

/** Makes worlds on one ground, for one test at a time. */
export function innerWorlds(ground: Ground): (scenario: Scenario, condition: Condition) => Promise<InnerWorld> {
  const plans = new Map<VendorName, Promise<Plan>>()
  // A plan names the vendor's host and the file, and no account.
  const planFor = (scenario: Scenario) => {
    const plan = plans.get(scenario.vendor) ?? makePlan(ground, scenario)
    plans.set(scenario.vendor, plan)
    return plan
  }
  return async (scenario, condition) => innerWorld(ground, scenario, condition, await planFor(scenario))
}

async function makePlan({ emulator, training }: Ground, { vendor, inParts }: Scenario): Promise<Plan> {
  const environment = emulator.account().env(vendor)
  const driver = VENDORS[vendor]({ environment, fetch: globalThis.fetch, inParts })
  return tunerOn(driver, memoryJournal()).plan({ ...PLAN_REQUEST, training })
}

function innerWorld(ground: Ground, scenario: Scenario, condition: Condition, plan: Plan): InnerWorld {
  const place = makePlace(ground, scenario, condition, memoryJournal())
  const { account, journal } = place
  const { vendor, inParts } = scenario
  const environment = account.env(vendor)
  const processes: Mortal[] = []
  const stop = tellSenders(ground.emulator, account, processes)
  type Work = (tuner: Tuner, journal: Journal, signal: AbortSignal) => Promise<void>
  async function lifeOf(work: Work, dies?: (instant: Instant) => boolean): Promise<End> {
    const process = mortal(journal, dies)
    processes.push(process)
    const tuner = tunerOn(VENDORS[vendor]({ environment, fetch: process.fetch, inParts }), process.journal)
    const end = await endOf(process, work(tuner, process.journal, process.signal))
    await process.stilled()
    return end
  }
  return {
    ...place,
    live: (dies, decision) =>
      lifeOf(
        (tuner, own, signal) => program(tuner, own, async () => plan, { signal, ...(decision && { decision }) }),
        dies,
      ),
    purge: (dies) =>
      lifeOf(async (tuner, own, signal) => void (await tuner.purge((await runOf(own)) ?? '', { signal })), dies),
    instants: () => processes.at(-1)?.instants ?? [],
    async catchUp() {
      for (const process of processes) await process.arriveLate()
      await place.showAll()
    },
    [Symbol.dispose]() {
      stop()
      place.leave()
    },
  }
}

async function endOf(process: Mortal, work: Promise<void>): Promise<End> {
  try {
    await work
    return { kind: 'completed' }
  } catch (error) {
    const at = process.diedAt()
    if (at !== undefined) return { kind: 'died', at }
    if (isAnytuneError(error) && error.code === 'needs-decision') return { kind: 'undecided', error }
    throw error
  }
}
