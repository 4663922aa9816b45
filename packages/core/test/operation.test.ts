import { describe, expect, it } from 'vitest'
import { createCalls } from '../src/calls.ts'
import type { Driver, Found } from '../src/driver.ts'
import { AnytuneError, isAnytuneError } from '../src/errors.ts'
import type { Journal } from '../src/operation/journal.ts'
import { memoryJournal } from '../src/operation/memory-journal.ts'
import { foldSteps, newOperationId, runStep, type StepMaker } from '../src/operation/operation.ts'

class Crash extends Error {}
class Refused extends Error {}
class Lost extends Error {}
class Busy extends Error {}

type Thing = { readonly id: string; readonly key: string }

/** Only `classify` and the name are used by a step. */
const driver = {
  provider: 'acme',
  classify(error: unknown) {
    if (error instanceof Refused) return { code: 'permission-denied', reached: 'yes' }
    if (error instanceof Busy) return { code: 'rate-limited', reached: 'yes' }
    return { code: 'unavailable', reached: 'maybe' }
  },
} as unknown as Driver

const calls = createCalls(driver, { attempts: 3, firstMs: 1, maximumMs: 2 })

/** An account that makes things and can be told how its answers get lost. */
function account(options: { readonly certain?: boolean; readonly script?: readonly (() => void)[] } = {}) {
  const { certain = true } = options
  const things: Thing[] = []
  const script = [...(options.script ?? [])]
  const seen: string[] = []
  let creates = 0
  const maker: StepMaker<Thing> = {
    operation: 'jobs.create',
    async create(attempt, context) {
      creates++
      seen.push(attempt.key)
      await context.save({ upload: creates })
      const outcome = script.shift()
      if (outcome === before) throw new Lost()
      if (outcome !== undefined && outcome !== after) outcome()
      const thing = { id: `thing-${things.length + 1}`, key: attempt.key }
      things.push(thing)
      if (outcome === after) throw new Lost()
      return thing
    },
    async find(attempt): Promise<Found<Thing>> {
      const value = things.find(({ key }) => key === attempt.key)
      if (value !== undefined && certain) return { state: 'found', value }
      return certain ? { state: 'absent' } : { state: 'unsure', candidates: things }
    },
    async get(id) {
      const thing = things.find((candidate) => candidate.id === id)
      if (thing === undefined) throw new Refused()
      return thing
    },
  }
  return { maker, things, seen, creates: () => creates }
}

function before() {}
function after() {}

/** A journal that kills its process at the nth write, before or after the write is on disk. */
function crashing(journal: Journal, at: number, when: 'before' | 'after'): Journal {
  let writes = 0
  return {
    ...journal,
    async append(id, entry) {
      const crash = ++writes === at
      if (crash && when === 'before') throw new Crash()
      await journal.append(id, entry)
      if (crash) throw new Crash()
    },
  }
}

async function opened(): Promise<Journal> {
  const journal = memoryJournal()
  await journal.create('run-a', {
    type: 'opened',
    kind: 'deploy',
    options: {},
    profile: 'p',
    provider: 'acme',
    scope: 's',
    model: 'm',
  })
  return journal
}

const step = (journal: Journal, maker: StepMaker<Thing>) => runStep(calls, journal, 'run-a', 'job', maker)

describe('a step', () => {
  it('is journalled before anything is made, and is not repeated once done', async () => {
    const journal = await opened()
    const vendor = account()
    const entriesAtCreate: string[] = []
    const watched: StepMaker<Thing> = {
      ...vendor.maker,
      async create(attempt, context) {
        for (const { entry } of await journal.read('run-a')) entriesAtCreate.push(entry.type)
        return vendor.maker.create(attempt, context)
      },
    }
    expect(await step(journal, watched)).toBe('thing-1')
    expect(await step(journal, watched)).toBe('thing-1')
    expect(entriesAtCreate).toEqual(['opened', 'begun'])
    expect(vendor.creates()).toBe(1)
  })

  it('makes exactly one thing wherever the process dies, also when it dies twice', async () => {
    for (const first of [1, 2, 3]) {
      for (const second of [1, 2, 3, 4]) {
        for (const when of ['before', 'after'] as const) {
          for (const script of [[], [before], [after], [before, after]]) {
            const journal = await opened()
            const vendor = account({ script })
            await step(crashing(journal, first, when), vendor.maker).catch(ignoreCrash)
            await step(crashing(journal, second, when), vendor.maker).catch(ignoreCrash)
            const id = await step(journal, vendor.maker)
            expect(vendor.things, `${first} ${second} ${when} ${script.map((f) => f.name).join()}`).toHaveLength(1)
            expect(id).toBe('thing-1')
            expect(new Set(vendor.seen).size).toBe(1)
          }
        }
      }
    }
  })

  it('finds what a lost answer made instead of making it again', async () => {
    const vendor = account({ script: [after] })
    expect(await step(await opened(), vendor.maker)).toBe('thing-1')
    expect(vendor.creates()).toBe(1)
  })

  it('stops at needs-decision when the driver cannot tell, and takes what the user adopts', async () => {
    const journal = await opened()
    const vendor = account({ certain: false, script: [after] })
    const error = await step(journal, vendor.maker).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'needs-decision', data: { candidates: ['thing-1'] } })
    expect(vendor.creates()).toBe(1)

    await journal.append('run-a', { type: 'decided', step: 'job', adopt: 'thing-1' })
    expect(await step(journal, vendor.maker)).toBe('thing-1')
    expect(vendor.things).toHaveLength(1)
  })

  it('makes it again only when the user says so, and asks anew after another loss', async () => {
    const journal = await opened()
    const vendor = account({ certain: false, script: [before, after] })
    await step(journal, vendor.maker).catch(() => {})
    await journal.append('run-a', { type: 'decided', step: 'job', adopt: null })
    const error = await step(journal, vendor.maker).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'needs-decision' })
    expect(vendor.creates()).toBe(2)
    // A vendor that knows the first key would give back the first thing, or refuse.
    expect(vendor.seen).toEqual(['run-a-job', 'run-a-job-2'])
  })

  it('does not adopt what the vendor does not have', async () => {
    const journal = await opened()
    const vendor = account({ certain: false, script: [before] })
    await step(journal, vendor.maker).catch(() => {})
    await journal.append('run-a', { type: 'decided', step: 'job', adopt: 'thing-9' })
    await expect(step(journal, vendor.maker)).rejects.toMatchObject({ code: 'permission-denied' })
    expect(vendor.creates()).toBe(1)
  })

  it('records a refusal as nothing made, and may be tried again', async () => {
    const journal = await opened()
    const refuse = () => {
      throw new Refused()
    }
    const vendor = account({ script: [refuse] })
    await expect(step(journal, vendor.maker)).rejects.toMatchObject({ code: 'permission-denied' })
    expect(foldSteps(await journal.read('run-a')).get('job')).toMatchObject({ state: 'refused' })
    expect(await step(journal, vendor.maker)).toBe('thing-1')
  })

  it('repeats a request that was only held back, and gives up after the policy says so', async () => {
    const busy = () => {
      throw new Busy()
    }
    const patient = account({ script: [busy, busy] })
    expect(await step(await opened(), patient.maker)).toBe('thing-1')
    const hopeless = account({ script: [busy, busy, busy, busy] })
    await expect(step(await opened(), hopeless.maker)).rejects.toMatchObject({ code: 'rate-limited' })
    expect(hopeless.things).toHaveLength(0)
  })

  it('gives a repeated request what the one before it saved', async () => {
    const resumes: unknown[] = []
    const busy = () => {
      throw new Busy()
    }
    const vendor = account({ script: [busy] })
    await step(await opened(), {
      ...vendor.maker,
      create(attempt, context) {
        resumes.push(attempt.resume)
        return vendor.maker.create(attempt, context)
      },
    })
    expect(resumes).toEqual([undefined, { upload: 1 }])
  })

  it('hands back what was saved, and the moment of the first attempt', async () => {
    const journal = await opened()
    const vendor = account()
    await step(crashing(journal, 3, 'before'), vendor.maker).catch(ignoreCrash)
    const begun = foldSteps(await journal.read('run-a')).get('job')
    let resumed: unknown
    await step(journal, {
      ...vendor.maker,
      async find(attempt, context) {
        resumed = attempt
        return vendor.maker.find(attempt, context)
      },
    })
    expect(resumed).toEqual({
      key: 'run-a-job',
      since: new Date((begun?.since.getTime() ?? 0) - 600_000),
      resume: { upload: 1 },
    })
  })

  it('does not repeat a request of which a driver only says that it may be tried again', async () => {
    const vendor = account()
    const sent: StepMaker<Thing> = {
      ...vendor.maker,
      async create(attempt, context) {
        await vendor.maker.create(attempt, context)
        throw new AnytuneError('unavailable', 'the answer was lost')
      },
    }
    expect(await step(await opened(), sent)).toBe('thing-1')
    expect(vendor.things).toHaveLength(1)
  })

  it('erases what was saved once the thing is made', async () => {
    const journal = await opened()
    await step(journal, account().maker)
    expect(JSON.stringify(await journal.read('run-a'))).not.toContain('upload')
  })

  it('makes a harmless thing again when nothing like it is listed', async () => {
    const journal = await opened()
    const vendor = account({ certain: false, script: [before] })
    expect(await step(journal, { ...vendor.maker, harmless: true })).toBe('thing-1')
    expect(vendor.creates()).toBe(2)
  })

  it('leaves the fate open when it is aborted, with the reason of the signal', async () => {
    const journal = await opened()
    const controller = new AbortController()
    const reason = new Error('enough')
    const vendor = account({ script: [() => controller.abort(reason), before] })
    const slow: StepMaker<Thing> = {
      ...vendor.maker,
      async create(attempt, context) {
        await vendor.maker.create(attempt, context)
        throw new Lost()
      },
    }
    const error = await runStep(calls, journal, 'run-a', 'job', slow, { signal: controller.signal }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBe(reason)
    expect(await step(journal, vendor.maker)).toBe('thing-1')
    expect(vendor.things).toHaveLength(1)
  })
})

describe('an operation id', () => {
  it('gives attempt keys that are legal everywhere', () => {
    for (let count = 0; count < 200; count++) {
      expect(`${newOperationId('run')}-validation`).toMatch(/^[a-z][a-z0-9-]{0,31}$/)
      expect(`${newOperationId('deploy')}-deployment`).toMatch(/^[a-z][a-z0-9-]{0,31}$/)
    }
  })
})

function ignoreCrash(error: unknown): void {
  // A crash inside the driver's save reaches the step as an error of the vendor; both mean that the process is gone.
  if (!(error instanceof Crash) && !isAnytuneError(error)) throw error
}
