import type { JobsDriver, JobSpec, JobStatus } from '../driver.ts'
import { foundIn } from './found.ts'
import { eventsOf, hasEnded, jobOfModel, nextMoment, toJob } from './job-state.ts'
import { readLessons } from './lessons.ts'
import { MEMORY_CAPABILITIES, memoryOptions } from './options.ts'
import {
  type Connection,
  type DatasetRecord,
  have,
  type JobRecord,
  type MemoryStore,
  newId,
  pageOf,
  refused,
  visible,
} from './store.ts'
import type { Act, Outcome } from './timeline.ts'

/** Jobs of an in-memory account. They step through time and train nothing. */
export function memoryJobs({ store, request }: Connection): Required<JobsDriver> {
  const show = (record: JobRecord) => toJob(store, record)
  const asking =
    (operation: 'jobs.cancel' | 'jobs.pause' | 'jobs.resume', type: Act['type']): JobsDriver['cancel'] =>
    (id, context) =>
      request({ operation, id }, context, () => actOn(store, id, type))
  return {
    async create(spec, attempt, context) {
      const { outcome = SUCCEEDS } = memoryOptions.job(spec.providerOptions)
      return request({ operation: 'jobs.create', key: attempt.key }, context, () => {
        const record = admit(store, spec, attempt.key, outcome)
        store.jobs.set(record.id, record)
        return { id: record.id }
      })
    },
    find: (_spec, attempt, context) =>
      request({ operation: 'jobs.find', key: attempt.key }, context, () =>
        foundIn(store, store.jobs.values(), attempt, show),
      ),
    get: (id, context) => request({ operation: 'jobs.get', id }, context, () => show(have(store.jobs, 'job', id))),
    list: (query, context) =>
      request({ operation: 'jobs.list' }, context, () => pageOf(visible(store, store.jobs.values()), query, show)),
    cancel: asking('jobs.cancel', 'cancel'),
    pause: asking('jobs.pause', 'pause'),
    resume: asking('jobs.resume', 'resume'),
    events: (id, cursor, context) =>
      request({ operation: 'jobs.events', id }, context, () => {
        const events = eventsOf(store, have(store.jobs, 'job', id))
        return { events: events.slice(positionOf(cursor)), cursor: `${CURSOR}${events.length}` }
      }),
    async changed(id, context) {
      const next = await request({ operation: 'jobs.changed', id }, context, () => {
        const record = have(store.jobs, 'job', id)
        return { ended: hasEnded(store, record), at: nextMoment(store, record) }
      })
      if (!next.ended) await store.clock.wait(next.at, context.signal)
      context.signal.throwIfAborted()
    },
  }
}

const SUCCEEDS: Outcome = { status: 'succeeded' }
const CURSOR = 'after-'

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const position = cursor.startsWith(CURSOR) ? Number(cursor.slice(CURSOR.length)) : Number.NaN
  if (!Number.isInteger(position)) throw refused('invalid-argument', 'the event cursor is not one of this provider')
  return position
}

/** What the provider checks before it takes a job; the rows are judged afterwards, while the job is `checking`. */
function admit(store: MemoryStore, spec: JobSpec, key: string, outcome: Outcome): JobRecord {
  const training = readable(store, spec.training)
  if (spec.validation !== undefined) readable(store, spec.validation)
  const tuned = jobOfModel(store, spec.baseModel)
  if (tuned === undefined && !Object.hasOwn(MEMORY_CAPABILITIES.baseModels.known, spec.baseModel)) {
    throw refused('not-found', `there is no base model ${spec.baseModel}`, 'use memory-small')
  }
  const unusable = faultOf(training, spec)
  return {
    id: newId('job'),
    sequence: store.nextSequence(),
    ...(store.keepsKeys && { key }),
    createdAt: store.clock.now(),
    spec,
    rows: training.lessons.length,
    outcome,
    model: newId(spec.suffix === undefined ? 'model' : `model-${spec.suffix}`),
    lessons: [...training.lessons, ...(tuned?.lessons ?? [])],
    ...(unusable !== undefined && { unusable }),
    acts: [],
  }
}

function readable(store: MemoryStore, id: string): DatasetRecord {
  const record = have(store.datasets, 'dataset', id)
  const readyAtMs = record.createdAt.getTime() + store.durations.processingMs
  if (store.clock.now().getTime() < readyAtMs) {
    throw refused('failed-precondition', `dataset ${id} is still being read`, 'wait until it is ready')
  }
  return record
}

function faultOf({ failure, bytes }: DatasetRecord, { method }: JobSpec): string | undefined {
  if (failure !== undefined) return failure
  return readLessons(bytes).kind === method ? undefined : `the rows of the training file are not for ${method} training`
}

const ALLOWED: Readonly<Record<Act['type'], readonly JobStatus[]>> = {
  pause: ['queued', 'running'],
  resume: ['paused'],
  cancel: ['validating', 'queued', 'running', 'pausing', 'paused', 'unknown'],
}
/** Asking again for what is under way changes nothing. */
const UNDER_WAY: Readonly<Record<Act['type'], JobStatus | undefined>> = {
  pause: 'pausing',
  resume: undefined,
  cancel: 'cancelling',
}

function actOn(store: MemoryStore, id: string, type: Act['type']): void {
  const record = have(store.jobs, 'job', id)
  const { status, rawStatus } = toJob(store, record)
  if (status === UNDER_WAY[type]) return
  if (!ALLOWED[type].includes(status)) {
    throw refused('failed-precondition', `cannot ${type} job ${id}: it is ${rawStatus}`)
  }
  const { reportedState: _, ...rest } = record
  store.jobs.set(id, { ...rest, acts: [...record.acts, { type, at: store.clock.now() }] })
  store.clock.wake()
}
