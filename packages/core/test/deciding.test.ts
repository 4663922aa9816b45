import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createCalls } from '../src/calls.ts'
import { createTuner, memoryJournal, type Journal } from '../src/index.ts'
import type { Driver, Job } from '../src/driver.ts'
import { foldSteps, runStep } from '../src/operation/operation.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
const RETRY = { attempts: 2, firstMs: 1, maximumMs: 2 }

function tunerOn(driver: MemoryDriver, journal: Journal) {
  return createTuner(driver, { journal, retry: RETRY })
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('a decision', () => {
  it('is not taken down while another process works on the run, which would make a second job of it', async () => {
    const store = memoryStore({ keepsKeys: false })
    const journal = memoryJournal()
    const driver = memory({ store, faults: [{ operation: 'jobs.create', when: 'after' }] })
    const starter = tunerOn(driver, journal)
    await expect(starter.start(await starter.plan(REQUEST))).rejects.toMatchObject({ code: 'needs-decision' })
    const [id = ''] = await journal.list()
    const before = await journal.read(id)
    const claim = await journal.claim(id)
    await expect(tunerOn(driver, journal).resume(id, { decision: { createAgain: true } })).rejects.toMatchObject({
      code: 'failed-precondition',
    })
    await claim.release()
    expect(await journal.read(id)).toEqual(before)
  })
})

describe('a dataset that is adopted', () => {
  it('must be the planned one', async () => {
    const store = memoryStore({ keepsKeys: false })
    const other = tunerOn(memory({ store }), memoryJournal())
    const shorter = chatFile(folder, 'shorter.jsonl', 3)
    await other.start(await other.plan({ ...REQUEST, training: shorter }))

    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store, faults: [{ operation: 'datasets.create', when: 'after' }] }), journal)
    await expect(tuner.start(await tuner.plan(REQUEST))).rejects.toMatchObject({ code: 'needs-decision' })
    const [id = ''] = await journal.list()
    const planned = (await tuner.runs.get(id)).plan.datasets[0]?.encoded.sha256
    const adopt = (await all(tuner.datasets.list())).find(({ sha256 }) => sha256 !== planned)?.id ?? ''
    await expect(tuner.resume(id, { decision: { adopt } })).rejects.toThrow(/is not the planned training dataset/)
  })
})

/** The account as one sees it whose jobs look otherwise. */
function seeingJobs(driver: MemoryDriver, seen: (job: Job) => Job): MemoryDriver {
  const get: MemoryDriver['jobs']['get'] = async (id, context) => seen(await driver.jobs.get(id, context))
  return { ...driver, jobs: { ...driver.jobs, get } }
}

function withoutModel(given: Job): Job {
  const { model: _, ...job } = given
  return job
}

describe('a run that was submitted', () => {
  it('can be resumed when its datasets are gone', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const tuner = tunerOn(memory({ store }), journal)
    const run = await tuner.start(await tuner.plan(REQUEST))
    for (const { id } of await all(tuner.datasets.list())) await tuner.datasets.delete(id)
    expect((await tunerOn(memory({ store }), journal).resume(run.id)).id).toBe(run.id)
  })

  it('has its model also where that is named a moment after it succeeded', async () => {
    const driver = memory()
    let looks = 0
    const late = seeingJobs(driver, ({ model, ...job }) => {
      if (model !== undefined) looks += 1
      return looks > 3 && model !== undefined ? { ...job, model } : job
    })
    const tuner = tunerOn(late, memoryJournal())
    const run = await tuner.start(await tuner.plan(REQUEST))
    const { id } = await run.model()
    expect(await all(tuner.runs.list())).toMatchObject([{ state: 'succeeded', modelId: id }])
  })

  it('is not told as failed when it ended by a word that nobody knows', async () => {
    const ended = new Date()
    const odd = seeingJobs(memory(), (job) => ({
      ...withoutModel(job),
      ...(job.status === 'succeeded' && { status: 'unknown', rawStatus: 'done', finishedAt: ended }),
    }))
    const tuner = tunerOn(odd, memoryJournal())
    const run = await tuner.start(await tuner.plan(REQUEST))
    await expect(run.model()).rejects.toMatchObject({
      code: 'failed-precondition',
      message: expect.stringContaining('"done"') as string,
      hint: expect.stringContaining('before you train again') as string,
    })
  })

  it('does not tell that it failed when it succeeded and its model cannot be used', async () => {
    const driver = memory()
    const late = seeingJobs(driver, withoutModel)
    const journal = memoryJournal()
    const tuner = tunerOn(late, journal)
    const run = await tuner.start(await tuner.plan(REQUEST))
    await expect(run.model({ deadlineMs: 1000 })).rejects.toMatchObject({ code: 'failed-precondition' })
    const model = await (await tunerOn(driver, journal).runs.get(run.id)).model()
    expect(await all(tuner.runs.list())).toMatchObject([{ state: 'succeeded', modelId: model.id }])
  })
})

describe('what a staging saved', () => {
  it('is not given to the next attempt once it was abandoned', async () => {
    const driver = memory()
    const refused = { code: 'permission-denied', reached: 'yes' } as const
    driver.fail({ operation: 'datasets.create', when: 'before', error: refused })
    const resumes: unknown[] = []
    const seen: MemoryDriver = {
      ...driver,
      datasets: {
        ...driver.datasets,
        create(file, attempt, permit, context) {
          resumes.push(attempt.resume)
          return driver.datasets.create(file, attempt, permit, context)
        },
      },
    }
    const journal = memoryJournal()
    const tuner = tunerOn(seen, journal)
    await expect(tuner.start(await tuner.plan(REQUEST))).rejects.toMatchObject({ code: 'permission-denied' })
    const [id = ''] = await journal.list()
    expect(JSON.stringify(await journal.read(id))).not.toContain('upload-')
    await tuner.resume(id)
    expect(resumes).toEqual([undefined, undefined])
  })

  it('is erased by the next process when the one that was done with it died before it could', async () => {
    const journal = memoryJournal()
    await journal.create('run-a', {
      type: 'opened',
      kind: 'deploy',
      options: {},
      profile: 'p',
      provider: 'a',
      scope: 's',
      model: 'm',
    })
    await journal.append('run-a', { type: 'begun', step: 'training', key: 'run-a-training' })
    await journal.append('run-a', { type: 'saved', step: 'training', state: { url: 'https://session' } })
    await journal.append('run-a', { type: 'done', step: 'training', id: 'dataset-1' })
    const never = () => Promise.reject(new Error('not asked for'))
    const maker = { operation: 'datasets.create', create: never, find: never, get: never }
    expect(await runStep(createCalls(memory()), journal, 'run-a', 'training', maker)).toBe('dataset-1')
    expect(JSON.stringify(await journal.read('run-a'))).not.toContain('https://session')
  })
})

describe('a create', () => {
  function vendor(classify: Driver['classify']) {
    // Only `classify` and the name are used by a step.
    return createCalls({ provider: 'acme', classify } as unknown as Driver, RETRY)
  }
  async function opened(): Promise<Journal> {
    const journal = memoryJournal()
    await journal.create('run-a', {
      type: 'opened',
      kind: 'deploy',
      options: {},
      profile: 'p',
      provider: 'a',
      scope: 's',
      model: 'm',
    })
    return journal
  }
  const failing = (found: () => Promise<{ state: 'absent' }>) => ({
    operation: 'jobs.create',
    create: () => Promise.reject(new Error('no')),
    find: found,
    get: () => Promise.reject(new Error('no')),
  })
  const absent = async () => ({ state: 'absent' as const })

  it('does not wait longer than a caller can bear because the provider asks for it', async () => {
    const journal = await opened()
    const calls = vendor(() => ({ code: 'rate-limited', reached: 'yes', retryAfterMs: 3_600_000 }))
    await expect(runStep(calls, journal, 'run-a', 'job', failing(absent))).rejects.toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 3_600_000,
    })
    expect(foldSteps(await journal.read('run-a')).get('job')).toMatchObject({ state: 'refused' })
  })

  it('says that the name is taken, not that the request was lost', async () => {
    const calls = vendor(() => ({ code: 'already-exists', reached: 'yes' }))
    await expect(runStep(calls, await opened(), 'run-a', 'job', failing(absent))).rejects.toMatchObject({
      code: 'already-exists',
    })
  })

  it('is not known to have failed when the driver cannot say what its error means', async () => {
    const calls = vendor(() => {
      throw new TypeError('reading "status" of undefined')
    })
    const unsure = { ...failing(absent), find: async () => ({ state: 'unsure' as const, candidates: [] }) }
    await expect(runStep(calls, await opened(), 'run-a', 'job', unsure)).rejects.toMatchObject({
      code: 'needs-decision',
    })
  })
})
