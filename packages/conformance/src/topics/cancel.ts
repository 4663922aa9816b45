import assert from 'node:assert/strict'
import type { Job } from '@anytune/core/driver'
import { contextOf, refusal } from '../expect.ts'
import { assertHonest, hasEnded, type Suite, type Topic } from '../suite.ts'

/** Cancelling ends a job, says so only when it has, and changes no job that has ended. */
export const cancel: Topic = (suite) => [
  { name: 'a running job is cancelled', run: () => cancels(suite) },
  { name: 'a finished job cannot be cancelled', run: () => refusesFinished(suite) },
  { name: 'a run whose job was cancelled says so', run: () => tells(suite) },
]

async function cancels(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { harness, method } = suite
    const { id } = await (await account.start(method, harness.slow)).job()
    await account.jobWhen(id, 'to run', ({ status }) => status === 'running')
    const asked = await account.tuner.jobs.cancel(id)
    assertHonest(harness, asked)
    assert.ok(['cancelling', 'cancelled'].includes(asked.status), `asked to stop, the job is ${asked.status}`)
    const cancelled = await account.jobWhen(id, 'to be cancelled', (job) => {
      assertHonest(harness, job)
      return job.status === 'cancelled'
    })
    for (let look = 0; look < 3; look++) {
      const later = await account.driver.jobs.get(id, contextOf())
      assert.deepEqual(told(later), told(cancelled), 'a job that is called cancelled does not change any more')
    }
    await refusal('cancelling a cancelled job', 'failed-precondition', () => account.tuner.jobs.cancel(id))
  })
}

/** What is promised of a job; `raw` is the vendor's own, and may show how it tidies up behind the scenes. */
function told({ raw: _raw, ...job }: Job): Omit<Job, 'raw'> {
  return job
}

async function refusesFinished(suite: Suite): Promise<void> {
  const { account, job } = await suite.finished()
  await refusal('cancelling a finished job', 'failed-precondition', () => account.tuner.jobs.cancel(job.id))
  const later = await account.driver.jobs.get(job.id, contextOf())
  assert.equal(later.status, 'succeeded')
  assert.equal(later.model, job.model)
}

async function tells(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const run = await account.start(suite.method, suite.harness.slow)
    await run.cancel()
    const error = await refusal('the model of a cancelled run', 'job-failed', () => run.model())
    assert.ok(hasEnded(await run.job()))
    assert.match(error.message, /cancelled/)
    if (account.driver.models === undefined) return
    const models = await account.driver.models.list({ limit: 10 }, contextOf())
    assert.deepEqual(models.items, [], 'a cancelled job leaves no model')
  })
}
