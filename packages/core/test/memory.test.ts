import { rowsSource } from '@anytune/dataset'
import { describe, expect, it } from 'vitest'
import { createTuner } from '../src/create-tuner.ts'
import type { Context } from '../src/driver.ts'
import { createDriver, memory, type MemoryDriver, type MemoryFault, memoryStore } from '../src/memory.ts'
import { memoryJournal } from '../src/operation/memory-journal.ts'
import type { StartProgress } from '../src/tuner.ts'

const context: Context = {
  signal: new AbortController().signal,
  retry: (part) => part(),
  until: () => expect.unreachable(),
  save: async () => {},
  progress: () => {},
}
const rows = ['Paris', 'Rome', 'Oslo'].map((city, index) => ({
  messages: [
    { role: 'user' as const, content: `Which city has number ${['one', 'two', 'three'][index]}?` },
    { role: 'assistant' as const, content: `It is ${city}.` },
  ],
}))
const request = {
  baseModel: 'memory-small',
  method: 'supervised',
  training: {
    source: rowsSource(
      'cities',
      rows.map((row) => ({ kind: 'chat' as const, ...row })),
    ),
  },
  hyperparameters: { epochs: 2 },
} as const
const retry = { attempts: 3, firstMs: 1, maximumMs: 2 }

function tunerOf(driver: MemoryDriver) {
  return createTuner(driver, { journal: memoryJournal(), retry })
}

async function startOn(driver: MemoryDriver, providerOptions = {}) {
  const tuner = tunerOf(driver)
  const run = await tuner.start(await tuner.plan({ ...request, providerOptions: { memory: providerOptions } }))
  return { tuner, run, id: (await run.job()).id }
}

const SECOND = {
  processingMs: 0,
  checkingMs: 1000,
  waitingMs: 1000,
  steppingMs: 500,
  pausingMs: 1000,
  stoppingMs: 1000,
  deployingMs: 1000,
}
const manual = () => memory({ clock: 'manual', durations: SECOND })
const statusOf = async (driver: MemoryDriver, id: string) => (await driver.jobs.get(id, context)).status

describe('jobs in time', () => {
  it('a job walks through its states as time passes, and reading changes nothing', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    const seen = []
    for (let second = 0; second < 4; second++) {
      seen.push(await statusOf(driver, id), await statusOf(driver, id))
      driver.advance(1000)
    }
    expect(seen).toEqual([
      'validating',
      'validating',
      'queued',
      'queued',
      'running',
      'running',
      'succeeded',
      'succeeded',
    ])
  })

  it('has a model only once it succeeded', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.advance(2999)
    expect(await driver.jobs.get(id, context)).not.toHaveProperty('model')
    expect((await driver.models.list({ limit: 10 }, context)).items).toEqual([])
    driver.advance(1)
    const { model } = await driver.jobs.get(id, context)
    expect((await driver.models.list({ limit: 10 }, context)).items.map((item) => item.id)).toEqual([model])
  })

  it('a pause puts the remaining time aside until the job is resumed', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.advance(2600)
    await driver.jobs.pause(id, context)
    expect(await statusOf(driver, id)).toBe('pausing')
    driver.advance(60_000)
    expect(await statusOf(driver, id)).toBe('paused')
    await driver.jobs.resume(id, context)
    driver.advance(399)
    expect(await statusOf(driver, id)).toBe('running')
    driver.advance(1)
    expect(await statusOf(driver, id)).toBe('succeeded')
  })

  it('a cancelled job is cancelling first, and never gets a model', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.advance(2500)
    await driver.jobs.cancel(id, context)
    expect(await statusOf(driver, id)).toBe('cancelling')
    driver.advance(60_000)
    const job = await driver.jobs.get(id, context)
    expect(job).toMatchObject({ status: 'cancelled', rawStatus: 'stopped' })
    expect(job).not.toHaveProperty('model')
  })

  it.each(['cancel', 'pause', 'resume'] as const)('refuses to %s a job that has ended', async (operation) => {
    const driver = manual()
    const { id, tuner } = await startOn(driver)
    driver.advance(60_000)
    await expect(tuner.jobs[operation](id)).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it('events only ever grow, and carry progress but no loss', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.advance(2500)
    const early = await driver.jobs.events(id, undefined, context)
    await driver.jobs.pause(id, context)
    driver.advance(5000)
    await driver.jobs.resume(id, context)
    driver.advance(5000)
    const all = (await driver.jobs.events(id, undefined, context)).events
    const late = (await driver.jobs.events(id, early.cursor, context)).events
    expect([...early.events, ...late]).toEqual(all)
    const metrics = all.filter((event) => event.type === 'metrics')
    expect(metrics.map(({ step, totalSteps, values }) => ({ step, totalSteps, values }))).toEqual([
      { step: 3, totalSteps: 6, values: { epoch: 1 } },
      { step: 6, totalSteps: 6, values: { epoch: 2 } },
    ])
  })

  it('fails as providerOptions say, with the reason', async () => {
    const outcome = { status: 'failed', code: 'out-of-memory', message: 'the machine was too small' } as const
    const { run } = await startOn(memory(), { outcome })
    await expect(run.model()).rejects.toMatchObject({ code: 'job-failed' })
    expect((await run.job()).failure).toEqual({ code: 'out-of-memory', message: 'the machine was too small' })
  })

  it('a word nobody knows is unknown, with the word beside it', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.store.reportState(id, 'reticulating')
    expect(await driver.jobs.get(id, context)).toMatchObject({ status: 'unknown', rawStatus: 'reticulating' })
  })

  it('a job on a file that is for another method breaks while it is checked, without naming content', async () => {
    const driver = memory()
    const { tuner, run } = await startOn(driver)
    await run.model()
    const [training] = driver.store.datasets.keys()
    const spec = { baseModel: 'memory-small', method: 'preference', hyperparameters: {}, providerOptions: {} } as const
    const attempt = { key: 'direct', since: new Date() }
    const job = await driver.jobs.create({ ...spec, training: training ?? '' }, attempt, context)
    for await (const event of tuner.jobs.watch(job.id)) expect(JSON.stringify(event)).not.toContain('Paris')
    expect(await driver.jobs.get(job.id, context)).toMatchObject({
      status: 'failed',
      failure: { code: 'unusable-training-file' },
    })
  })
})

describe('one account, two processes', () => {
  it('a second driver on the same store sees what the first made', async () => {
    const driver = memory()
    const { id } = await startOn(driver)
    expect((await memory({ store: driver.store }).jobs.get(id, context)).id).toBe(id)
    await expect(memory().jobs.get(id, context)).rejects.toThrow('there is no job')
  })

  it('options of the account beside a store are refused', () => {
    const options = { store: memoryStore(), keepsKeys: false }
    expect(() => memory(options)).toThrow(expect.objectContaining({ code: 'configuration' }))
  })
})

describe('faults', () => {
  it('a lost answer: the job was made once, and find knows it by its key', async () => {
    const driver = memory({ faults: [{ operation: 'jobs.create', when: 'after' }] })
    const { id } = await startOn(driver)
    expect([...driver.store.jobs.keys()]).toEqual([id])
  })

  it('a lost request: nothing was made, and it is sent again', async () => {
    const driver = memory({ faults: [{ operation: 'jobs.create', when: 'before' }] })
    await startOn(driver)
    expect(driver.store.jobs.size).toBe(1)
    expect(driver.calls.filter(({ operation }) => operation === 'jobs.create')).toHaveLength(2)
  })

  it.each([
    ['an account whose lists lag', { listLagMs: 60_000 }],
    ['an account that forgets keys', { keepsKeys: false }],
  ])('%s cannot promise absence', async (_name, options) => {
    const driver = memory(options)
    const spec = { baseModel: 'memory-small', method: 'supervised', training: '', hyperparameters: {} } as const
    const attempt = { key: 'never-sent', since: new Date() }
    const found = await driver.jobs.find({ ...spec, providerOptions: {} }, attempt, context)
    expect(found).toEqual({ state: 'unsure', candidates: [] })
  })

  it('an account that forgets keys lists what might be it', async () => {
    const driver = memory({ keepsKeys: false, faults: [{ operation: 'jobs.create', when: 'after' }] })
    const tuner = tunerOf(driver)
    const plan = await tuner.plan(request)
    driver.store.datasets.clear()
    const failure = await tuner.start(plan).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'needs-decision', data: { candidates: [...driver.store.jobs.keys()] } })
    expect(driver.store.jobs.size).toBe(1)
  })

  it('a call that hangs ends with the reason of the abort', async () => {
    const driver = memory({ faults: [{ operation: 'jobs.get', when: 'before', error: 'hang' }] })
    const abort = new AbortController()
    const asked = driver.jobs.get('job-x', { ...context, signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })

  it('a fault is for as many times as it says, and counts as a call', async () => {
    const error = { code: 'rate-limited', reached: 'yes', retryAfterMs: 1 } as const
    const fault: MemoryFault = { operation: 'jobs.list', when: 'before', times: 2, error }
    const driver = memory()
    driver.fail(fault)
    const tuner = tunerOf(driver)
    for await (const _ of tuner.jobs.list()) expect.unreachable()
    expect(driver.calls.map(({ operation }) => operation)).toEqual(['jobs.list', 'jobs.list', 'jobs.list'])
  })

  it('an upload that is refused leaves nothing behind', async () => {
    const error = { code: 'permission-denied', reached: 'yes' } as const
    const driver = memory({ faults: [{ operation: 'datasets.part', when: 'after', error }] })
    await expect(startOn(driver)).rejects.toMatchObject({ code: 'permission-denied' })
    expect(driver.store.uploads.size).toBe(0)
    expect(driver.store.datasets.size).toBe(0)
  })

  it('an upload that was interrupted goes on under the same upload', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const tuner = createTuner(driver, { journal, retry })
    const plan = await tuner.plan(request)
    const crash = new AbortController()
    const onProgress = ({ type }: StartProgress) => type === 'bytes' && crash.abort(new Error('crash'))
    await expect(tuner.start(plan, { signal: crash.signal, onProgress })).rejects.toThrow('crash')
    const [id = ''] = await journal.list()
    await tuner.resume(id)
    const parts = driver.calls.filter(({ operation }) => operation === 'datasets.part').map((part) => part.id)
    expect(parts).toEqual([parts[0], parts[0]])
    expect([...driver.store.datasets.values()].map(({ bytes }) => bytes.byteLength)).toEqual([
      plan.datasets[0]?.encoded.bytes,
    ])
  })
})

describe('what it keeps and answers', () => {
  it('keeps the dataset byte for byte', async () => {
    const driver = memory()
    const { run } = await startOn(driver)
    const [kept] = driver.store.datasets.values()
    const text = new TextDecoder().decode(kept?.bytes)
    expect(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toEqual(rows)
    expect(kept?.sha256).toBe(run.plan.datasets[0]?.encoded.sha256)
  })

  it('answers with the closest example of its training dataset, once deployed', async () => {
    const driver = memory()
    const { run } = await startOn(driver)
    const model = await run.model()
    await expect(model.chat([{ role: 'user', content: 'hello' }])).rejects.toMatchObject({
      code: 'failed-precondition',
    })
    const live = await model.deploy()
    const reply = await live.chat([{ role: 'user', content: 'which has number two' }])
    expect(reply).toEqual({ text: 'It is Rome.', finish: 'stop', usage: { inputTokens: 4, outputTokens: 3 } })
    expect(await live.chat([{ role: 'user', content: 'number three' }], { maxTokens: 2 })).toMatchObject({
      text: 'It is',
      finish: 'length',
    })
  })

  it('a checkpoint of a job that is still under way can be deployed', async () => {
    const driver = manual()
    const { id } = await startOn(driver)
    driver.advance(2500)
    const { events } = await driver.jobs.events(id, undefined, context)
    const checkpoint = events.find((event) => event.type === 'checkpoint')
    expect(checkpoint?.step).toBe(3)
    const spec = { model: checkpoint?.model ?? '', providerOptions: {} }
    const made = await driver.deployments.create(spec, { key: 'x', since: new Date() }, context)
    expect(await driver.deployments.get(made.id, context)).toMatchObject({ status: 'creating', model: spec.model })
  })

  it('a model that is being served is not deleted', async () => {
    const { run, tuner } = await startOn(memory())
    const model = await run.model()
    const live = await model.deploy()
    await expect(tuner.models.delete(model.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    await live.undeploy()
    await tuner.models.delete(model.id)
    await expect(tuner.models.get(model.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await run.job()).not.toHaveProperty('model')
  })
})

describe('options', () => {
  it('a typo in providerOptions is refused while planning', async () => {
    const driver = memory()
    const providerOptions = { memory: { outcom: { status: 'expired' } } }
    // @ts-expect-error the types refuse it as well
    await expect(tunerOf(driver).plan({ ...request, providerOptions })).rejects.toMatchObject({
      code: 'invalid-argument',
      hint: 'allowed: outcome',
    })
    expect(driver.calls).toEqual([])
  })

  it('a configuration file’s options are checked by name', () => {
    expect(createDriver({ account: 'a' }).scope).toBe('account/a')
    expect(() => createDriver({ acount: 'a' })).toThrow(
      expect.objectContaining({ code: 'configuration', message: expect.stringContaining('acount') }),
    )
  })
})
