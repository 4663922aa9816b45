import assert from 'node:assert/strict'
import type { StagingFile } from '@anytune/core/driver'
import { newAttempt } from '../account.ts'
import { inventory, jobIds, withoutCalls } from '../effects.ts'
import { collect, contextOf, eventually, rejection, settling } from '../expect.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'

/** An abort ends the wait with its own reason, and makes nothing. */
export const abort: Topic = (suite) => [
  { name: 'what is aborted before it begins rejects with the reason, with zero calls', run: () => before(suite) },
  { name: 'a driver that is given an aborted signal makes nothing', run: () => makesNothing(suite) },
  { name: 'an upload that is aborted leaves no dataset', run: () => stopsUpload(suite) },
  { name: 'watching ends with the reason, and the job goes on', run: () => stopsWatching(suite) },
  ...(suite.driver.jobs.changed === undefined
    ? []
    : [{ name: 'waiting for a change ends when it is aborted', run: () => stopsWaiting(suite) }]),
  hanging(suite),
]

class Reason extends Error {
  override readonly name = 'Reason'
}

function aborted(): AbortSignal {
  return AbortSignal.abort(new Reason('aborted by the conformance suite'))
}

async function before(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { tuner } = account
    const plan = await account.plan(suite.method)
    const signal = aborted()
    const works: readonly (() => Promise<unknown>)[] = [
      () => tuner.start(plan, { signal }),
      () => tuner.jobs.get('any', { signal }),
      () => tuner.jobs.cancel('any', { signal }),
      () => tuner.datasets.get('any', { signal }),
      () => collect(tuner.jobs.list({ signal })),
      () => collect(tuner.jobs.watch('any', { signal })),
    ]
    for (const work of works) {
      const error = await withoutCalls(account, 'what was aborted', () => rejection('what was aborted', work))
      assert.equal(error, signal.reason, 'an abort rejects with its own reason')
    }
  })
}

async function makesNothing(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { driver } = account
    const spec = await account.prepareJob(suite.method)
    const create = async () => driver.jobs.create(spec, newAttempt(), contextOf(aborted()))
    await rejection('a job whose creation was aborted', create)
    assert.deepEqual(await jobIds(account), [])
    for (const part of [driver.jobs, driver.datasets, driver.models, driver.deployments]) {
      if (part === undefined) continue
      await rejection('an aborted list', async () => part.list({ limit: 1 }, contextOf(aborted())))
      await rejection('an aborted get', async () => part.get('any', contextOf(aborted())))
    }
  })
}

async function stopsUpload(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, attempt, permit, context }) => {
      const stop = new AbortController()
      const watched: StagingFile = { ...file, open: () => abortedHalfway(file.open(), stop) }
      const stage = () => account.driver.datasets.create(watched, attempt, permit, { ...context, signal: stop.signal })
      await rejection('an upload that was aborted', stage)
    })
    assert.deepEqual(await inventory(account), [])
  })
}

async function* abortedHalfway(bytes: AsyncIterable<Uint8Array>, stop: AbortController): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk.subarray(0, chunk.byteLength / 2)
    stop.abort(new Reason('aborted by the conformance suite'))
    yield chunk.subarray(chunk.byteLength / 2)
  }
}

async function stopsWatching(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { id } = await (await account.start(suite.method, suite.harness.slow)).job()
    const stop = new AbortController()
    const watch = async () => {
      for await (const _ of account.tuner.jobs.watch(id, { signal: stop.signal })) stop.abort(new Reason('enough'))
    }
    const watching = rejection('a watch that was aborted', watch)
    assert.equal(await settling('a watch that was aborted', suite.withinMs, watching), stop.signal.reason)
    const { status } = await account.driver.jobs.get(id, contextOf())
    assert.ok(!['cancelling', 'cancelled'].includes(status), `the job goes on; it is ${status}`)
  })
}

async function stopsWaiting(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { id } = await (await account.start(suite.method, suite.harness.slow)).job()
    const stop = new AbortController()
    const waiting = account.driver.jobs.changed?.(id, contextOf(stop.signal)).catch(() => {})
    stop.abort(new Reason('enough'))
    await settling('waiting for a change, aborted', suite.withinMs, Promise.resolve(waiting))
  })
}

function hanging({ harness, onFresh, method, withinMs }: Suite): TopicTest {
  const name = 'a request without an answer ends with the reason'
  if (harness.faults?.kinds.includes('hang') !== true) return { name, unchecked: 'the harness injects no hang' }
  const run = () =>
    onFresh(async (account) => {
      const { id } = await (await account.start(method, harness.slow)).job()
      await harness.faults?.failNext(account.made, 'jobs.get', 'hang')
      const stop = new AbortController()
      const before = account.calls().length
      const asked = rejection(name, () => account.tuner.jobs.get(id, { signal: stop.signal }))
      // A request that was never sent would leave the fault for the next one.
      await eventually('the request to arrive', withinMs, async () => account.calls().length > before || undefined)
      stop.abort(new Reason('enough'))
      assert.equal(await settling(name, withinMs, asked), stop.signal.reason)
    })
  return { name, run }
}
