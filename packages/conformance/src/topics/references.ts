import assert from 'node:assert/strict'
import { formatReference, parseReference } from '@anytune/core'
import { inventory, withoutCalls } from '../effects.ts'
import { refusal } from '../expect.ts'
import type { Suite, Topic } from '../suite.ts'
import { onLive } from './deployments.ts'

/** A reference opens its thing in any process, and nothing anywhere else. */
export const references: Topic = (suite) => [
  {
    name: 'a run is opened by its reference in a second process, and resuming it makes nothing',
    run: () => run(suite),
  },
  { name: 'jobs, datasets and models are opened by reference', run: () => things(suite) },
  ...(suite.driver.deployments === undefined
    ? []
    : [{ name: 'a deployment is opened by its reference', run: () => deployment(suite) }]),
  { name: 'a reference to somewhere else is refused by name, with zero calls', run: () => mismatch(suite) },
]

async function run(suite: Suite): Promise<void> {
  const { account, run: finished, job } = await suite.finished()
  const there = await inventory(account)
  const { tuner, driver } = await account.otherProcess()
  assert.equal((await tuner.runs.get(finished.reference)).id, finished.id)
  const resumed = await tuner.resume(finished.reference)
  assert.equal((await resumed.job()).id, job.id)
  assert.equal((await resumed.model()).id, job.model)
  assert.deepEqual(await inventory(account), there, 'resuming what is finished makes nothing')
  await driver.close?.()
}

async function things(suite: Suite): Promise<void> {
  const { account, job, spec, model } = await suite.finished()
  const { tuner, driver } = await account.otherProcess()
  const { provider, scope } = driver
  const reference = (kind: 'job' | 'dataset', id: string) => formatReference({ provider, scope, kind, id })
  assert.equal((await tuner.jobs.get(reference('job', job.id))).id, job.id)
  assert.equal((await tuner.datasets.get(reference('dataset', spec.training))).id, spec.training)
  assert.equal(tuner.models.open(model.reference).id, model.id)
  assert.deepEqual(parseReference(model.reference), { provider, scope, kind: 'model', id: model.id })
  await driver.close?.()
}

async function deployment(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  await onLive(suite, async (live) => {
    const { tuner, driver } = await account.otherProcess()
    assert.equal((await tuner.deployments.open(live.reference)).id, live.id)
    await driver.close?.()
  })
}

async function mismatch(suite: Suite): Promise<void> {
  const { account, job } = await suite.finished()
  const { provider, scope } = suite.driver
  const true_ = { provider, scope: account.driver.scope, kind: 'job', id: job.id } as const
  const wrong = [
    { ...true_, provider: 'elsewhere' },
    { ...true_, scope: `${scope}-elsewhere` },
    { ...true_, kind: 'dataset' },
  ] as const
  for (const reference of wrong) {
    const error = await withoutCalls(account, 'a reference to somewhere else', () =>
      refusal('a reference to somewhere else', 'invalid-argument', () =>
        account.tuner.jobs.get(formatReference(reference)),
      ),
    )
    assert.match(error.message, /elsewhere|dataset/, 'the error names what the reference is for')
  }
}
