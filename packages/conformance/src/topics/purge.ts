import assert from 'node:assert/strict'
import type { Receipt } from '@anytune/core'
import type { Account } from '../account.ts'
import { inventory } from '../effects.ts'
import { refusal } from '../expect.ts'
import { hasEnded, type Suite, type Topic } from '../suite.ts'
import { deployOptions } from './deployments.ts'

/** A run's things can be removed, and nothing else goes with them. */
export const purge: Topic = (suite) => [
  { name: 'a dry run changes nothing', run: () => dry(suite) },
  { name: 'a run that is purged leaves what cannot be deleted, and nothing of another goes', run: () => purges(suite) },
  { name: 'a job under way is cancelled first, and only when that was asked for', run: () => cancels(suite) },
]

async function dry(suite: Suite): Promise<void> {
  const { account, run } = await suite.finished()
  const before = await inventory(account)
  const receipt = await account.tuner.purge(run.id, { dryRun: true })
  assert.deepEqual(await inventory(account), before)
  const kinds = receipt.things.map(({ kind }) => kind)
  for (const kind of ['model', 'dataset'] as const) assert.ok(kinds.includes(kind), `a run makes a ${kind}`)
}

async function purges(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    // What another run has staged.
    await account.prepareJob(suite.method)
    const others = await withoutJobs(account)
    const run = await account.start(suite.method)
    const model = await run.model()
    if (account.driver.deployments !== undefined) await model.deploy(deployOptions(suite))

    const receipt = await account.tuner.purge(run.id)
    assertOnlyUndeletable(receipt)
    const kept = receipt.things.flatMap(({ kind, id, state }) => (state === 'kept' ? [`${LISTS[kind]}/${id}`] : []))
    const left = (await withoutJobs(account)).filter((id) => !kept.includes(id))
    assert.deepEqual(left, others, 'what is left must be what was there before, and what the receipt says is kept')
    await refusal('resuming a run that was purged', 'failed-precondition', () => account.tuner.resume(run.id))
  })
}

async function cancels(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const run = await account.start(suite.method, suite.harness.slow)
    const before = await inventory(account)
    await refusal('purging a run under way', 'failed-precondition', () => account.tuner.purge(run.id))
    assert.deepEqual(await inventory(account), before)
    const receipt = await account.tuner.purge(run.id, { cancelJob: true })
    assert.ok(hasEnded(await run.job()), 'the job must have ended')
    assertOnlyUndeletable(receipt)
    if (account.driver.datasets.delete === undefined) return
    assert.deepEqual(
      (await withoutJobs(account)).filter((id) => id.startsWith('datasets/')),
      [],
    )
  })
}

const LISTS: Readonly<Record<Receipt['things'][number]['kind'], string>> = {
  deployment: 'deployments',
  checkpoint: 'models',
  model: 'models',
  dataset: 'datasets',
  'result-file': 'datasets',
  upload: 'uploads',
  job: 'jobs',
}

/** No provider is asked to delete the record of a job. */
async function withoutJobs(account: Account): Promise<readonly string[]> {
  return (await inventory(account)).filter((id) => !id.startsWith('jobs/'))
}

function assertOnlyUndeletable({ things }: Receipt): void {
  for (const thing of things) {
    const { kind, id, state } = thing
    const undeletable = state === 'kept' && thing.code === 'unsupported'
    const reason = 'reason' in thing ? `: ${thing.reason}` : ''
    assert.ok(state === 'removed' || state === 'gone' || undeletable, `the ${kind} ${id} is ${state}${reason}`)
  }
}
