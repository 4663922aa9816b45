import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, isAnytuneError, memoryJournal, type AnytuneError } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const

function tunerOn(driver: MemoryDriver) {
  return createTuner(driver, { journal: memoryJournal(), retry: { attempts: 3, firstMs: 0, maximumMs: 1 } })
}

async function failure(call: Promise<unknown>): Promise<AnytuneError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isAnytuneError(error)) throw new Error('no error of anytune was thrown', { cause: error })
  return error
}

async function start(driver: MemoryDriver): Promise<AnytuneError> {
  const tuner = tunerOn(driver)
  return failure(tuner.start(await tuner.plan(REQUEST)))
}

const refused = { code: 'permission-denied', reached: 'yes' } as const
const broken = { code: 'unavailable', reached: 'maybe' } as const

describe('a start that fails', () => {
  it.each([
    ['the dataset that cannot be looked at', 'datasets.get', refused, {}],
    ['the dataset that cannot be looked at for now', 'datasets.get', broken, {}],
    ['the dataset of a job that was refused', 'jobs.create', refused, {}],
    ['the dataset, and the job that cannot be looked at', 'jobs.get', broken, { cancelJob: true }],
  ] as const)('says what goes on, and what removes %s', async (_, operation, error, how) => {
    const { hint, next, data } = await start(memory({ faults: [{ operation, when: 'before', times: 9, error }] }))
    const run = String(data?.['run'])
    expect(hint).toMatch(/; to go on, resume the run; to remove what was made for it, purge the run$/)
    expect(next).toEqual([
      { do: 'resume-run', run },
      { do: 'purge', target: { kind: 'run', id: run }, ...how },
    ])
  })

  it('and has made nothing has nothing to remove', async () => {
    const error = await start(memory({ faults: [{ operation: 'datasets.create', when: 'before', error: refused }] }))
    expect(error.hint).not.toContain('purge')
    expect(error.next).toEqual([{ do: 'resume-run', run: error.data?.['run'] }])
  })

  it('keeps what it saved of an upload that could not be removed, and says so', async () => {
    const driver = memory()
    const { datasets } = driver
    const stuck: MemoryDriver = {
      ...driver,
      datasets: {
        ...datasets,
        async create(file, attempt, permit, context) {
          await context.save({ upload: 'upload-1' })
          driver.fail({ operation: 'datasets.create', when: 'before', error: refused })
          return datasets.create(file, attempt, permit, context)
        },
        abandon: () => Promise.reject(new Error('not now')),
      },
    }
    const { code, next, data } = await start(stuck)
    expect(code).toBe('permission-denied')
    expect(next).toContainEqual({ do: 'purge', target: { kind: 'run', id: data?.['run'] } })
  })
})

describe('a start of which it cannot be told what it made', () => {
  it('names each decision, and what gives it up', async () => {
    const store = memoryStore({ keepsKeys: false })
    const { code, next, data } = await start(memory({ store, faults: [{ operation: 'jobs.create', when: 'after' }] }))
    expect(code).toBe('needs-decision')
    const run = String(data?.['run'])
    const [job] = store.jobs.keys()
    expect(next).toEqual([
      { do: 'resume-run', run, decision: { adopt: job } },
      { do: 'resume-run', run, decision: { createAgain: true } },
      { do: 'purge', target: { kind: 'run', id: run }, cancelJob: true },
    ])
  })
})

describe('a deployment that fails once it was asked for', () => {
  it('is named with what ends its cost', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    driver.fail({ operation: 'deployments.get', when: 'before', times: 9, error: broken })
    const { next } = await failure(model.deploy())
    const [id] = driver.store.deployments.keys()
    expect(next).toEqual([{ do: 'undeploy', deployment: id }])
  })

  it('names each decision where it cannot be told whether it was made', async () => {
    const driver = memory({ store: memoryStore({ keepsKeys: false }) })
    const tuner = tunerOn(driver)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    driver.fail({ operation: 'deployments.create', when: 'after' })
    const { code, next } = await failure(model.deploy())
    expect(code).toBe('needs-decision')
    const [adopt] = driver.store.deployments.keys()
    expect(next).toEqual([
      { do: 'list', what: 'deployments' },
      { do: 'deploy', model: model.id, decision: { adopt } },
      { do: 'deploy', model: model.id, decision: { createAgain: true } },
    ])
  })
})

describe('a part of a staging', () => {
  it('is repeated as often as a call may be, and not again with the whole', async () => {
    const driver = memory()
    let asked = 0
    const parts: MemoryDriver = {
      ...driver,
      datasets: {
        ...driver.datasets,
        create: (file, attempt, permit, context) =>
          context.retry(() => {
            asked += 1
            driver.fail({ operation: 'datasets.create', when: 'before', error: broken })
            return driver.datasets.create(file, attempt, permit, context)
          }),
      },
    }
    expect(await start(parts)).toMatchObject({ code: 'unavailable' })
    expect(asked).toBe(3)
  })
})

describe('a provider that says when to come back', () => {
  it('is quoted by the error, when that is too long to wait', async () => {
    const busy = { code: 'rate-limited', reached: 'yes', retryAfterMs: 600_000 } as const
    const driver = memory({ faults: [{ operation: 'jobs.list', when: 'before', error: busy }] })
    const error = await failure(Array.fromAsync(tunerOn(driver).jobs.list()))
    expect(error).toMatchObject({ code: 'rate-limited', hint: 'wait 600 s, then try again' })
  })
})
