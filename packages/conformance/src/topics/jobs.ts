import assert from 'node:assert/strict'
import type { JobStatus } from '@anytune/core/driver'
import type { Account } from '../account.ts'
import { inventory } from '../effects.ts'
import { contextOf } from '../expect.ts'
import { readEvents, type Suite, type Topic, type TopicTest } from '../suite.ts'
import { capabilityOf, fieldValues, type FieldValues, hyperparametersWithin } from '../values.ts'

/** How far each status is on the way of a job that is left alone; some vendors validate first, others queue first. */
const PLACE: Readonly<Record<JobStatus, number>> = {
  validating: 0,
  queued: 0,
  running: 1,
  pausing: Number.NaN,
  paused: Number.NaN,
  cancelling: Number.NaN,
  succeeded: 2,
  failed: Number.NaN,
  cancelled: Number.NaN,
  expired: Number.NaN,
  unknown: Number.NaN,
}

/** A job goes its way, and looking at it changes nothing. */
export const jobs: Topic = (suite) => [
  ...suite.methods.map((method) => ({
    name: `${method} training makes a model`,
    run: () => (method === suite.method ? trainedInFixture(suite) : trains(suite, method)),
  })),
  ...suite.methods.map((method) => asking(suite, method)),
  { name: 'a job that is left alone only goes forward', run: () => goesForward(suite) },
  { name: 'times are dates, in their order', run: () => timesInOrder(suite) },
  { name: 'looking changes nothing', run: () => lookingIsFree(suite) },
  { name: 'takes every optional field it declares', run: () => takesFields(suite) },
]

async function trainedInFixture(suite: Suite): Promise<void> {
  const { job, spec } = await suite.finished()
  assert.equal(job.status, 'succeeded')
  assert.equal(typeof job.model, 'string')
  assert.equal(spec.method, suite.method)
  if (job.baseModel !== undefined) assert.equal(job.baseModel, suite.harness.baseModel)
}

async function trains(suite: Suite, method: Suite['method']): Promise<void> {
  await suite.onFresh(async (account) => {
    const run = await account.start(method)
    const model = await run.model()
    const job = await run.job()
    assert.equal(job.status, 'succeeded')
    assert.equal(model.id, job.model)
  })
}

function asking(suite: Suite, method: Suite['method']): TopicTest {
  const name = `${method} training is asked for as it was planned`
  if (suite.harness.asked === undefined) return { name, unchecked: 'the harness has no asked' }
  return { name, run: () => asksAsPlanned(suite, method) }
}

/** No method is taken for another, no number lost on the way or given under another name. */
async function asksAsPlanned(suite: Suite, method: Suite['method']): Promise<void> {
  await suite.onFresh(async (account) => {
    const planned = {
      ...(await account.request(method)),
      ...(await declaredFields(suite, account, method)),
      hyperparameters: hyperparametersWithin(capabilityOf(suite, method)),
    }
    const job = await (await account.tuner.start(await account.tuner.plan(planned))).job()
    const asked = await suite.harness.asked?.(account.made, job)
    assert.equal(asked?.method, method)
    assert.deepEqual({ ...asked.hyperparameters }, planned.hyperparameters)
    assert.equal(asked.suffix, planned.suffix)
    assert.equal(asked.seed, planned.seed)
    assert.deepEqual({ ...asked.metadata, ...planned.metadata }, { ...asked.metadata })
    assert.equal(asked.validation !== undefined, planned.validation !== undefined, 'a validation dataset')
  })
}

async function goesForward(suite: Suite): Promise<void> {
  const { seen } = await suite.finished()
  const statuses = seen.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1])
  const places = statuses.map((status) => PLACE[status])
  const forward = places.every((place, index) => place >= (places[index - 1] ?? 0))
  assert.ok(forward, `a job that was left alone was seen as ${statuses.join(', ')}`)
  assert.equal(new Set(statuses).size, statuses.length, `it was seen as ${statuses.join(', ')}`)
}

async function timesInOrder(suite: Suite): Promise<void> {
  const { job } = await suite.finished()
  const { createdAt, startedAt, finishedAt } = job
  const times = Object.entries({ createdAt, startedAt, finishedAt }).filter(([, time]) => time !== undefined)
  for (const [name, time] of times) {
    assert.ok(time instanceof Date && !Number.isNaN(time.getTime()), `${name} must be a valid Date`)
    const ageMs = Math.abs(Date.now() - time.getTime())
    assert.ok(ageMs < 24 * 3_600_000, `${name} is ${time.toISOString()}: are seconds taken for milliseconds?`)
  }
  const order = times.map(([, time]) => Number(time))
  assert.deepEqual(
    order,
    order.toSorted((one, other) => one - other),
    'created, started, finished',
  )
}

async function lookingIsFree(suite: Suite): Promise<void> {
  const { account, job } = await suite.finished()
  const there = await inventory(account)
  const first = await account.driver.jobs.get(job.id, contextOf())
  await readEvents(account.driver, job.id)
  await account.driver.jobs.list({ limit: 10 }, contextOf())
  assert.deepEqual(await account.driver.jobs.get(job.id, contextOf()), first)
  assert.deepEqual(await inventory(account), there)
}

async function takesFields(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const request = {
      ...(await account.request(suite.method)),
      ...(await declaredFields(suite, account, suite.method)),
    }
    const job = await (await account.tuner.start(await account.tuner.plan(request))).job()
    assert.notEqual(job.status, 'failed', job.failure?.message)
  })
}

/** A harmless value of each field that the driver declares. */
async function declaredFields(
  { driver }: Suite,
  account: Account,
  method: Suite['method'],
): Promise<Partial<FieldValues>> {
  const values = Object.entries(await fieldValues(account, method))
  return Object.fromEntries(values.filter(([field]) => Object.hasOwn(driver.capabilities.fields, field)))
}
