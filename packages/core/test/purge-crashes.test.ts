import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createTuner, memoryJournal, type Journal, type PurgedThing } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver, type MemoryStore } from '../src/memory.ts'
import { Death, mortal } from './mortal.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training, validation } as const
const RETRY = { attempts: 2, firstMs: 0, maximumMs: 0 }
const AT_ONCE = {
  processingMs: 0,
  checkingMs: 0,
  waitingMs: 0,
  steppingMs: 0,
  pausingMs: 0,
  stoppingMs: 0,
  deployingMs: 0,
}

function tunerOn(driver: MemoryDriver, journal: Journal) {
  return createTuner(driver, { journal, retry: RETRY })
}

/** A run with a model that is served. */
async function served(driver: MemoryDriver, journal: Journal) {
  const tuner = tunerOn(driver, journal)
  const run = await tuner.start(await tuner.plan(REQUEST))
  const live = await (await run.model()).deploy()
  return { run: run.id, deployment: live.id }
}

/** What the account still has, job records aside, which no provider is asked to delete. */
function left(store: MemoryStore) {
  return {
    datasets: [...store.datasets.keys()],
    uploads: store.uploads.size,
    deployments: [...store.deployments.keys()],
    models: [...store.jobs.values()].filter(({ modelDeleted }) => !modelDeleted).map(({ model }) => model),
  }
}

function modelsAmong(things: readonly PurgedThing[]): readonly string[] {
  return things.flatMap(({ kind, id }) => (kind === 'model' ? [id] : []))
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** Dies at the first act, the second, …, each in a world of its own, until the work comes to its end alive. */
async function dyingEverywhere(
  when: 'before' | 'after',
  world: (acts: number) => Promise<(die: typeof mortal) => Promise<unknown>>,
): Promise<number> {
  for (let acts = 0; ; acts++) {
    let died = false
    const work = await world(acts)
    await work((driver, journal, lives, at) => {
      const process = mortal(driver, journal, lives, at)
      process.death.catch(() => (died = true))
      return process
    })
    if (!died) return acts
  }
}

describe.each(['before', 'after'] as const)('a process that dies %s an act', (when) => {
  it('while it purges: the next purge leaves nothing of the run, and everything of another', async () => {
    const deaths = await dyingEverywhere(when, async (acts) => {
      const store = memoryStore({ durations: AT_ONCE })
      const journal = memoryJournal()
      await served(memory({ store }), journal)
      const other = left(store)
      const { run } = await served(memory({ store }), journal)
      return async (die) => {
        const { driver, journal: dying, death } = die(memory({ store }), journal, acts, when)
        await Promise.race([tunerOn(driver, dying).purge(run), death]).catch((error: unknown) => {
          if (!(error instanceof Death)) throw error
        })
        const receipt = await tunerOn(memory({ store }), journal).purge(run)
        expect(left(store), `died at ${acts}`).toEqual(other)
        expect(receipt.complete, `died at ${acts}`).toBe(true)
        // It was all there: whichever process removed it, the first receipt must say so.
        const first = (await collect(tunerOn(memory({ store }), journal).receipts())).at(-1)
        expect(new Set(first?.things.map(({ state }) => state)), `died at ${acts}`).toEqual(new Set(['removed']))
        // One thing is never told as removed and as not there in one receipt, and every thing is told.
        expect(receipt.things.map(({ kind }) => kind)).toEqual([
          'deployment',
          'checkpoint',
          'model',
          'dataset',
          'dataset',
        ])
      }
    })
    expect(deaths).toBeGreaterThan(25)
  })

  it.each([{ keepsKeys: true }, { keepsKeys: false }])(
    'while it trains and deploys (keys kept: $keepsKeys): a purge leaves nothing, or says what it cannot tell',
    async ({ keepsKeys }) => {
      const deaths = await dyingEverywhere(when, async (acts) => {
        const store = memoryStore({ durations: AT_ONCE, keepsKeys })
        const journal = memoryJournal()
        return async (die) => {
          const { driver, journal: dying, death } = die(memory({ store }), journal, acts, when)
          await Promise.race([served(driver, dying), death]).catch((error: unknown) => {
            if (!(error instanceof Death)) throw error
          })
          const healthy = tunerOn(memory({ store }), journal)
          const runs = (await journal.list()).filter((operation) => operation.startsWith('run-'))
          const receipts = await Promise.all(runs.map((id) => healthy.purge(id, { cancelJob: true })))
          const things = receipts.flatMap((receipt) => receipt.things)
          const unsure = things.flatMap((thing) => (thing.state === 'unsure' ? [thing] : []))
          const kept = things.filter(({ state }) => state === 'kept')
          const { deployments, ...rest } = left(store)
          expect(rest, `died at ${acts}`).toEqual({ datasets: [], uploads: 0, models: modelsAmong(kept) })
          const candidates = unsure.flatMap((thing) => thing.candidates)
          expect(candidates, `died at ${acts}`).toEqual(expect.arrayContaining(deployments))
          for (const { complete } of receipts) expect(complete).toBe(unsure.length + kept.length === 0)
          expect(keepsKeys ? [...deployments, ...unsure, ...kept] : [], `died at ${acts}`).toEqual([])
        }
      })
      expect(deaths).toBeGreaterThan(25)
    },
  )
})
