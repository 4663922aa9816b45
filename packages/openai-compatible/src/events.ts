import type { EventPage, JobEvent, JobStatus } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified, readPages } from './answers.ts'
import { advance, type Entry, parseCursor, toldBefore, untold, type Position } from './event-cursor.ts'
import { isMissingRoute } from './http-error.ts'
import { metricName } from './metrics.ts'
import { shownText } from './shown-text.ts'
import { date, isObject, seconds, word } from './values.ts'

type VendorEvent = OpenAI.FineTuning.FineTuningJobEvent
type VendorCheckpoint = OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint

const PAGE = 100
/** No event of a job comes after one of these words but long after. */
const QUIET: ReadonlySet<JobStatus | 'unknown'> = new Set(['paused', 'succeeded', 'failed', 'cancelled', 'expired'])

/**
 * What a job told since the cursor, oldest first: its events, and its checkpoints among them.
 *
 * The service lists both newest first, some hosts oldest first, and dates them by the second. Events are told as they are found, one
 * that comes into the list late after those that are younger. A checkpoint has its place before the first event of a later second, so
 * it waits until there is one, or until the job is quiet: whenever somebody reads, the order is the same.
 */
export async function readEvents(
  client: OpenAI,
  id: string,
  cursor: string | undefined,
  signal: AbortSignal,
  statuses: Readonly<Record<string, JobStatus>>,
): Promise<EventPage> {
  const from = parseCursor(cursor)
  const listEvents = () => unseenEvents(client, id, from.events, signal)
  let events = await listEvents()
  const checkpoints = await unseenCheckpoints(client, id, from.checkpoints, signal)
  const latest = () => events.at(-1)?.created_at ?? from.events?.at ?? -Infinity
  let waiting = checkpoints.filter(({ created_at }) => created_at >= latest())
  if (waiting.length > 0) {
    const job = identified(await client.fineTuning.jobs.retrieve(id, { signal }))
    const status = word<JobStatus>(statuses, job.status)
    const quiet = QUIET.has(status) || date(job.finished_at) !== undefined
    // What was told between the first reading and this answer.
    if (quiet) events = await listEvents()
    // A paused job may go on in the very second in which it paused.
    const now = Date.now()
    waiting = quiet ? waiting.filter(({ created_at }) => status === 'paused' && (created_at + 1) * 1000 > now) : waiting
  }
  const told = checkpoints.filter((checkpoint) => !waiting.includes(checkpoint))
  return {
    events: inOrder(events, told),
    cursor: JSON.stringify({ events: advance(from.events, events), checkpoints: advance(from.checkpoints, told) }),
  }
}

/** A checkpoint stands after the events of its second. */
function inOrder(events: readonly VendorEvent[], checkpoints: readonly VendorCheckpoint[]): readonly JobEvent[] {
  return [...events.map(toEvent), ...checkpoints.map(toCheckpoint)].toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

async function unseenEvents(client: OpenAI, id: string, seen: Position | undefined, signal: AbortSignal) {
  const { jobs } = client.fineTuning
  try {
    return await unseen(
      readPages((after) => jobs.listEvents(id, { limit: PAGE, ...(after && { after }) }, { signal })),
      seen,
    )
  } catch (error) {
    if (!isMissingRoute(error)) throw error
    // A host without events has the job all the same; one without the job says so again.
    await jobs.retrieve(id, { signal })
    return []
  }
}

async function unseenCheckpoints(client: OpenAI, id: string, seen: Position | undefined, signal: AbortSignal) {
  const { checkpoints } = client.fineTuning.jobs
  try {
    const found = await unseen(
      readPages((after) => checkpoints.list(id, { limit: PAGE, ...(after && { after }) }, { signal })),
      seen,
    )
    return found.toSorted((a, b) => a.created_at - b.created_at || a.step_number - b.step_number)
  } catch (error) {
    // The job is there, for its events were: the host keeps no checkpoints.
    if (!isMissingRoute(error)) throw error
    return []
  }
}

/** What was not told yet, oldest first. A list that begins with the newest is read back to what was told, another one to its end. */
async function unseen<T extends Entry>(pages: AsyncIterable<readonly T[]>, seen: Position | undefined): Promise<T[]> {
  const found: T[] = []
  for await (const page of pages) {
    const dated = page.flatMap(withTime)
    found.push(...untold(seen, dated))
    if (beginsWithNewest(dated) && (dated.at(-1)?.created_at ?? Infinity) < toldBefore(seen)) break
  }
  // What the service tells of one second stays in its order.
  if (beginsWithNewest(found)) found.reverse()
  return found.sort((a, b) => a.created_at - b.created_at)
}

/** An entry without a time has no place among the others. */
function withTime<T extends Entry>(entry: T): readonly T[] {
  const created_at = seconds(entry.created_at)
  return created_at === undefined ? [] : [{ ...entry, created_at }]
}

function beginsWithNewest(entries: readonly Entry[]): boolean {
  return (entries[0]?.created_at ?? 0) >= (entries.at(-1)?.created_at ?? 0)
}

const LEVELS: Readonly<Record<string, 'info' | 'warning' | 'error'>> = {
  info: 'info',
  // The service's word, and Azure's.
  warn: 'warning',
  warning: 'warning',
  error: 'error',
}

/** An event of a kind that nobody has documented is a message: what it says is told. */
function toEvent(event: VendorEvent): JobEvent {
  const { id, created_at, data } = event
  const at = new Date(created_at * 1000)
  const metrics = event.type === 'metrics' && isObject(data) ? toMetrics(data) : undefined
  if (metrics !== undefined) return { id, at, type: 'metrics', ...metrics }
  const level = word(LEVELS, event.level)
  const text = shownText(typeof event.message === 'string' ? event.message : '')
  return { id, at, type: 'message', level: level === 'unknown' ? 'info' : level, text }
}

function toMetrics(data: Readonly<Record<string, unknown>>) {
  const numbers = Object.entries(data).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  )
  const { step, total_steps: totalSteps, ...measured } = Object.fromEntries(numbers)
  const values = Object.fromEntries(Object.entries(measured).map(([name, value]) => [metricName(name), value]))
  if (step === undefined || Object.keys(values).length === 0) return undefined
  return { step, values, ...(totalSteps !== undefined && { totalSteps }) }
}

function toCheckpoint(checkpoint: VendorCheckpoint): JobEvent {
  const { id, created_at, step_number: step, fine_tuned_model_checkpoint: model } = checkpoint
  return { id, at: new Date(created_at * 1000), type: 'checkpoint', step, model }
}
