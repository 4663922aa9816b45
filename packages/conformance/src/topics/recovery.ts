import assert from 'node:assert/strict'
import { isAnytuneError, type AnytuneError, type ResumeOptions, type Run } from '@anytune/core'
import type { Attempt, Context, Created, Driver, Found, JobSpec } from '@anytune/core/driver'
import { type Account, newAttempt } from '../account.ts'
import { jobIds } from '../effects.ts'
import { collect, contextOf, rejection } from '../expect.ts'
import type { FaultKind } from '../harness.ts'
import { overlay } from '../overlay.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'
import { deployOptions } from './deployments.ts'

/** Whatever was lost, nothing is made twice. */
export const recovery: Topic = (suite) => [
  { name: 'a job is found again by its attempt', run: () => findsJob(suite) },
  { name: 'an attempt that made nothing finds nothing', run: () => findsNoJob(suite) },
  ...(suite.driver.deployments === undefined
    ? []
    : [{ name: 'a deployment is found again by its attempt', run: () => findsDeployment(suite) }]),
  { name: 'killed after the job was made: the run is resumed with that one job', run: () => afterJob(suite) },
  { name: 'killed before the job was made: the run is resumed with one job', run: () => beforeJob(suite) },
  { name: 'killed after the dataset was staged: the run is resumed with it', run: () => afterDataset(suite) },
  { name: 'killed in the middle of the upload: the run is resumed with a whole dataset', run: () => midUpload(suite) },
  ...(['lost-request', 'lost-answer', 'server-error'] as const).map((kind) => faulty(suite, kind)),
]

async function findsJob(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const spec = await account.prepareJob(suite.method, suite.harness.slow)
    const { jobs } = account.driver
    const other = await account.otherProcess()
    const attempt = newAttempt()
    const { id } = await jobs.create(spec, attempt, contextOf())
    const found = await other.driver.jobs.find(spec, attempt, contextOf())
    await assertFound(found, id, () => jobs.create(spec, attempt, contextOf()))
    assert.deepEqual(await jobIds(account), [id], 'one attempt, one job')
    await other.driver.close?.()
  })
}

async function findsDeployment(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  const { driver } = account
  const { deployments } = driver
  assert.ok(deployments)
  const own = deployOptions(suite).providerOptions?.[driver.provider] ?? {}
  const spec = { model: model.id, providerOptions: driver.options.deployment?.(own) ?? {} }
  const attempt = newAttempt()
  const earlier = await deployments.find(spec, attempt, contextOf())
  assert.notEqual(earlier.state, 'found', 'what was never made is not found')
  const { id } = await deployments.create(spec, attempt, contextOf())
  const other = await account.otherProcess()
  const found = await other.driver.deployments?.find(spec, attempt, contextOf())
  assert.ok(found)
  await assertFound(found, id, () => deployments.create(spec, attempt, contextOf()))
  await deployments.delete?.(id, contextOf())
  await other.driver.close?.()
}

/** Found, or honestly unsure; `absent` only where making it again makes no second one. */
async function assertFound(
  found: Found<{ readonly id: string }>,
  id: string,
  again: () => Promise<Created>,
): Promise<void> {
  if (found.state === 'found') assert.equal(found.value.id, id)
  if (found.state !== 'absent') return
  const repeated = await again()
  assert.equal(repeated.id, id, '`absent` promises that making it again makes no second one')
}

async function findsNoJob(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { jobs } = account.driver
    const made = await account.prepareJob(suite.method, suite.harness.slow)
    await jobs.create(made, newAttempt(), contextOf())
    const spec = await account.prepareJob(suite.method, suite.harness.slow)
    const found = await jobs.find(spec, newAttempt(), contextOf())
    assert.notEqual(found.state, 'found', 'what another attempt made is not ours')
  })
}

class Killed extends Error {
  override readonly name = 'Killed'
}

/** Starts a run whose process dies where `dying` says so. */
async function killed(
  suite: Suite,
  account: Account,
  dying: (driver: Driver, die: () => never) => Partial<Driver>,
): Promise<void> {
  const death = new AbortController()
  const die = () => {
    death.abort(new Killed('killed by the conformance suite'))
    throw death.signal.reason
  }
  const doomed = account.tunerOf(overlay<Driver>(account.driver, dying(account.driver, die)))
  const plan = await doomed.plan(await account.request(suite.method, suite.harness.slow))
  const error = await rejection('a run that was killed', () => doomed.start(plan, { signal: death.signal }))
  assert.equal(error, death.signal.reason)
}

/** Resumes the one run of the account's journal in a second process, deciding as a user would who has looked. */
async function resumed(account: Account): Promise<Run> {
  const { tuner } = await account.otherProcess()
  const [run] = await collect(tuner.runs.list())
  assert.ok(run, 'the run was written down before anything was sent')
  let decision: ResumeOptions['decision']
  // One decision at most for the dataset, and one for the job.
  for (let decided = 0; ; decided++) {
    try {
      return await tuner.resume(run.reference, decision === undefined ? {} : { decision })
    } catch (error) {
      if (!isAnytuneError(error) || error.code !== 'needs-decision' || decided === 2) throw error
      decision = await decide(account, error)
    }
  }
}

async function decide(account: Account, error: AnytuneError): Promise<NonNullable<ResumeOptions['decision']>> {
  const part = error.operation === 'datasets.create' ? account.tuner.datasets : account.tuner.jobs
  const there = (await collect<{ readonly id: string }>(part.list())).map(({ id }) => id)
  const [adopt] = there
  if (adopt === undefined) return { createAgain: true }
  assert.deepEqual(error.data?.['candidates'], there, 'the candidates are what is there')
  return { adopt }
}

async function assertOneJob(account: Account, run: Run): Promise<void> {
  const { id } = await run.job()
  assert.deepEqual(await jobIds(account), [id], 'there must be exactly one job')
}

async function afterJob(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await killed(suite, account, ({ jobs }, die) => ({
      jobs: withCreate(jobs, async (create) => {
        await create()
        die()
      }),
    }))
    await assertOneJob(account, await resumed(account))
  })
}

async function beforeJob(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await killed(suite, account, ({ jobs }, die) => ({ jobs: withCreate(jobs, async () => die()) }))
    assert.deepEqual(await jobIds(account), [])
    await assertOneJob(account, await resumed(account))
  })
}

function withCreate(jobs: Driver['jobs'], create: (go: () => Promise<Created>) => Promise<void>) {
  return overlay<Driver['jobs']>(jobs, {
    async create(spec: JobSpec, attempt: Attempt, context: Context) {
      await create(() => jobs.create(spec, attempt, context))
      throw new Error('a killed process goes on')
    },
  })
}

async function afterDataset(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await killed(suite, account, ({ datasets }, die) => ({
      datasets: overlay<Driver['datasets']>(datasets, {
        async create(...given) {
          await datasets.create(...given)
          return die()
        },
      }),
    }))
    const run = await resumed(account)
    await assertOneJob(account, run)
    const staged = await collect(account.tuner.datasets.list())
    // A second copy is allowed to a vendor that cannot tell; three would be none of that.
    assert.ok(staged.length <= 1 + run.plan.datasets.length, `${staged.length} datasets were staged`)
    await assertWhole(suite, account, run)
  })
}

async function midUpload(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await killed(suite, account, ({ datasets }, die) => ({
      datasets: overlay<Driver['datasets']>(datasets, {
        create: (file, ...rest) => datasets.create({ ...file, open: () => dyingHalfway(file.open(), die) }, ...rest),
      }),
    }))
    const run = await resumed(account)
    await assertOneJob(account, run)
    await assertWhole(suite, account, run)
  })
}

async function* dyingHalfway(bytes: AsyncIterable<Uint8Array>, die: () => never): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk.subarray(0, chunk.byteLength / 2)
    die()
  }
}

async function assertWhole(suite: Suite, account: Account, run: Run): Promise<void> {
  const [planned] = run.plan.datasets
  const staged = await collect(account.tuner.datasets.list())
  assert.ok(staged.length > 0)
  for (const { id, bytes } of staged) {
    if (bytes !== undefined) assert.equal(bytes, planned?.encoded.bytes)
    const stored = await suite.harness.storedBytes?.(account.made, id)
    if (stored !== undefined) assert.equal(stored.byteLength, planned?.encoded.bytes)
  }
}

function faulty({ harness, onFresh, method }: Suite, kind: FaultKind): TopicTest {
  const name = `${kind} of the job: there is one job, or the user is asked`
  if (harness.faults?.kinds.includes(kind) !== true) return { name, unchecked: `the harness injects no ${kind}` }
  const run = () =>
    onFresh(async (account) => {
      const plan = await account.plan(method, harness.slow)
      await harness.faults?.failNext(account.made, 'jobs.create', kind)
      try {
        await assertOneJob(account, await account.tuner.start(plan))
      } catch (error) {
        if (!isAnytuneError(error) || error.code !== 'needs-decision') throw error
        assert.ok((await jobIds(account)).length <= 1)
        await assertOneJob(account, await resumed(account))
      }
    })
  return { name, run }
}
