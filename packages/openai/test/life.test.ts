import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { createTuner, memoryJournal, type AnytuneError, type Journal } from '@anytune/core'
import { startEmulator } from '@anytune/emulator'
import { openai, parseResults, type OpenAIDriver, type OpenAIOptions } from '@anytune/openai'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { emulated } from '../../openai-compatible/test/emulated.ts'
import { collect, rowsFile, SECRET_OF_ROWS, temporaryFolder } from './rows.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const emulator = await startEmulator({
  vendors: ['openai'],
  schedule: { validatingMilliseconds: 10, queuedMilliseconds: 10, stepMilliseconds: 2, evaluatingMilliseconds: 10 },
})
const folder = temporaryFolder()
afterAll(async () => {
  await emulator.close()
  folder.remove()
})

const { open, accountOf, calls, storedBytes } = emulated(emulator, (connection, options?: OpenAIOptions) =>
  openai({ ...connection, polling: { firstMs: 20, maximumMs: 100 }, ...options }),
)
const RETRY = { attempts: 3, firstMs: 1, maximumMs: 5 }
const training = rowsFile(folder, 'train.jsonl', 12)
const graded = join(folder.path, 'graded.jsonl')
writeFileSync(
  graded,
  Array.from({ length: 12 }, (_, index) => {
    const messages = [{ role: 'user', content: `What is twice ${index}?` }]
    return `${JSON.stringify({ messages, answer: String(2 * index) })}\n`
  }).join(''),
)
const REQUEST = { baseModel: 'gpt-4.1-mini-2025-04-14', method: 'supervised', training } as const

function tunerOn(driver: OpenAIDriver, journal: Journal = memoryJournal()) {
  return createTuner(driver, { journal, retry: RETRY })
}

/** A driver on an account of its own, and a tuner over it. */
function fresh(options: OpenAIOptions = {}) {
  const driver = open(emulator.account(), options)
  return { driver, account: accountOf(driver), tuner: tunerOn(driver) }
}

/** Does what is asked, and does not say so. */
function losingAnswers(create: OpenAIDriver['jobs']['create']): OpenAIDriver['jobs']['create'] {
  return async (...given) => {
    await create(...given)
    throw new TypeError('terminated')
  }
}

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server has an address and a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const failure = (work: Promise<unknown>): Promise<AnytuneError> =>
  work.then(
    () => expect.fail('it must be refused'),
    (thrown: AnytuneError) => thrown,
  )

describe('a run', () => {
  it('ends with files that can be read: the rows as they were planned, and the metrics of every step', async () => {
    const { tuner, driver } = fresh()
    const run = await tuner.start(
      await tuner.plan({ ...REQUEST, validation: training, hyperparameters: { epochs: 2 } }),
    )
    await run.model()
    const { files = [] } = await run.job()
    expect(files.map(({ role }) => role)).toEqual(['training', 'validation', 'result'])
    const results = Buffer.concat(await collect(tuner.datasets.read(files[2]?.id ?? '')))
    const told = (await collect(run.events())).flatMap((event) =>
      event.type === 'job' && event.event.type === 'metrics' ? [event.event] : [],
    )
    const rows = parseResults(results)
    expect(rows.map(({ step }) => step)).toEqual(told.map(({ step }) => step))
    expect(rows.at(-1)?.values['loss']).toBeCloseTo(told.at(-1)?.values['loss'] ?? Number.NaN, 3)
    const rowsRead = Buffer.concat(await collect(tuner.datasets.read(files[0]?.id ?? '')))
    expect(rowsRead.equals(await storedBytes(driver, files[0]?.id ?? ''))).toBe(true)
  })

  it('of an organisation that may make no more jobs is told the way out, and what removes the staged data', async () => {
    const { tuner, account } = fresh()
    account.configure({ training: 'closed' })
    const plan = await tuner.plan(REQUEST)
    expect(plan.preflight).toContainEqual(expect.objectContaining({ id: 'open-to-new-jobs', result: 'could-not-read' }))
    const error = await failure(tuner.start(plan))
    expect(error).toMatchObject({ code: 'closed-to-new-jobs', status: 403, retryable: false })
    const run = String(error.data?.['run'])
    expect(error.hint).toContain('--provider')
    expect(error.next).toEqual([
      { do: 'doctor' },
      { do: 'export-all' },
      { do: 'purge', target: { kind: 'run', id: run } },
    ])
    await tuner.purge(run)
    expect(await collect(tuner.datasets.list())).toEqual([])
  })

  it('whose data the service refuses says why in an event and as the reason, without the data', async () => {
    const { tuner, account } = fresh()
    account.plan({ end: 'refuse-data' })
    const run = await tuner.start(await tuner.plan(REQUEST))
    const error = await failure(run.model())
    expect(error.code).toBe('job-failed')
    const { status, failure: reason, model } = await run.job()
    expect({ status, model }).toEqual({ status: 'failed', model: undefined })
    expect(error.message).toContain(reason?.message)
    const told = JSON.stringify(await collect(run.events()))
    expect(told).not.toContain(SECRET_OF_ROWS)
  })

  it('whose model fails the safety evaluation has no model, and tells the checks', async () => {
    const { tuner, account } = fresh()
    account.plan({ end: 'refuse-model' })
    const run = await tuner.start(await tuner.plan(REQUEST))
    expect((await failure(run.model())).code).toBe('job-failed')
    expect((await run.job()).model).toBeUndefined()
    const texts = (await collect(run.events())).flatMap((event) =>
      event.type === 'job' && event.event.type === 'message' ? [event.event.text] : [],
    )
    expect(texts.some((text) => /moderation|safety|evaluat/i.test(text))).toBe(true)
  })

  it('on nine rows fails with the reason that the service gives', async () => {
    const { tuner } = fresh()
    const few = rowsFile(folder, 'nine.jsonl', 9)
    const error = await tuner.start(await tuner.plan({ ...REQUEST, training: few })).then((run) => failure(run.model()))
    expect(error).toMatchObject({ code: 'job-failed', message: expect.stringMatching(/10/) as string })
  })

  it('is given its model by a fine-tuned one, and the plan says until when that is there', async () => {
    const { tuner } = fresh()
    const first = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const plan = await tuner.plan({ ...REQUEST, baseModel: first.id })
    const second = await (await tuner.start(plan)).model()
    expect(second.id).not.toBe(first.id)
    expect((await tuner.models.get(second.id)).baseModel).toBe('gpt-4.1-mini-2025-04-14')
  })
})

describe('a reinforcement job', () => {
  const asked = { baseModel: 'o4-mini-2025-04-16', method: 'reinforcement' } as const

  it('without validation rows is refused before anything is asked', async () => {
    const { tuner, driver } = fresh()
    const planned = tuner.plan({ ...asked, training: graded })
    expect(await failure(planned)).toMatchObject({ code: 'invalid-argument' })
    expect(calls(driver)).toEqual([])
  })

  it('without a grader is refused before anything is sent', async () => {
    const { tuner, driver } = fresh()
    const plan = await tuner.plan({ ...asked, training: graded, validation: graded })
    expect(plan.preflight).toContainEqual(expect.objectContaining({ id: 'grader', result: 'failed' }))
    expect(await failure(tuner.start(plan))).toMatchObject({ code: 'failed-precondition', operation: 'preflight' })
    expect(calls(driver)).not.toContain('files.create')
  })

  it('on rows of another kind is refused by line and rule', async () => {
    const { tuner } = fresh()
    const error = await failure(tuner.plan({ ...asked, training, validation: training }))
    expect(error).toMatchObject({ code: 'dataset-invalid' })
    expect(JSON.stringify(error)).toContain('not-representable')
  })
})

describe('a key that is not accepted', () => {
  it('fails the plan’s check, and sends nothing', async () => {
    const { tuner } = fresh({ apiKey: 'sk-wrong' })
    const plan = await tuner.plan(REQUEST)
    expect(plan.preflight).toContainEqual(expect.objectContaining({ id: 'key', result: 'failed' }))
    const error = await failure(tuner.start(plan))
    expect(JSON.stringify(error)).not.toContain('sk-wrong')
  })
})

describe('a host that is not there', () => {
  it('is told with what may be in the way', async () => {
    const { tuner } = fresh({ baseURL: `http://127.0.0.1:${await closedPort()}/v1` })
    expect(await failure(tuner.jobs.get('ftjob-1'))).toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('HTTPS_PROXY') as string,
    })
  })
})

describe('a dataset in parts', () => {
  const inParts = { uploadAboveBytes: 0, partBytes: 400 }

  it('arrives as it was planned', async () => {
    const { tuner, driver } = fresh(inParts)
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    expect(calls(driver)).not.toContain('files.create')
    expect(calls(driver).filter((operation) => operation === 'uploads.parts.create').length).toBeGreaterThan(2)
    const [staged] = await collect(tuner.datasets.list())
    expect(staged?.bytes).toBe(run.plan.datasets[0]?.encoded.bytes)
  })

  it.each([
    ['a part that is lost', { operation: 'uploads.parts.create', kind: 'reset', when: 'before' }],
    ['a part whose answer is lost', { operation: 'uploads.parts.create', kind: 'reset', when: 'after' }],
    ['a part that is limited', { operation: 'uploads.parts.create', kind: 'rate-limit', retryAfter: '0' }],
    ['a part that the service fails', { operation: 'uploads.parts.create', kind: 'status', status: 500 }],
    ['an upload whose answer is lost', { operation: 'uploads.create', kind: 'reset', when: 'after' }],
    ['a completion that is lost', { operation: 'uploads.complete', kind: 'reset', when: 'before' }],
    ['a completion whose answer is lost', { operation: 'uploads.complete', kind: 'reset', when: 'after' }],
    ['a completion whose answer breaks off', { operation: 'uploads.complete', kind: 'truncate' }],
    ['a completion that a proxy answers', { operation: 'uploads.complete', kind: 'not-json', when: 'after' }],
  ] as const)('%s leaves one file and one job', async (_, fault) => {
    const { tuner, driver } = fresh(inParts)
    emulator.faults.add({ ...fault, account: accountOf(driver).name, after: fault.operation.includes('parts') ? 2 : 0 })
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    expect(emulator.faults.pending()).toEqual([])
    expect((await collect(tuner.datasets.list())).map(({ bytes }) => bytes)).toEqual([
      run.plan.datasets[0]?.encoded.bytes,
    ])
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })

  it('that cannot be completed leaves no part behind', async () => {
    const { tuner, driver } = fresh(inParts)
    emulator.faults.add({
      operation: 'uploads.parts.create',
      kind: 'status',
      status: 403,
      times: 9,
      account: accountOf(driver).name,
    })
    const error = await failure(tuner.start(await tuner.plan(REQUEST)))
    emulator.faults.clear()
    expect(error.code).toBe('permission-denied')
    expect(calls(driver)).toContain('uploads.cancel')
    expect(await collect(tuner.datasets.list())).toEqual([])
  })
})

describe('a dataset in one request', () => {
  it.each([
    ['lost', { kind: 'reset', when: 'before' }],
    ['answered, and the answer lost', { kind: 'reset', when: 'after' }],
    ['answered with half an answer', { kind: 'truncate' }],
    ['answered by a proxy', { kind: 'not-json', when: 'after' }],
    ['failed by the service after it acted', { kind: 'status', status: 500, when: 'after' }],
    ['limited', { kind: 'rate-limit', retryAfter: '0' }],
    ['not found at first', { kind: 'get-lag', looks: 2 }],
  ] as const)('that is %s is there once', async (_, fault) => {
    const { tuner, driver } = fresh()
    emulator.faults.add({ ...fault, operation: 'files.create', account: accountOf(driver).name })
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    expect(await collect(tuner.datasets.list())).toHaveLength(1)
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })
})

describe('a job', () => {
  it.each([
    ['answered with half an answer', { kind: 'truncate' }],
    ['answered by a proxy', { kind: 'not-json', when: 'after' }],
    ['answered with a page and status 200', { kind: 'not-json', status: 200, when: 'after' }],
    ['not found at first', { kind: 'get-lag', looks: 2 }],
  ] as const)('that is %s is made once', async (_, fault) => {
    const { tuner, driver } = fresh()
    const account = accountOf(driver).name
    emulator.faults.add({ ...fault, operation: 'jobs.create', account })
    const run = await tuner.start(await tuner.plan(REQUEST))
    await run.model()
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })

  it('whose answer is lost, and which is listed late, is found and not made again', async () => {
    const { driver } = fresh()
    const { jobs } = driver
    // A request is struck by one fault: the emulator's delays the lists, and this one loses the answer.
    const losing = { ...driver, jobs: { ...jobs, create: losingAnswers(jobs.create) } }
    const tuner = tunerOn(losing)
    emulator.faults.add({ operation: 'jobs.create', kind: 'list-lag', lists: 3, account: accountOf(driver).name })
    await (await tuner.start(await tuner.plan(REQUEST))).model()
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })

  it('that is never listed is not made twice: the user is asked', async () => {
    const { tuner, driver } = fresh()
    emulator.faults.add({ operation: 'jobs.create', kind: 'status', status: 500, account: accountOf(driver).name })
    const error = await failure(tuner.start(await tuner.plan(REQUEST)))
    expect(error).toMatchObject({ code: 'needs-decision', data: { candidates: [] } })
    const run = await tuner.resume(String(error.data?.['run']), { decision: { createAgain: true } })
    await run.model()
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })

  it('is watched through answers that are no JSON', async () => {
    const { tuner, driver } = fresh()
    const run = await tuner.start(await tuner.plan(REQUEST))
    const account = accountOf(driver).name
    emulator.faults.add(
      { operation: 'jobs.get', kind: 'not-json', status: 200, account },
      { operation: 'jobs.events', kind: 'truncate', account },
      { operation: 'jobs.events', kind: 'not-json', status: 200, account, after: 1 },
    )
    expect((await run.model()).id).toMatch(/^ft:/)
  })
})
