import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createTuner, dataset, memoryJournal, type AuditedRun, type Journal, type TunerOptions } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
/** Rows: `question 0`, `answer 0` and so on. */
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = {
  baseModel: 'memory-small',
  method: 'supervised',
  training: dataset(training, { class: 'internal' }),
  validation,
} as const
const RETRY = { attempts: 2, firstMs: 0, maximumMs: 0 }

function tunerOn(driver: MemoryDriver, journal: Journal = memoryJournal(), options: TunerOptions = {}) {
  return createTuner(driver, { journal, retry: RETRY, ...options })
}
type TestTuner = ReturnType<typeof tunerOn>

async function onlyRun(tuner: TestTuner): Promise<AuditedRun> {
  const [record] = await tuner.audit()
  if (record?.kind !== 'run') throw new Error('there is no run')
  return record
}

describe('an audit of a run', () => {
  it('says what left, when, to whom, by digest and counts, under which verdict, and what came of it', async () => {
    const tuner = tunerOn(memory())
    const plan = await tuner.plan(REQUEST)
    const run = await tuner.start(plan)
    const model = await run.model()
    const live = await model.deploy()
    const record = await onlyRun(tuner)
    expect(record).toMatchObject({
      run: run.id,
      reference: run.reference,
      provider: 'memory',
      offering: { id: 'memory', egress: 'none' },
      plan: { digest: plan.digest, policy: plan.policy },
      job: { state: 'done', id: (await run.job()).id, ended: { status: 'succeeded' } },
      deployments: [{ model: model.id, state: 'done', id: live.id, ended: { status: 'serving' } }],
      purges: [],
      decisions: [],
    })
    expect(record.datasets).toMatchObject(
      plan.datasets.map(({ role, encoded }) => ({
        role,
        sha256: encoded.sha256,
        rows: encoded.rows,
        bytes: encoded.bytes,
        sent: 'done',
        rowHashes: 'not-kept',
      })),
    )
    expect(record.datasets.map((one) => one.class)).toEqual(['internal', undefined])
    expect(record.created.map(({ kind }) => kind)).toEqual(['dataset', 'dataset', 'job', 'model', 'deployment'])
    const [first] = record.datasets
    expect(Date.parse(first?.begunAt ?? '')).toBeLessThanOrEqual(Date.parse(first?.endedAt ?? ''))
  })

  it('has no content of a row, and is the same each time it is made', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    await (await tuner.start(await tuner.plan(REQUEST))).model()
    const calls = driver.calls.length
    const first = JSON.stringify(await tuner.audit())
    expect(JSON.stringify(await tuner.audit())).toBe(first)
    expect(first).not.toMatch(/question \d|answer \d/)
    expect(driver.calls).toHaveLength(calls)
  })

  it('says that nothing was sent before anything was begun, and that something may have been when the end is not written down', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const tuner = tunerOn(driver, journal)
    driver.fail({
      operation: 'datasets.create',
      when: 'before',
      times: 9,
      error: { code: 'permission-denied', reached: 'yes', status: 403 },
    })
    await tuner.start(await tuner.plan(REQUEST)).catch(() => {})
    const refused = await onlyRun(tuner)
    expect(refused.datasets.map(({ sent }) => sent)).toEqual(['refused', 'not-begun'])
    expect(refused.job).toEqual({ state: 'not-begun' })
    expect(refused.created).toEqual([])
    // As a process leaves it that dies while it sends.
    await journal.append(refused.run, { type: 'begun', step: 'training', key: 'again' })
    const dead = await onlyRun(tuner)
    expect(dead.datasets[0]?.sent).toBe('begun')
    expect(dead.datasets[0]).not.toHaveProperty('endedAt')
  })

  it('lists what was decided, where it could not be told whether something was made', async () => {
    const driver = memory({ store: memoryStore({ keepsKeys: false }) })
    const tuner = tunerOn(driver)
    driver.fail({ operation: 'jobs.create', when: 'after', times: 9 })
    await tuner.start(await tuner.plan(REQUEST)).catch(() => {})
    const { run } = await onlyRun(tuner)
    const [job] = [...driver.store.jobs.keys()]
    await tuner.resume(run, { decision: { adopt: job ?? '' } })
    expect((await onlyRun(tuner)).decisions).toMatchObject([{ step: 'job', adopted: job }])
  })

  it('has the receipt of its purge, and what became of each thing', async () => {
    const tuner = tunerOn(memory())
    const run = await tuner.start(await tuner.plan(REQUEST))
    await (await run.model()).deploy()
    const receipt = await tuner.purge(run.id)
    const { purges } = await onlyRun(tuner)
    expect(purges).toMatchObject([
      {
        operation: receipt.id,
        target: { kind: 'run', id: run.id },
        things: receipt.things,
        receipt: { digest: receipt.digest, endedAt: receipt.endedAt, complete: true },
      },
    ])
  })
})

describe('questions in an audit', () => {
  const ask = [{ role: 'user', content: 'question 3, which nobody may read' }] as const

  it('are counted, with their times, for the run whose model or deployment was asked, and not quoted', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const asking = tunerOn(driver, journal)
    const run = await asking.start(await asking.plan(REQUEST))
    const model = await run.model()
    const live = await model.deploy()
    // This provider answers by a deployment alone: it was sent all the same.
    await model.chat(ask).catch(() => {})
    await Promise.all([live.chat(ask), live.chat(ask), live.chat(ask)])
    await asking.close()
    const { questions } = await onlyRun(tunerOn(driver, journal))
    expect(questions).toMatchObject([
      { asked: { kind: 'model', id: model.id }, questions: 1 },
      { asked: { kind: 'deployment', id: live.id }, questions: 3 },
    ])
    expect(JSON.stringify(questions)).not.toMatch(/nobody|answer/)
  })

  it('of a process that died are there from the first on', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const dying = tunerOn(driver, journal)
    const live = await (await (await dying.start(await dying.plan(REQUEST))).model()).deploy()
    for (let count = 0; count < 3; count++) await live.chat(ask)
    const { questions } = await onlyRun(tunerOn(driver, journal))
    expect(questions).toMatchObject([{ questions: 1 }])
  })

  it('are written down by the minute, not each for itself', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const asking = tunerOn(driver, journal)
    const live = await (await (await asking.start(await asking.plan(REQUEST))).model()).deploy()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      for (let count = 0; count < 5; count++) await live.chat(ask)
      const before = (await journal.list()).length
      vi.advanceTimersByTime(60_000)
      await live.chat(ask)
      expect(await journal.list()).toHaveLength(before)
      expect((await onlyRun(asking)).questions).toMatchObject([{ questions: 6 }])
    } finally {
      vi.useRealTimers()
    }
  })

  it('are not asked when that could not be written down', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const tuner = tunerOn(driver, { ...journal, create: () => Promise.reject(new Error('the disk is full')) })
    const asked = () => driver.calls.filter(({ operation }) => operation === 'chat')
    await expect(tuner.models.open('memory-small').chat(ask)).rejects.toThrow('the disk is full')
    expect(asked()).toEqual([])
  })

  it('to what no run of the journal made stand for themselves', async () => {
    const tuner = tunerOn(memory())
    await tuner.models
      .open('memory-small')
      .chat(ask)
      .catch(() => {})
    expect(await tuner.audit()).toMatchObject([
      { kind: 'questions', asked: { kind: 'model', id: 'memory-small' }, questions: 1 },
    ])
  })
})

describe('an audit of the journal', () => {
  it('is oldest first, and has what was served and removed of others’ things in its place', async () => {
    const driver = memory()
    const elsewhere = tunerOn(driver)
    const model = await (await elsewhere.start(await elsewhere.plan(REQUEST))).model()
    const journal = memoryJournal()
    const tuner = tunerOn(driver, journal)
    await tuner.models.open(model.id).deploy()
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    await tuner.purge({ kind: 'model', id: model.id })
    const records = await tuner.audit()
    expect(records.map(({ kind }) => kind)).toEqual(['deployment', 'run', 'purge'])
    expect(records[0]).toMatchObject({ kind: 'deployment', model: model.id, state: 'done' })
  })

  it('tells of the runs that are asked for, by id or reference, and of no run that is not there', async () => {
    const tuner = tunerOn(memory())
    const one = await tuner.start(await tuner.plan(REQUEST))
    await tuner.start(await tuner.plan(REQUEST))
    expect(await tuner.audit()).toHaveLength(2)
    for (const name of [one.id, one.reference]) {
      expect(await tuner.audit({ runs: [name] })).toMatchObject([{ run: one.id }])
    }
    await expect(tuner.audit({ runs: ['run-none'] })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('leaves out what nothing was written down of since, and tells the rest whole', async () => {
    const tuner = tunerOn(memory())
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    const { at, job } = await onlyRun(tuner)
    const ended = new Date(job.ended?.at ?? '')
    expect(await tuner.audit({ since: ended })).toMatchObject([{ run: run.id, at }])
    expect(await tuner.audit({ since: new Date(ended.getTime() + 1) })).toEqual([])
  })
})
