import type { Calls } from '../calls.ts'
import type { Driver, Job } from '../driver.ts'
import { AnytuneError, isAnytuneError } from '../errors.ts'
import { hasEnded, watchJob } from '../run/watch.ts'
import type { PurgeOptions } from '../tuner.ts'
import type { Outcome, PurgedJob, PurgeTarget } from './receipt.ts'
import type { FoundThing } from './things.ts'

/** A job that has ended, and what it made. */
export interface JobThings {
  readonly job: PurgedJob
  /** Its models and checkpoints, and the files that the provider wrote of it. */
  readonly things: readonly FoundThing[]
}

interface JobOfPurge {
  readonly id: string
  readonly knownModel?: string | undefined
  /** What the purge was asked for. */
  readonly target: PurgeTarget
}

/**
 * Brings a job to its end, where that was asked for, and tells what it made.
 *
 * @throws AnytuneError `failed-precondition` for a job under way, unless `cancelJob` or `dryRun` is set.
 */
export async function thingsOfJob(
  calls: Calls,
  { id, knownModel, target }: JobOfPurge,
  options: PurgeOptions,
): Promise<JobThings> {
  const ended = await endedJob(calls, id, target, options)
  const model = ended.job?.model ?? knownModel
  const { driver } = calls
  const things: FoundThing[] = [
    ...ended.checkpoints.map((checkpoint) => modelThing(driver, 'checkpoint', checkpoint)),
    ...(model === undefined ? [] : [modelThing(driver, 'model', model)]),
    ...(ended.job?.files ?? [])
      .filter(({ role }) => role === 'result')
      .map(({ id: file }) => fileThing(driver, 'result-file', file)),
  ]
  const { job, cancelled } = ended
  return {
    job: { id, ...(job && { status: job.status }), ended: job === undefined || hasEnded(job), cancelled },
    things,
  }
}

export function modelThing(driver: Driver, kind: 'model' | 'checkpoint', id: string): FoundThing {
  return { kind, id, ...(driver.models?.delete === undefined && { settled: noOperation(driver, `${kind}s`) }) }
}

export function deploymentThing(
  driver: Driver,
  id: string,
  more: Pick<FoundThing, 'model' | 'madeAt'> = {},
): FoundThing {
  const undeletable = driver.deployments?.delete === undefined
  return { kind: 'deployment', id, ...more, ...(undeletable && { settled: noOperation(driver, 'deployments') }) }
}

export function fileThing(driver: Driver, kind: 'dataset' | 'result-file', id: string, madeAt?: Date): FoundThing {
  return {
    kind,
    id,
    ...(madeAt && { madeAt: madeAt.toISOString() }),
    ...(driver.datasets.delete === undefined && { settled: noOperation(driver, 'files') }),
  }
}

export function noOperation({ provider }: Driver, what: string): Outcome {
  return {
    state: 'kept',
    code: 'unsupported',
    reason: `the adapter for ${provider} has no operation that deletes ${what}: the provider keeps it`,
    hint: 'delete it in the provider’s own console, or ask the provider to, with this receipt',
  }
}

interface EndedJob {
  /** Absent where the provider knows the job no more. */
  readonly job?: Job
  readonly checkpoints: readonly string[]
  readonly cancelled: boolean
}

async function endedJob(calls: Calls, id: string, target: PurgeTarget, options: PurgeOptions): Promise<EndedJob> {
  const { jobs } = calls.driver
  const { signal, dryRun = false, cancelJob = false, onProgress } = options
  const job = await orGone(calls.read('jobs.get', (context) => jobs.get(id, context), signal))
  if (job === undefined) return { checkpoints: [], cancelled: false }
  const cancels = !dryRun && !hasEnded(job) && job.status !== 'cancelling'
  if (cancels && !cancelJob) throw underWay(calls, job, target)
  if (cancels) {
    onProgress?.({ type: 'cancelling', job: id })
    await calls
      .write('jobs.cancel', (context) => jobs.cancel(id, context), signal)
      .catch((error: unknown) => {
        // It ended a moment before.
        if (!isAnytuneError(error) || error.code !== 'failed-precondition') throw error
      })
  }
  const checkpoints = new Set<string>()
  const watching = watchJob(calls, id, { steps: 0 }, { follow: !dryRun, ...(signal && { signal }) })
  for (;;) {
    const next = await watching.next()
    if (next.done) return { job: next.value, checkpoints: [...checkpoints], cancelled: cancels }
    const { value } = next
    if (value.type === 'job' && value.event.type === 'checkpoint') checkpoints.add(value.event.model)
  }
}

/** Undefined for what is not there any more. */
export async function orGone<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (isAnytuneError(error) && error.code === 'not-found') return undefined
    throw error
  })
}

function underWay({ driver }: Calls, job: Job, target: PurgeTarget): AnytuneError {
  return new AnytuneError('failed-precondition', `the job ${job.id} is ${job.status}: nothing was removed`, {
    provider: driver.provider,
    operation: 'purge',
    hint: 'wait until it has ended, or have it cancelled first: purge with cancelJob',
    next: [{ do: 'purge', target, cancelJob: true }],
    data: { job: job.id, status: job.status, rawStatus: job.rawStatus },
  })
}
