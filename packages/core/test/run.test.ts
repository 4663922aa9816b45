import { appendFileSync, rmSync } from 'node:fs'
import { rowsSource } from '@anytune/dataset'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, dataset, memoryJournal, type Journal, type RunEvent } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver, type MemoryStore } from '../src/memory.ts'
import { dying } from './dying-journal.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training, validation } as const
const RETRY = { attempts: 3, firstMs: 1, maximumMs: 2 }

function tunerOn(driver: MemoryDriver, journal: Journal = memoryJournal()) {
  return createTuner(driver, { journal, retry: RETRY })
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

async function countOf(store: MemoryStore) {
  const tuner = tunerOn(memory({ store }))
  return { jobs: (await all(tuner.jobs.list())).length, datasets: (await all(tuner.datasets.list())).length }
}

describe('a run', () => {
  it('goes from plan to an answering model', async () => {
    const tuner = tunerOn(memory())
    const run = await tuner.start(await tuner.plan(REQUEST))
    const model = await run.model()
    const live = await model.deploy()
    const reply = await live.chat([{ role: 'user', content: 'question 3' }])
    expect(reply.text).toBe('answer 3')
    await live.undeploy()
    expect(await all(tuner.runs.list())).toMatchObject([{ id: run.id, state: 'succeeded', modelId: model.id }])
  })

  it('tells its steps, then every status once, then ends', async () => {
    const tuner = tunerOn(memory())
    const run = await tuner.start(await tuner.plan(REQUEST))
    const events = await all(run.events())
    const steps = events.flatMap((event) => (event.type === 'step' ? [`${event.step} ${event.state}`] : []))
    expect(steps).toEqual(['training', 'validation', 'job'].flatMap((step) => [`${step} begun`, `${step} done`]))
    const statuses = events.flatMap((event) => (event.type === 'status' ? [event.status] : []))
    expect(statuses.at(-1)).toBe('succeeded')
  })

  it('goes on after any stored cursor, in another process, with nothing lost and nothing twice', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    const told = (event: RunEvent) => (event.type === 'job' ? event.event.id : event.type)
    const events = await all(run.events())
    for (const [index, { cursor }] of events.entries()) {
      const later = await tunerOn(memory({ store }), journal).runs.get(run.id)
      expect((await all(later.events({ after: cursor }))).map(told)).toEqual(events.slice(index + 1).map(told))
    }
  })

  it('refuses data that changed since the plan, before a byte leaves', async () => {
    const changing = chatFile(folder, 'changing.jsonl')
    const driver = memory()
    const tuner = tunerOn(driver)
    const plan = await tuner.plan({ ...REQUEST, training: changing })
    appendFileSync(changing, '{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]}\n')
    await expect(tuner.start(plan)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(driver.calls.map(({ operation }) => operation)).not.toContain('datasets.create')
  })

  it('removes what a staging left that failed for good, with what it had saved', async () => {
    const refused = { code: 'permission-denied', reached: 'yes' } as const
    const driver = memory({ faults: [{ operation: 'datasets.create', when: 'before', error: refused }] })
    const tuner = tunerOn(driver)
    const plan = await tuner.plan(REQUEST)
    const error: unknown = await tuner.start(plan).catch((thrown: unknown) => thrown)
    const [run] = await all(tuner.runs.list())
    expect(error).toMatchObject({ code: 'permission-denied', data: { run: run?.id } })
    expect(driver.calls.map(({ operation }) => operation)).toContain('datasets.abandon')
    expect(await countOf(driver.store)).toEqual({ jobs: 0, datasets: 0 })
  })

  it('trains on rows given in memory', async () => {
    const rows = Array.from({ length: 10 }, (_, index) => ({
      kind: 'chat' as const,
      messages: [
        { role: 'user' as const, content: `q${index}` },
        { role: 'assistant' as const, content: `a${index}` },
      ],
    }))
    const tuner = tunerOn(memory())
    const plan = await tuner.plan({
      baseModel: 'memory-small',
      method: 'supervised',
      training: dataset(rowsSource('rows', rows)),
    })
    const model = await (await tuner.start(plan)).model()
    expect(model.id).toBeTypeOf('string')
  })

  it('ends with the reason when the job fails', async () => {
    const tuner = tunerOn(memory())
    const plan = await tuner.plan({
      ...REQUEST,
      providerOptions: { memory: { outcome: { status: 'failed', message: 'the loss became infinite' } } },
    })
    const run = await tuner.start(plan)
    await expect(run.model()).rejects.toMatchObject({
      code: 'job-failed',
      message: expect.stringContaining('the loss became infinite') as string,
      hint: 'mend what the reason says, and plan again; to remove what was made for it, purge the run',
      next: [{ do: 'purge', target: { kind: 'run', id: run.id } }],
      data: { run: run.id },
    })
    expect(await all(tuner.runs.list())).toMatchObject([{ state: 'ended' }])
  })

  it('gives up watching at the deadline, and says where to go on', async () => {
    const run = await standingStill()
    const error: unknown = await run.model({ deadlineMs: 30 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'timeout', data: { cursor: expect.any(String) as string } })
  })

  it('says once that nothing is heard', async () => {
    const run = await standingStill()
    const events: RunEvent[] = []
    const watching = async () => {
      for await (const event of run.events({ stallMs: 20, deadlineMs: 150 })) events.push(event)
    }
    await expect(watching()).rejects.toMatchObject({ code: 'timeout' })
    expect(events.filter(({ type }) => type === 'stalled')).toHaveLength(1)
  })

  it('stops watching at once when it is aborted, with the reason of the signal', async () => {
    const run = await standingStill()
    const controller = new AbortController()
    const reason = new Error('enough')
    const watching = run.model({ signal: controller.signal })
    controller.abort(reason)
    await expect(watching).rejects.toBe(reason)
  })
})

/** A submitted run whose job makes no progress, because its account's clock stands still. */
async function standingStill() {
  const driver = memory({ clock: 'manual' })
  const tuner = tunerOn(driver)
  // The account works on the uploads for as long as its clock moves.
  const moving = setInterval(() => driver.advance(5), 1)
  try {
    return await tuner.start(await tuner.plan(REQUEST))
  } finally {
    clearInterval(moving)
  }
}

describe('a run whose process dies', () => {
  it('ends with one job and one dataset each, wherever it died, and however often', async () => {
    let crashes = 0
    for (const torn of [false, true]) {
      for (let first = 0; first < 12; first++) {
        for (const second of [0, 1, 2, 4]) {
          const store = memoryStore({ durations: { processingMs: 0 } })
          const journal = memoryJournal()
          const starter = tunerOn(memory({ store }), dying(journal, first, torn))
          await starter.start(await starter.plan(REQUEST)).catch(() => crashes++)
          const [id] = await journal.list()
          if (id === undefined) throw new Error('the run was not journalled')
          await tunerOn(memory({ store }), dying(journal, second, torn))
            .resume(id)
            .catch(() => crashes++)
          const run = await tunerOn(memory({ store }), journal).resume(id)
          expect((await run.job()).id).toBeTypeOf('string')
          expect(await countOf(store), `died at ${first} and ${second}`).toEqual({ jobs: 1, datasets: 2 })
        }
      }
    }
    expect(crashes).toBeGreaterThan(80)
  }, 30_000)

  it('finds the job whose answer was lost', async () => {
    const store = memoryStore()
    const driver = memory({ store, faults: [{ operation: 'jobs.create', when: 'after' }] })
    const tuner = tunerOn(driver)
    await tuner.start(await tuner.plan(REQUEST))
    expect(await countOf(store)).toEqual({ jobs: 1, datasets: 2 })
  })

  it('leaves a run to the process that works on it', async () => {
    const journal = memoryJournal()
    const store = memoryStore()
    const tuner = tunerOn(memory({ store }), journal)
    const run = await tuner.start(await tuner.plan(REQUEST))
    const claim = await journal.claim(run.id)
    await expect(tuner.resume(run.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    await claim.release()
    expect((await tuner.resume(run.id)).id).toBe(run.id)
  })
})

describe('a deployment whose process dies', () => {
  async function deployed(store: MemoryStore): Promise<number> {
    return (await all(tunerOn(memory({ store })).deployments.list())).length
  }

  it('is gone on with by the next call, never made twice', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const lives = [0, 0, 1, 0, 1, 1, 0, 2, 1, 3]
    let crashes = 0
    for (const [index, writes] of lives.entries()) {
      const process = tunerOn(memory({ store }), dying(journal, writes, index % 2 === 0))
      const live = await process.models
        .open(model.id)
        .deploy()
        .catch(() => undefined)
      expect(await deployed(store)).toBeLessThanOrEqual(1)
      if (live !== undefined) break
      crashes++
    }
    expect(crashes).toBeGreaterThan(2)
    expect(await deployed(store)).toBe(1)
  })

  it('answers once it was gone on with', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const dead = tunerOn(memory({ store }), dying(journal, 1, true)).models.open(model.id)
    await expect(dead.deploy()).rejects.toThrow('the process died')
    const live = await tuner.models.open(model.id).deploy()
    expect((await live.chat([{ role: 'user', content: 'question 3' }])).text).toBe('answer 3')
  })

  it('is not gone on with under other options, which would be ignored', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const sized = (writes: number) => {
      const driver = memory({ store })
      const options = { ...driver.options, deployment: (value: unknown) => ({ ...(value as object) }) as never }
      const { deployments } = driver
      const create: typeof deployments.create = ({ model: id }, ...rest) =>
        deployments.create({ model: id, providerOptions: {} }, ...rest)
      const taking = { ...driver, options, deployments: { ...deployments, create } }
      return createTuner(taking, { journal: dying(journal, writes, true), retry: RETRY }).models
    }
    const small = { providerOptions: { memory: { size: 1 } } }
    await expect(sized(1).open(model.id).deploy(small)).rejects.toThrow('the process died')
    const other = { providerOptions: { memory: { size: 2 } } }
    await expect(sized(99).open(model.id).deploy(other)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect((await sized(99).open(model.id).deploy(small)).created).toBe(true)
    expect(await deployed(store)).toBe(1)
  })

  it('can be made a second time on purpose', async () => {
    const store = memoryStore()
    const tuner = tunerOn(memory({ store }))
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const [first, second] = [await model.deploy(), await model.deploy()]
    expect(first.id).not.toBe(second.id)
    expect(await deployed(store)).toBe(2)
  })
})

describe('a reference', () => {
  it('opens in another process of the same account, and is refused by name elsewhere', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const run = await tuner.start(await tuner.plan(REQUEST))
    const model = await run.model()
    expect((await tunerOn(memory({ store }), journal).runs.get(run.reference)).id).toBe(run.id)
    expect((await tuner.models.get(model.reference)).id).toBe(model.id)

    const elsewhere = tunerOn(memory({ account: 'elsewhere' }), journal)
    await expect(elsewhere.models.get(model.reference)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(elsewhere.resume(run.id)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(tuner.jobs.get(model.reference)).rejects.toThrow(/kind "model", but this is "job"/)
  })
})
