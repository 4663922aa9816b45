import type { Calls } from '../calls.ts'
import type { Job } from '../driver.ts'
import { type Advice, AnytuneError } from '../errors.ts'
import { createPoller } from '../poll.ts'
import type { Settings } from '../settings.ts'
import type { Journal, StoredEntry } from '../operation/journal.ts'
import { openModel } from '../serve/model.ts'
import type { Run, RunEvent, WatchOptions } from '../tuner.ts'
import { fromCursor, toCursor } from './cursor.ts'
import { readRun, runReference, type RunRecord } from './records.ts'
import { VISIBLE_WITHIN_MS } from './visible.ts'
import { waitForJob, watchJob } from './watch.ts'
import { removing } from './what-next.ts'

/** The handle of a run that the journal knows. */
export function openRun(settings: Settings, record: RunRecord): Run {
  const { calls, journal } = settings
  const { driver } = calls
  const { id } = record

  const jobId = async () => {
    const job = (await readRun(journal, id)).steps.get('job')
    if (job?.id !== undefined) return job.id
    throw new AnytuneError('failed-precondition', `the run ${id} has no job yet`, {
      hint: 'resume the run to go on with it',
      next: [{ do: 'resume-run', run: id }],
    })
  }
  const end = async (job: Job) => {
    await noteEnd(journal, id, job)
    return job
  }

  return {
    id,
    reference: runReference(record),
    plan: record.opened.plan,
    async job({ signal } = {}) {
      const job = await jobId()
      return calls.read('jobs.get', (context) => driver.jobs.get(job, context), signal)
    },
    async *events(options: WatchOptions = {}) {
      const position = fromCursor(options.after)
      const { entries } = await readRun(journal, id)
      const steps = stepEvents(entries)
      yield* steps.slice(position.steps)
      yield* watched(await jobId(), { ...position, steps: steps.length }, options, end)
    },
    async model(options = {}) {
      const { deadlineMs = Infinity, signal } = options
      const until = Date.now() + deadlineMs
      const ended = await waitForJob(calls, await jobId(), options)
      const job = await end(await withModel(calls, ended, until, signal))
      if (job.model !== undefined) return openModel(settings, job.model, job.baseModel)
      throw (UNMODELLED[job.status] ?? jobFailed)(calls, id, job)
    },
    async cancel({ signal } = {}) {
      const job = await jobId()
      await calls.write('jobs.cancel', (context) => driver.jobs.cancel(job, context), signal)
      return calls.read('jobs.get', (context) => driver.jobs.get(job, context), signal)
    },
  }

  async function* watched(
    job: string,
    position: Parameters<typeof watchJob>[2],
    options: WatchOptions,
    ended: (job: Job) => Promise<Job>,
  ): AsyncGenerator<RunEvent, void, undefined> {
    await ended(yield* watchJob(calls, job, position, options))
  }
}

function stepEvents(entries: readonly StoredEntry[]): readonly RunEvent[] {
  return entries
    .flatMap(({ at, entry }) =>
      entry.type === 'begun' || entry.type === 'done' || entry.type === 'refused' || entry.type === 'unsure'
        ? [{ type: 'step', step: entry.step, state: entry.type, at } as const]
        : [],
    )
    .map((event, index) => ({ ...event, cursor: toCursor({ steps: index + 1 }) }))
}

async function noteEnd(journal: Journal, id: string, job: Job): Promise<void> {
  const { ended } = await readRun(journal, id)
  if (ended?.status === job.status && ended.model === job.model) return
  await journal.append(id, { type: 'ended', status: job.status, ...(job.model !== undefined && { model: job.model }) })
}

/** A provider's clock may be so much before or behind this one. */
const CLOCK_ALLOWANCE_MS = 10 * 60_000

/** The job, where it just succeeded as it is once its model is named: a provider may name it a moment later. */
async function withModel(calls: Calls, job: Job, until: number, signal: AbortSignal | undefined): Promise<Job> {
  const isOld = job.finishedAt !== undefined && job.finishedAt.getTime() < Date.now() - CLOCK_ALLOWANCE_MS
  if (job.status !== 'succeeded' || job.model !== undefined || isOld) return job
  const last = Math.min(until, Date.now() + VISIBLE_WITHIN_MS)
  const poller = createPoller(calls.driver.polling)
  for (let seen = job; ;) {
    if (seen.model !== undefined || Date.now() >= last) return seen
    await poller.wait({ ...(signal && { signal }) })
    seen = await calls.read('jobs.get', (context) => calls.driver.jobs.get(job.id, context), signal)
  }
}

/** Jobs that ended and did not fail. Said as a failure it would have the training paid again. */
const UNMODELLED: Readonly<Partial<Record<Job['status'], typeof jobFailed>>> = {
  succeeded: modelMissing,
  unknown: endUnknown,
}

function endUnknown(calls: Calls, _run: string, job: Job): AnytuneError {
  const message = `the job ${job.id} ended as "${job.rawStatus}", and what that means is not known`
  return new AnytuneError('failed-precondition', message, {
    provider: calls.driver.provider,
    operation: 'watch',
    hint: 'look at the provider whether it made a model, before you train again; a newer version of the adapter may know the word',
    data: { job: job.id, status: job.status, rawStatus: job.rawStatus },
  })
}

function modelMissing(calls: Calls, _run: string, job: Job): AnytuneError {
  return new AnytuneError('failed-precondition', `the job ${job.id} succeeded, and its model cannot be used`, {
    provider: calls.driver.provider,
    operation: 'watch',
    hint: 'look whether the model was deleted; where it was not, ask again later',
    data: { job: job.id, status: job.status, rawStatus: job.rawStatus },
  })
}

function adviceOn(run: string, job: Job): Advice {
  // What was staged is needed again.
  if (job.resumable === true) {
    const hint = 'mend what the reason says, then resume the run: nothing is trained twice'
    return { hint, next: [{ do: 'resume-run', run }] }
  }
  const again =
    job.status === 'cancelled' ? 'start it again when it shall go on' : 'mend what the reason says, and plan again'
  const { hint, next } = removing(run)
  return { hint: `${again}; ${hint}`, next }
}

function jobFailed(calls: Calls, run: string, job: Job): AnytuneError {
  const { failure } = job
  const reason = failure === undefined ? job.rawStatus : failure.message
  return new AnytuneError('job-failed', `the job ${job.id} ended as ${job.status}: ${reason}`, {
    provider: calls.driver.provider,
    operation: 'watch',
    ...adviceOn(run, job),
    data: { run, job: job.id, status: job.status, rawStatus: job.rawStatus, ...(failure && { failure }) },
  })
}
