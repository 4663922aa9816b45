import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { ErrorCode } from '@anytune/core'
import type { ErrorInfo } from '@anytune/core/driver'
import { newAttempt } from '../account.ts'
import { inventory, jobIds } from '../effects.ts'
import { collect, contextOf, everythingSaid, meaningOf, refusal, rejection } from '../expect.ts'
import type { FaultKind } from '../harness.ts'
import { SECRET_OF_ROWS } from '../rows.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'

type Meaning = { readonly codes: readonly ErrorCode[]; readonly reached: readonly ErrorInfo['reached'][] }

/** What each fault must be understood as when it befalls the creation of a job. `hang` ends only with an abort. */
const MEANINGS: Readonly<Record<Exclude<FaultKind, 'hang'>, Meaning>> = {
  'lost-request': { codes: ['unavailable', 'timeout'], reached: ['no', 'maybe'] },
  'lost-answer': { codes: ['unavailable', 'timeout'], reached: ['maybe'] },
  'server-error': { codes: ['unavailable'], reached: ['maybe'] },
  'rate-limited': { codes: ['rate-limited'], reached: ['yes', 'no'] },
  unauthenticated: { codes: ['unauthenticated'], reached: ['yes', 'no'] },
  'permission-denied': { codes: ['permission-denied'], reached: ['yes', 'no'] },
}

/** Errors are told by their code, and never say more than they may. */
export const errors: Topic = (suite) => [
  { name: 'what is not there is not-found', run: () => notFound(suite) },
  { name: 'a job on a dataset that is not there is refused, and not made', run: () => refusesMissing(suite) },
  { name: 'any thrown value is understood, and nothing is taken for harmless', run: () => understandsAnything(suite) },
  ...Object.entries(MEANINGS).map(([kind, meaning]) =>
    // The keys of the table are the kinds.
    injected(suite, kind as FaultKind, 'is understood as such', () => understands(suite, kind as FaultKind, meaning)),
  ),
  injected(suite, 'rate-limited', 'is waited out', () => waitsOut(suite)),
  injected(suite, 'permission-denied', 'on a dataset carries no content', () => keepsContent(suite)),
]

function injected(suite: Suite, kind: FaultKind, rest: string, run: () => Promise<void>): TopicTest {
  const name = `${kind} ${rest}`
  if (suite.harness.faults?.kinds.includes(kind) === true) return { name, run }
  return { name, unchecked: `the harness injects no ${kind}` }
}

async function notFound(suite: Suite): Promise<void> {
  await suite.onFresh(async ({ tuner, driver }) => {
    const missing = [
      () => tuner.jobs.get(MISSING),
      () => tuner.jobs.cancel(MISSING),
      () => tuner.datasets.get(MISSING),
      ...(driver.models === undefined ? [] : [() => tuner.models.get(MISSING)]),
      ...(driver.deployments === undefined ? [] : [() => tuner.deployments.get(MISSING)]),
      ...(driver.jobs.events === undefined ? [] : [() => collect(tuner.jobs.events(MISSING))]),
    ]
    for (const work of missing) {
      const error = await refusal('what is not there', 'not-found', work)
      assert.equal(error.provider, driver.provider)
      assert.ok(error.operation, 'the error names the operation')
      assert.equal(error.retryable, false)
    }
  })
}

const MISSING = 'conformance-missing'

async function refusesMissing(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { driver } = account
    const spec = { ...(await account.prepareJob(suite.method)), training: MISSING }
    const create = () => driver.jobs.create(spec, newAttempt(), contextOf())
    const error = await rejection('a job on a dataset that is not there', create)
    const { code, reached } = meaningOf(driver, error, 'jobs.create')
    assert.ok(['not-found', 'invalid-argument', 'failed-precondition'].includes(code), `it is ${code}`)
    assert.notEqual(reached, 'maybe', 'the vendor refused: nothing was made, and that is known')
    assert.deepEqual(await jobIds(account), [])
  })
}

async function understandsAnything({ driver }: Suite): Promise<void> {
  for (const thrown of [undefined, null, 42, 'text', {}, [], new Error('what is this?'), new TypeError('x')]) {
    const { reached } = driver.classify(thrown, 'jobs.create')
    assert.equal(reached, 'maybe', `whether something was made is not known after ${inspect(thrown)}`)
  }
}

async function understands({ harness, onFresh, method }: Suite, kind: FaultKind, meaning: Meaning): Promise<void> {
  await onFresh(async (account) => {
    const { driver } = account
    const spec = await account.prepareJob(method, harness.slow)
    await harness.faults?.failNext(account.made, 'jobs.create', kind)
    const error = await rejection(kind, () => driver.jobs.create(spec, newAttempt(), contextOf()))
    const { code, reached, retryAfterMs } = meaningOf(driver, error, 'jobs.create')
    assert.ok(meaning.codes.includes(code), `${kind} must be ${meaning.codes.join(' or ')}; it is ${code}`)
    assert.ok(meaning.reached.includes(reached), `${kind} has reached: ${meaning.reached.join(' or ')}; not ${reached}`)
    if (kind === 'rate-limited') assert.ok((retryAfterMs ?? 0) > 0, 'the pause that the vendor asks for is told')
    assert.ok(!everythingSaid(error).includes(SECRET_OF_ROWS))
  })
}

async function waitsOut({ harness, onFresh }: Suite): Promise<void> {
  await onFresh(async ({ made, tuner }) => {
    await harness.faults?.failNext(made, 'jobs.list', 'rate-limited')
    assert.deepEqual(await collect(tuner.jobs.list()), [])
  })
}

async function keepsContent({ harness, onFresh, method }: Suite): Promise<void> {
  await onFresh(async (account) => {
    const plan = await account.plan(method)
    await harness.faults?.failNext(account.made, 'datasets.create', 'permission-denied')
    const error = await refusal('staging', 'permission-denied', () => account.tuner.start(plan))
    assert.ok(!everythingSaid(error).includes(SECRET_OF_ROWS), 'an error must not carry the content of rows')
    assert.deepEqual(await inventory(account), [])
  })
}
