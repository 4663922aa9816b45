import type { Calls } from '../calls.ts'
import type { Context, Job, JobStatus } from '../driver.ts'
import { AnytuneError, isAnytuneError } from '../errors.ts'
import { repeatedCursor } from '../pages.ts'
import { createPoller } from '../poll.ts'
import { delay } from '../retry.ts'
import type { EventsOptions, RunEvent, WatchOptions } from '../tuner.ts'
import { toCursor, type WatchPosition } from './cursor.ts'

/** A watcher outlives an outage of the provider, or its wish to be asked less, this long before it gives up. The job itself does not mind. */
const LONGEST_OUTAGE_MS = 10 * 60_000
/** No timer can be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** So many pages without an event are followed at one look, for a cursor that moves each time it is asked for. */
const EMPTY_PAGES = 10

const TERMINAL: Readonly<Record<JobStatus, boolean>> = {
  validating: false,
  queued: false,
  running: false,
  pausing: false,
  paused: false,
  cancelling: false,
  succeeded: true,
  failed: true,
  cancelled: true,
  expired: true,
  // Unless the vendor says when it finished, nobody knows: keep looking until the caller's deadline.
  unknown: false,
}

/** True when the job will not change any more; a vendor's finish time ends also a job whose word we do not know. */
export function hasEnded(job: Pick<Job, 'status' | 'finishedAt'>): boolean {
  return TERMINAL[job.status] || (job.status === 'unknown' && job.finishedAt !== undefined)
}

/** Where a watch is; what it told goes on counting when it breaks off. */
interface Watch {
  position: WatchPosition
  /** Something new was told since the last look. */
  heard: boolean
}

/**
 * Status changes and events of a job, oldest first, until it ends; returns the job as it ended. Without `follow` it is left as it is.
 * A paused job has not ended, but nothing will happen until somebody resumes it: `stallMs` tells.
 */
export async function* watchJob(
  calls: Calls,
  id: string,
  from: WatchPosition,
  options: Omit<EventsOptions, 'after'>,
): AsyncGenerator<RunEvent, Job, undefined> {
  const { signal, deadlineMs = Infinity } = options
  const watch: Watch = { position: from, heard: false }
  const deadline = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const arm = (leftMs: number) => {
    const ring = () => (leftMs > LONGEST_TIMER_MS ? arm(leftMs - LONGEST_TIMER_MS) : deadline.abort())
    timer = setTimeout(ring, Math.min(leftMs, LONGEST_TIMER_MS))
  }
  // A watch without a deadline that nobody iterates any more must not keep its process alive.
  if (deadlineMs !== Infinity) arm(deadlineMs)
  try {
    const either = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
    return yield* untilEnded(calls, id, watch, { ...options, signal: either })
  } catch (error) {
    signal?.throwIfAborted()
    throw deadline.signal.aborted ? watchedTooLong(calls, id, deadlineMs, watch.position) : error
  } finally {
    clearTimeout(timer)
  }
}

async function* untilEnded(
  calls: Calls,
  id: string,
  watch: Watch,
  {
    signal,
    stallMs = Infinity,
    follow = true,
  }: Omit<EventsOptions, 'after' | 'signal'> & {
    readonly signal: AbortSignal
  },
): AsyncGenerator<RunEvent, Job, undefined> {
  const { driver } = calls
  const poller = createPoller(driver.polling)
  const changed = driver.jobs.changed?.bind(driver.jobs)
  let heardAt = Date.now()
  let stalled = false

  for (;;) {
    watch.heard = false
    // The status is read before the events: when it says that the job ended, the events read after it are all there are.
    const job = await throughOutages(calls, 'jobs.get', (context) => driver.jobs.get(id, context), signal)
    yield* newStatus(job, watch)
    yield* newEvents(calls, id, watch, signal)
    if (hasEnded(job) || !follow) return job

    const now = Date.now()
    if (watch.heard) {
      heardAt = now
      stalled = false
      poller.reset()
    }
    if (!stalled && now - heardAt >= stallMs) {
      stalled = true
      yield { type: 'stalled', silentMs: now - heardAt, at: new Date(now), cursor: toCursor(watch.position) }
    }
    // Told once, a silence is no reason any more to look sooner.
    await waitAtMost(stalled ? Infinity : heardAt + stallMs - now, signal, (over) =>
      poller.wait({
        signal: over,
        ...(changed && { changed: (either: AbortSignal) => changed(id, calls.context('jobs.changed', either)) }),
      }),
    )
  }
}

/** Ends the wait early without an error; an abort of the signal is one. */
async function waitAtMost(
  ms: number,
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), Math.min(Math.max(ms, 0), LONGEST_TIMER_MS))
  try {
    await wait(AbortSignal.any([signal, over.signal]))
  } catch (error) {
    signal.throwIfAborted()
    if (!over.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The job when it has ended, without telling anything on the way. */
export async function waitForJob(calls: Calls, id: string, options: Omit<WatchOptions, 'after'>): Promise<Job> {
  const watching = watchJob(calls, id, { steps: 0 }, options)
  for (;;) {
    const next = await watching.next()
    if (next.done) return next.value
  }
}

function* newStatus(job: Job, watch: Watch): Generator<RunEvent, void, undefined> {
  const status = `${job.status}/${job.rawStatus}/${JSON.stringify(job.progress ?? null)}`
  if (status === watch.position.status) return
  watch.position = { ...watch.position, status }
  watch.heard = true
  yield {
    type: 'status',
    status: job.status,
    rawStatus: job.rawStatus,
    ...(job.progress && { progress: job.progress }),
    at: new Date(),
    cursor: toCursor(watch.position),
  }
}

/** What the job told since. */
async function* newEvents(
  calls: Calls,
  id: string,
  watch: Watch,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, undefined> {
  const { jobs } = calls.driver
  const events = jobs.events?.bind(jobs)
  if (events === undefined) return
  const seen = new Set<string | undefined>()
  for (let empty = 0; empty < EMPTY_PAGES;) {
    const { page: after, event: last } = watch.position
    if (seen.has(after)) throw repeatedCursor('the events of the job repeat their cursor')
    seen.add(after)
    const page = await throughOutages(calls, 'jobs.events', (context) => events(id, after, context), signal)
    // A cursor names the page an event was on and the event: what was told of that page before is passed over.
    const told = last === undefined ? -1 : page.events.findIndex((event) => event.id === last)
    for (const event of page.events.slice(told + 1)) {
      watch.position = { ...watch.position, event: event.id }
      watch.heard = true
      yield { type: 'job', event, at: event.at, cursor: toCursor(watch.position) }
    }
    if (page.cursor === after) return
    empty = page.events.length === 0 ? empty + 1 : 0
    const { event: _, ...rest } = watch.position
    watch.position = { ...rest, page: page.cursor }
  }
}

async function throughOutages<T>(
  calls: Calls,
  operation: string,
  call: (context: Context) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const outage = createPoller({ firstMs: calls.policy.maximumMs, maximumMs: 60_000 })
  const since = Date.now()
  for (;;) {
    try {
      return await calls.read(operation, call, signal)
    } catch (error) {
      signal.throwIfAborted()
      const pauseMs = isAnytuneError(error) && error.retryable ? (error.retryAfterMs ?? 0) : Infinity
      if (Date.now() - since + pauseMs > LONGEST_OUTAGE_MS) throw error
      await delay(pauseMs, signal)
      await outage.wait({ signal })
    }
  }
}

function watchedTooLong(calls: Calls, id: string, deadlineMs: number, position: WatchPosition): AnytuneError {
  return new AnytuneError('timeout', `the job ${id} has not ended within ${deadlineMs} ms`, {
    provider: calls.driver.provider,
    operation: 'watch',
    hint: 'it goes on at the provider: watch it again, after the cursor if nothing shall be told twice',
    data: { cursor: toCursor(position) },
  })
}
