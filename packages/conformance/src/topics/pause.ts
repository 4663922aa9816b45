import assert from 'node:assert/strict'
import { isAnytuneError } from '@anytune/core'
import { withoutCalls } from '../effects.ts'
import { contextOf, eventually, refusal } from '../expect.ts'
import { assertHonest, readEvents, type Suite, type Topic, type TopicTest } from '../suite.ts'

/** A pause is not an end: what was paused goes on when it is asked to. */
export const pause: Topic = (suite) => {
  const { jobs } = suite.driver
  if (jobs.pause === undefined || jobs.resume === undefined) return [...lacking(suite)]
  return [
    { name: 'a running job pauses, stays paused, and goes on', run: () => pauses(suite) },
    { name: 'a finished job can be neither paused nor resumed', run: () => refusesFinished(suite) },
    { name: 'a job that is not paused cannot be resumed', run: () => refusesRunning(suite) },
  ]
}

function lacking(suite: Suite): readonly TopicTest[] {
  return (['pause', 'resume'] as const)
    .filter((operation) => suite.driver.jobs[operation] === undefined)
    .map((operation) => ({
      name: `${operation} is unsupported, with zero calls`,
      run: () =>
        suite.onFresh(async (account) => {
          await withoutCalls(account, operation, () =>
            refusal(operation, 'unsupported', () => account.tuner.jobs[operation]('any')),
          )
        }),
    }))
}

async function pauses(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { harness, method } = suite
    const { driver, tuner } = account
    const { id } = await (await account.start(method, harness.slow)).job()
    await account.jobWhen(id, 'to run', ({ status }) => status === 'running')
    const asked = await eventually('the job to take a pause', suite.withinMs, () =>
      tuner.jobs.pause(id).catch(unlessTooEarly),
    )
    assertHonest(harness, asked)
    assert.ok(['pausing', 'paused'].includes(asked.status), `asked to pause, the job is ${asked.status}`)
    await account.jobWhen(id, 'to be paused', (job) => {
      assertHonest(harness, job)
      return job.status === 'paused'
    })
    const told = (await readEvents(driver, id)).flatMap(({ events }) => events)
    for (let look = 0; look < 3; look++) {
      assert.equal((await driver.jobs.get(id, contextOf())).status, 'paused', 'a paused job stays paused')
    }
    assertHonest(harness, await tuner.jobs.resume(id))
    await account.jobWhen(id, 'to go on', ({ status }) => status === 'running' || status === 'succeeded')
    const toldLater = (await readEvents(driver, id)).flatMap(({ events }) => events)
    assert.deepEqual(
      toldLater.slice(0, told.length),
      told,
      'what a job told before its pause is not told otherwise after',
    )
  })
}

/** Some vendors pause only what has made its first step. */
function unlessTooEarly(error: unknown): undefined {
  if (!isAnytuneError(error) || error.code !== 'failed-precondition') throw error
}

async function refusesFinished(suite: Suite): Promise<void> {
  const { account, job } = await suite.finished()
  for (const operation of ['pause', 'resume'] as const) {
    await refusal(`${operation} of a finished job`, 'failed-precondition', () => account.tuner.jobs[operation](job.id))
  }
  assert.equal((await account.driver.jobs.get(job.id, contextOf())).status, 'succeeded')
}

async function refusesRunning(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { id } = await (await account.start(suite.method, suite.harness.slow)).job()
    await account.jobWhen(id, 'to run', ({ status }) => status === 'running')
    await refusal('resuming a running job', 'failed-precondition', () => account.tuner.jobs.resume(id))
  })
}
