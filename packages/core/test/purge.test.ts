import { defineCatalogue } from '@anytune/catalogue'
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createTuner, memoryJournal, type Journal, type Receipt, type TunerOptions } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { digestOf } from '../src/plan/document-digest.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training, validation } as const
const RETRY = { attempts: 2, firstMs: 0, maximumMs: 0 }
const LONG = { steppingMs: 600_000 }
const REFUSED = { code: 'permission-denied', reached: 'yes', status: 403 } as const

function tunerOn(driver: MemoryDriver, journal: Journal = memoryJournal(), options: TunerOptions = {}) {
  return createTuner(driver, { journal, retry: RETRY, ...options })
}

type TestTuner = ReturnType<typeof tunerOn>

async function submitted(tuner: TestTuner) {
  return tuner.start(await tuner.plan(REQUEST))
}

async function served(tuner: TestTuner) {
  const run = await submitted(tuner)
  const model = await run.model()
  const live = await model.deploy()
  return { run, job: (await run.job()).id, model, live }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

async function onlyRun(tuner: TestTuner): Promise<string> {
  const [run] = await all(tuner.runs.list())
  if (run === undefined) throw new Error('no run was begun')
  return run.id
}

/** What changed something at the provider. */
function writes({ calls }: MemoryDriver): readonly string[] {
  return calls.map(({ operation }) => operation).filter((name) => /\.(delete|cancel|create|abandon|part)$/.test(name))
}

function states({ things }: Receipt): readonly string[] {
  return things.map(({ kind, state }) => `${kind} ${state}`)
}

describe('a run that is purged', () => {
  it('loses its deployments, checkpoints, model and datasets, in this order, and nothing else goes', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const other = await served(tuner)
    const kept = new Set([...driver.store.datasets.keys(), ...driver.store.deployments.keys()])
    const { run, job, model, live } = await served(tuner)
    const before = writes(driver).length

    const receipt = await tuner.purge(run.id)
    expect(states(receipt)).toEqual([
      'deployment removed',
      'checkpoint removed',
      'model removed',
      'dataset removed',
      'dataset removed',
    ])
    expect(writes(driver).slice(before)).toEqual([
      'deployments.delete',
      'models.delete',
      'models.delete',
      'datasets.delete',
      'datasets.delete',
    ])
    expect(receipt).toMatchObject({
      version: 1,
      dryRun: false,
      provider: 'memory',
      scope: 'account/default',
      target: { kind: 'run', id: run.id, reference: run.reference },
      complete: true,
      jobs: [{ id: job, status: 'succeeded', ended: true, cancelled: false }],
    })
    expect(receipt.things.map(({ id }) => id)).toEqual(expect.arrayContaining([live.id, model.id]))
    expect(new Set([...driver.store.datasets.keys(), ...driver.store.deployments.keys()])).toEqual(kept)
    expect((await other.live.chat([{ role: 'user', content: 'question 3' }])).text).toBe('answer 3')
  })

  it('has a sealed receipt, which the journal keeps', async () => {
    const journal = memoryJournal()
    const tuner = tunerOn(memory(), journal)
    const first = await served(tuner)
    const second = await submitted(tuner)
    await second.model()
    const receipts = [await tuner.purge(first.run.id), await tuner.purge(second.reference)]
    for (const { digest, ...rest } of receipts) expect(digest).toBe(digestOf(rest))
    expect(await all(tunerOn(memory(), journal).receipts())).toEqual(receipts.toReversed())
    expect(receipts[0]?.anytune).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('is listed as purged, and is not gone on with', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const { run } = await served(tuner)
    await tuner.purge(run.id)
    expect(await all(tuner.runs.list())).toMatchObject([{ id: run.id, state: 'purged' }])
    const before = writes(driver).length
    await expect(tuner.resume(run.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(writes(driver)).toHaveLength(before)
  })

  it('is told as gone when it is purged again', async () => {
    const tuner = tunerOn(memory())
    const { run } = await served(tuner)
    await tuner.purge(run.id)
    const again = await tuner.purge(run.id)
    expect(again.complete).toBe(true)
    expect(new Set(again.things.map(({ state }) => state))).toEqual(new Set(['gone']))
  })

  it('says of what somebody removed before that it was gone', async () => {
    const tuner = tunerOn(memory())
    const { run, live } = await served(tuner)
    const [dataset] = await all(tuner.datasets.list())
    await tuner.datasets.delete(String(dataset?.id))
    await live.undeploy()
    const receipt = await tuner.purge(run.id)
    expect(receipt.things.filter(({ state }) => state === 'gone').map(({ id }) => id)).toEqual([live.id, dataset?.id])
    expect(receipt.complete).toBe(true)
  })

  it('has no row, key or path in its receipt or in the journal of its purge', async () => {
    const journal = memoryJournal()
    const tuner = tunerOn(memory(), journal)
    const { run } = await served(tuner)
    const receipt = await tuner.purge(run.id)
    const told = JSON.stringify([receipt, await journal.read(receipt.id)])
    for (const secret of ['question', 'answer', folder]) expect(told).not.toContain(secret)
  })

  it('is refused while another process works on it', async () => {
    const journal = memoryJournal()
    const driver = memory()
    const { run } = await served(tunerOn(driver, journal))
    const claim = await journal.claim(run.id)
    const before = writes(driver).length
    await expect(tunerOn(driver, journal).purge(run.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    await claim.release()
    expect(writes(driver)).toHaveLength(before)
  })

  it('goes on after an abort', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const { run } = await served(tuner)
    const reason = new Error('enough')
    const controller = new AbortController()
    const stopping = tuner.purge(run.id, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    await expect(stopping).rejects.toBe(reason)
    expect(driver.store.datasets.size).toBe(2)
    const receipt = await tuner.purge(run.id)
    expect(states(receipt)[0]).toBe('deployment removed')
    expect(await all(tuner.receipts())).toHaveLength(1)
    expect(driver.store.datasets.size).toBe(0)
  })
})

describe('a dry run', () => {
  it('lists what would go, and neither removes, cancels nor writes down anything', async () => {
    const driver = memory()
    const journal = memoryJournal()
    const tuner = tunerOn(driver, journal)
    const { run } = await served(tuner)
    const before = { writes: writes(driver).length, operations: await journal.list(), run: await journal.read(run.id) }
    const receipt = await tuner.purge(run.id, { dryRun: true })
    expect(receipt).toMatchObject({ dryRun: true, complete: true })
    expect(new Set(receipt.things.map(({ state }) => state))).toEqual(new Set(['planned']))
    expect(receipt.things.map(({ kind }) => kind)).toEqual(['deployment', 'checkpoint', 'model', 'dataset', 'dataset'])
    expect({
      writes: writes(driver).length,
      operations: await journal.list(),
      run: await journal.read(run.id),
    }).toEqual(before)
    expect((await tuner.purge(run.id)).things.map(({ id }) => id)).toEqual(receipt.things.map(({ id }) => id))
  })

  it('says that a job is under way', async () => {
    const driver = memory({ durations: LONG })
    const tuner = tunerOn(driver)
    const run = await submitted(tuner)
    const receipt = await tuner.purge(run.id, { dryRun: true, cancelJob: true })
    expect(receipt.jobs).toMatchObject([{ ended: false, cancelled: false }])
    expect((await run.job()).status).not.toMatch(/cancel/)
  })
})

describe('a run whose job is under way', () => {
  it('is left as it is, unless the job shall be cancelled', async () => {
    const driver = memory({ durations: LONG })
    const journal = memoryJournal()
    const tuner = tunerOn(driver, journal)
    const run = await submitted(tuner)
    const before = writes(driver).length
    await expect(tuner.purge(run.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(writes(driver)).toHaveLength(before)
    expect(await journal.list()).toEqual([run.id])

    const told: string[] = []
    const receipt = await tuner.purge(run.id, { cancelJob: true, onProgress: ({ type }) => told.push(type) })
    expect(receipt.jobs).toMatchObject([{ status: 'cancelled', ended: true, cancelled: true }])
    expect(states(receipt)).toEqual(['dataset removed', 'dataset removed'])
    expect(told).toEqual(['cancelling', 'thing', 'thing'])
    expect(driver.store.datasets.size).toBe(0)
  })

  it('that ends while it is being cancelled loses its model all the same', async () => {
    const driver = memory({ durations: { steppingMs: 60_000 } })
    const late: MemoryDriver = {
      ...driver,
      jobs: {
        ...driver.jobs,
        cancel(id, context) {
          driver.advance(120_000)
          return driver.jobs.cancel(id, context)
        },
      },
    }
    const tuner = tunerOn(late)
    const run = await submitted(tuner)
    const receipt = await tuner.purge(run.id, { cancelJob: true })
    expect(receipt.jobs).toMatchObject([{ status: 'succeeded', ended: true }])
    expect(states(receipt)).toContain('model removed')
    expect(await all(tuner.models.list())).toEqual([])
  })
})

describe('a deployment that was not made with this journal', () => {
  it('stays with its model, and the receipt names both; the datasets go', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const run = await submitted(tuner)
    const model = await run.model()
    const elsewhere = await tunerOn(driver).models.open(model.id).deploy()

    for (const dryRun of [true, false]) {
      const receipt = await tuner.purge(run.id, { dryRun })
      expect(receipt.complete).toBe(false)
      expect(receipt.things).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: 'deployment',
            id: elsewhere.id,
            state: 'kept',
            hint: 'when nobody needs it, undeploy it',
            next: [{ do: 'undeploy', deployment: elsewhere.id }],
          }),
          expect.objectContaining({ kind: 'model', id: model.id, state: 'kept' }),
        ]),
      )
    }
    expect((await elsewhere.chat([{ role: 'user', content: 'question 3' }])).text).toBe('answer 3')
    expect(driver.store.datasets.size).toBe(0)

    await elsewhere.undeploy()
    expect((await tuner.purge(run.id)).complete).toBe(true)
    expect(await all(tuner.models.list())).toEqual([])
  })
})

describe('what the provider does not let go', () => {
  it('is told with its reason, the rest is removed, and the next purge removes it', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const { run, model } = await served(tuner)
    driver.fail({ operation: 'deployments.delete', when: 'before', error: REFUSED })
    const receipt = await tuner.purge(run.id)
    expect(receipt.complete).toBe(false)
    expect(receipt.things).toMatchObject([
      { kind: 'deployment', state: 'kept', code: 'permission-denied' },
      { kind: 'checkpoint', state: 'removed' },
      { kind: 'model', id: model.id, state: 'kept', code: 'failed-precondition' },
      { kind: 'dataset', state: 'removed' },
      { kind: 'dataset', state: 'removed' },
    ])
    const again = await tuner.purge(run.id)
    expect(again.complete).toBe(true)
    expect(states(again)).toEqual(expect.arrayContaining(['deployment removed', 'model removed', 'dataset gone']))
  })

  it('is said to be kept where there is no operation that deletes it', async () => {
    const driver = memory()
    const { delete: _, ...models } = driver.models
    // What a driver looks like that cannot delete models; the type of this one says more.
    const tuner = tunerOn({ ...driver, models } as unknown as MemoryDriver)
    const { run } = await served(tuner)
    const receipt = await tuner.purge(run.id)
    expect(receipt.things.filter(({ state }) => state === 'kept')).toMatchObject([
      { kind: 'checkpoint', code: 'unsupported' },
      { kind: 'model', code: 'unsupported', reason: expect.stringContaining('the provider keeps it') },
    ])
    expect(states(receipt)).toEqual(expect.arrayContaining(['deployment removed', 'dataset removed']))
  })

  it('does not keep the rest from going when deployments may not be listed', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const run = await submitted(tuner)
    await run.model()
    driver.fail({ operation: 'deployments.list', when: 'before', error: REFUSED })
    const receipt = await tuner.purge(run.id)
    expect(states(receipt)).toEqual([
      'deployment unsure',
      'checkpoint removed',
      'model removed',
      'dataset removed',
      'dataset removed',
    ])
    expect(receipt.complete).toBe(false)
  })

  it('is asked for again when the answer was lost', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const { run } = await served(tuner)
    driver.fail({ operation: 'models.delete', when: 'after' })
    driver.fail({ operation: 'datasets.delete', when: 'before', error: { code: 'rate-limited', reached: 'yes' } })
    expect((await tuner.purge(run.id)).complete).toBe(true)
    expect(driver.store.datasets.size).toBe(0)
  })
})

describe('what the provider keeps', () => {
  const TERM = {
    term: 'retention',
    source: { title: 'Terms of Acme', url: 'https://acme.example/terms', readOn: '2026-11-01' },
    grade: 'vendor-page',
  } as const
  const catalogue = defineCatalogue([
    {
      id: 'acme/train',
      terms: [
        { ...TERM, dataClass: 'training-file', value: 'until-deleted' },
        { ...TERM, dataClass: 'abuse-log', value: 30, conditions: ['longer where law asks for it'] },
        { ...TERM, dataClass: 'tuned-model', value: 'unknown', note: 'No page says so.' },
      ],
    },
  ])
  const offered = (id: string): MemoryDriver => ({
    ...memory(),
    offering: () => ({ id, title: 'Acme', egress: 'provider' }),
  })
  const purged = async (driver: MemoryDriver, now: string) => {
    const tuner = tunerOn(driver, memoryJournal(), { catalogue, now: () => new Date(now) })
    const { run } = await served(tuner)
    return (await tuner.purge(run.id)).providerKeeps
  }

  it('is told from the catalogue, with source and grade', async () => {
    const source = 'Terms of Acme https://acme.example/terms (vendor-page, 2026-11-01), for acme/train'
    const keeps = await purged(offered('acme/train'), '2026-11-20T00:00:00Z')
    expect(keeps).toEqual([
      { what: expect.stringMatching(/^the record of the job job-/), source: expect.any(String) },
      { what: 'what it logged to watch for abuse: for 30 days at most; longer where law asks for it', source },
      { what: 'copies of the model: for how long is unknown; No page says so.', source },
    ])
  })

  it('is unknown where the record is too old, or where there is none', async () => {
    const old = await purged(offered('acme/train'), '2027-11-20T00:00:00Z')
    expect(old[1]?.what).toMatch(/^what it logged to watch for abuse: for how long is unknown/)
    const none = await purged(offered('other/train'), '2026-11-20T00:00:00Z')
    expect(none[1]?.source).toBe('no terms on record for other/train')
  })
})

describe('a run that did not come to a job', () => {
  it('names the command that removes what was staged, which it does', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    driver.fail({ operation: 'jobs.create', when: 'before', error: { code: 'closed-to-new-jobs', reached: 'yes' } })
    const error = await submitted(tuner).catch((thrown: unknown) => thrown)
    const id = await onlyRun(tuner)
    const next = expect.arrayContaining([{ do: 'purge', target: { kind: 'run', id } }]) as unknown
    expect(error).toMatchObject({ code: 'closed-to-new-jobs', next })
    expect(driver.store.datasets.size).toBe(2)
    const receipt = await tuner.purge(id)
    expect(states(receipt)).toEqual(['dataset removed', 'dataset removed'])
    expect(driver.store.datasets.size).toBe(0)
  })

  it('loses what an unfinished upload left', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    driver.fail({ operation: 'datasets.part', when: 'before', times: 99 })
    await expect(submitted(tuner)).rejects.toMatchObject({ code: 'unavailable' })
    expect(driver.store.uploads.size).toBe(1)
    const id = await onlyRun(tuner)
    const receipt = await tuner.purge(id)
    expect(receipt.things).toMatchObject([{ kind: 'upload', id: `${id}-training.jsonl`, state: 'removed' }])
    expect(driver.store.uploads.size).toBe(0)
  })

  it('loses both copies of a dataset that was staged again because an answer was lost', async () => {
    const driver = memory({ listLagMs: 60_000, keepsKeys: false, durations: { processingMs: 0 } })
    driver.fail({ operation: 'datasets.create', when: 'after' })
    driver.fail({ operation: 'jobs.create', when: 'before', error: REFUSED })
    const tuner = tunerOn(driver)
    await expect(submitted(tuner)).rejects.toMatchObject({ code: 'permission-denied' })
    // The training dataset twice, and the validation dataset.
    expect(driver.store.datasets.size).toBe(3)
    driver.advance(120_000)
    const other = await tuner.start(await tuner.plan({ ...REQUEST, training: validation }))
    const run = (await all(tuner.runs.list())).find(({ id }) => id !== other.id)?.id ?? ''
    await tuner.purge(run)
    expect([...driver.store.datasets.values()].map(({ name }) => name)).toEqual([
      `${other.id}-training.jsonl`,
      `${other.id}-validation.jsonl`,
    ])
  })
})

describe('a run of which it cannot be told whether it has a job', () => {
  async function undecided(when: 'before' | 'after') {
    const driver = memory({ keepsKeys: false, durations: { processingMs: 0 } })
    driver.fail({ operation: 'jobs.create', when, times: 9, error: { code: 'unavailable', reached: 'maybe' } })
    const tuner = tunerOn(driver)
    await expect(submitted(tuner)).rejects.toMatchObject({ code: 'needs-decision' })
    const id = await onlyRun(tuner)
    return { driver, tuner, id }
  }

  it('is known by its dataset, which is of this run alone', async () => {
    const { driver, tuner, id } = await undecided('after')
    const receipt = await tuner.purge(id, { cancelJob: true })
    expect(receipt.complete).toBe(true)
    expect(receipt.jobs).toMatchObject([{ id: [...driver.store.jobs.keys()][0], ended: true }])
    expect(driver.store.datasets.size).toBe(0)
  })

  it('is left as it is, unless its job shall be cancelled; then the receipt says what nobody can tell', async () => {
    const { driver, tuner, id } = await undecided('before')
    await expect(tuner.purge(id)).rejects.toMatchObject({ code: 'needs-decision', data: { candidates: [] } })
    expect(driver.store.datasets.size).toBe(2)
    const receipt = await tuner.purge(id, { cancelJob: true })
    expect(receipt.complete).toBe(false)
    expect(states(receipt)).toEqual(['job unsure', 'dataset removed', 'dataset removed'])
    expect(driver.store.datasets.size).toBe(0)
  })
})

describe('one thing that is purged', () => {
  it('is that thing alone', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const { live, model } = await served(tuner)
    const [dataset] = await all(tuner.datasets.list())
    expect(states(await tuner.purge({ kind: 'dataset', id: String(dataset?.id) }))).toEqual(['dataset removed'])
    expect(driver.store.datasets.size).toBe(1)
    expect(states(await tuner.purge(live.reference))).toEqual(['deployment removed'])
    expect(states(await tuner.purge(model.reference))).toEqual(['deployment gone', 'model removed'])
    expect(driver.store.datasets.size).toBe(1)
  })

  it('is the run, when it is the job of one', async () => {
    const tuner = tunerOn(memory())
    const { run, job } = await served(tuner)
    expect((await tuner.purge({ kind: 'job', id: job })).target).toMatchObject({ kind: 'run', id: run.id })
  })

  it('is, of a job that somebody else started, what the job made, and not the files it was given', async () => {
    const driver = memory()
    const { job, live } = await served(tunerOn(driver))
    await live.undeploy()
    const wrote = [...driver.store.datasets.keys()][1] ?? ''
    const withResult: MemoryDriver = {
      ...driver,
      jobs: {
        ...driver.jobs,
        async get(id, context) {
          const found = await driver.jobs.get(id, context)
          return { ...found, files: [...(found.files ?? []).slice(0, 1), { role: 'result', id: wrote }] }
        },
      },
    }
    const receipt = await tunerOn(withResult).purge({ kind: 'job', id: job })
    expect(states(receipt)).toEqual(['checkpoint removed', 'model removed', 'result-file removed'])
    expect(driver.store.datasets.size).toBe(1)
  })

  it.each([
    { target: 'something', code: 'invalid-argument' },
    { target: { kind: 'run', id: 'run-abcdefghij' }, code: 'not-found' },
    { target: 'anytune://memory/account%2Fother/model/model-1', code: 'invalid-argument' },
    { target: 'anytune://memory/account%2Fdefault/run/run-abcdefghij', code: 'not-found' },
  ] as const)('is refused when it is not known what it is: $target', async ({ target, code }) => {
    const driver = memory()
    await expect(tunerOn(driver).purge(target)).rejects.toMatchObject({ code })
    expect(driver.calls).toEqual([])
  })

  it('is refused when the provider has nothing of that kind', async () => {
    const driver = memory()
    const { deployments: _, ...rest } = driver
    // What a driver without deployments looks like; the type of this one says more.
    const tuner = tunerOn(rest as unknown as MemoryDriver)
    await expect(tuner.purge({ kind: 'deployment', id: 'any' })).rejects.toMatchObject({ code: 'unsupported' })
    expect(driver.calls).toEqual([])
  })
})

describe('a dataset that nobody has seen since it was made', () => {
  it('is not told as gone before it can be seen', async () => {
    const store = memoryStore({ durations: { processingMs: 0 } })
    const driver = memory({ store })
    let hidden = 3
    const lagging: MemoryDriver = {
      ...driver,
      datasets: {
        ...driver.datasets,
        get(id, context) {
          return driver.datasets.get(hidden-- > 0 ? 'not-yet' : id, context)
        },
      },
    }
    const journal = memoryJournal()
    const controller = new AbortController()
    const tuner = tunerOn(lagging, journal)
    const plan = await tuner.plan(REQUEST)
    const stopped = tuner.start(plan, {
      signal: controller.signal,
      onProgress: (told) => void (told.type === 'step' && told.state === 'done' && controller.abort(new Error('stop'))),
    })
    await expect(stopped).rejects.toThrow('stop')
    const id = await onlyRun(tuner)
    const receipt = await tuner.purge(id)
    expect(states(receipt)).toEqual(['dataset removed'])
    expect(store.datasets.size).toBe(0)
  })
})
