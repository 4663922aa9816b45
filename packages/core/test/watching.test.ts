import { rmSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createTuner, memoryJournal, type RunEvent } from '../src/index.ts'
import type { EventPage, JobEvent } from '../src/driver.ts'
import { memory, memoryStore, type MemoryDriver, type MemoryStore } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
const RETRY = { attempts: 2, firstMs: 1, maximumMs: 2 }

const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
process.on('unhandledRejection', note)
afterEach(() => void unhandled.splice(0))
afterAll(() => void process.off('unhandledRejection', note))

/** The id of a job that stands still under a word that nobody knows. */
async function standingStill(store: MemoryStore): Promise<string> {
  const tuner = createTuner(memory({ store }), { journal: memoryJournal(), retry: RETRY })
  const run = await tuner.start(await tuner.plan(REQUEST))
  const { id } = await run.job()
  await run.model()
  store.reportState(id, 'meditating')
  return id
}

function watching(driver: MemoryDriver) {
  return createTuner(driver, { journal: memoryJournal(), retry: RETRY }).jobs
}

function looksAt(store: MemoryStore): number {
  return store.calls.filter(({ operation }) => operation === 'jobs.get').length
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

const SLOW = { firstMs: 60_000, maximumMs: 60_000 }

describe('a watcher', () => {
  it.each([
    ['gives no answer', 'hang'],
    ['is out of order', { code: 'unavailable', reached: 'no' }],
  ] as const)('keeps its deadline while the provider %s', async (_, error) => {
    const store = memoryStore()
    const id = await standingStill(store)
    const driver = memory({ store, faults: [{ operation: 'jobs.get', when: 'before', times: Infinity, error }] })
    const tuner = createTuner(driver, { journal: memoryJournal(), retry: { ...RETRY, maximumMs: 60_000 } })
    await expect(all(tuner.jobs.watch(id, { deadlineMs: 50 }))).rejects.toMatchObject({
      code: 'timeout',
      data: { cursor: expect.any(String) as string },
    })
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('no such thing'))],
    [
      'throws',
      () => {
        throw new Error('no such thing')
      },
    ],
  ])('keeps to its schedule when the driver %s instead of saying that something changed', async (_, changed) => {
    const store = memoryStore()
    const id = await standingStill(store)
    const driver = memory({ store })
    const broken: MemoryDriver = { ...driver, polling: SLOW, jobs: { ...driver.jobs, changed } }
    const before = looksAt(store)
    await expect(all(watching(broken).watch(id, { deadlineMs: 100 }))).rejects.toMatchObject({ code: 'timeout' })
    expect(looksAt(store) - before).toBeLessThanOrEqual(3)
    expect(unhandled).toEqual([])
  })

  it('does not hammer a provider whose driver sees a change each time it is asked', async () => {
    const store = memoryStore()
    const id = await standingStill(store)
    const driver = memory({ store })
    const jumpy: MemoryDriver = { ...driver, polling: SLOW, jobs: { ...driver.jobs, changed: async () => {} } }
    const before = looksAt(store)
    await expect(all(watching(jumpy).watch(id, { deadlineMs: 250 }))).rejects.toMatchObject({ code: 'timeout' })
    expect(looksAt(store) - before).toBeLessThanOrEqual(6)
  })

  it('does not look more often because it is to tell of a silence', async () => {
    const store = memoryStore()
    const id = await standingStill(store)
    const driver = memory({ store })
    const { changed: _, ...jobs } = driver.jobs
    // A driver without `changed` is one of the allowed ones; the type of this one says more.
    const slow = { ...driver, polling: SLOW, jobs } as unknown as MemoryDriver
    const before = looksAt(store)
    const events: RunEvent[] = []
    const watch = async () => {
      for await (const event of watching(slow).watch(id, { stallMs: 20, deadlineMs: 300 })) events.push(event)
    }
    await expect(watch()).rejects.toMatchObject({ code: 'timeout' })
    expect(events.filter(({ type }) => type === 'stalled')).toHaveLength(1)
    expect(looksAt(store) - before).toBeLessThanOrEqual(4)
  })
})

describe('the events of a job', () => {
  const told = (id: string): JobEvent => ({ id, at: new Date(0), type: 'message', level: 'info', text: id })

  /** A finished job whose events come as these pages. */
  async function paged(pages: Readonly<Record<string, EventPage>>) {
    const store = memoryStore()
    const tuner = createTuner(memory({ store }), { journal: memoryJournal(), retry: RETRY })
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    const driver = memory({ store })
    const events = async (_: string, cursor = 'start') => pages[cursor] ?? { events: [], cursor }
    const { id } = await run.job()
    return { id, jobs: watching({ ...driver, jobs: { ...driver.jobs, events } }) }
  }

  it('are told also behind a page that holds none', async () => {
    const { id, jobs } = await paged({
      start: { events: [told('first')], cursor: 'b' },
      b: { events: [], cursor: 'c' },
      c: { events: [told('last')], cursor: 'd' },
    })
    expect((await all(jobs.events(id))).map((event) => event.id)).toEqual(['first', 'last'])
  })

  it('end with an error when the pages go round in circles', async () => {
    const { id, jobs } = await paged({
      start: { events: [told('1')], cursor: 'b' },
      b: { events: [told('2')], cursor: 'c' },
      c: { events: [told('3')], cursor: 'b' },
    })
    const seen: string[] = []
    const reading = async () => {
      for await (const event of jobs.events(id)) {
        seen.push(event.id)
        if (seen.length > 20) return
      }
    }
    await expect(reading()).rejects.toMatchObject({ code: 'unknown', hint: expect.any(String) as string })
  })
})
