import type { Hyperparameters, Job, JobEvent, JobFile, JobStatus } from '../driver.ts'
import { MEMORY_STATES, type MemoryState } from './options.ts'
import { endOf, type JobRecord, type MemoryStore } from './store.ts'
import { type Moment, timelineOf } from './timeline.ts'

/** A job as the in-memory provider shows it. */
export interface MemoryJob {
  readonly id: string
  readonly state: string
  readonly baseModel: string
  readonly method: string
  readonly trainingDataset: string
  readonly validationDataset?: string
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly suffix?: string
  readonly seed?: number
  readonly metadata?: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly createdAt: string
}

const ENDED: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'cancelled', 'expired'])

/** The job as it is now. */
export function toJob(store: MemoryStore, record: JobRecord): Job<MemoryJob> {
  const moments = past(store, record)
  const states = moments.filter(({ state }) => state !== undefined)
  const rawStatus = record.reportedState ?? states.at(-1)?.state ?? 'checking'
  const status = isKnown(rawStatus) ? MEMORY_STATES[rawStatus] : 'unknown'
  const startedAtMs = states.find(({ state }) => state === 'stepping')?.atMs
  const finishedAtMs = ENDED.has(status) ? states.at(-1)?.atMs : undefined
  return {
    id: record.id,
    status,
    rawStatus,
    baseModel: record.spec.baseModel,
    createdAt: record.createdAt,
    ...(startedAtMs !== undefined && { startedAt: new Date(startedAtMs) }),
    ...(finishedAtMs !== undefined && { finishedAt: new Date(finishedAtMs) }),
    ...(status === 'succeeded' && isKept(store, record, finishedAtMs) && { model: record.model }),
    ...failureOf(record, status),
    ...progressOf(record, moments),
    files: filesOf(record),
    raw: toRaw(record, rawStatus),
  }
}

/** What the job told so far, oldest first; it only ever grows. */
export function eventsOf(store: MemoryStore, record: JobRecord): readonly JobEvent[] {
  return past(store, record).flatMap(({ atMs, event }, index) =>
    event === undefined ? [] : [{ ...event, id: `${record.id}-event-${index}`, at: new Date(atMs) }],
  )
}

/** When something happens next by itself. */
export function nextMoment(store: MemoryStore, record: JobRecord): Date | undefined {
  const nowMs = store.clock.now().getTime()
  const next = momentsOf(store, record).find(({ atMs }) => atMs > nowMs)
  return next === undefined ? undefined : new Date(next.atMs)
}

export function hasEnded(store: MemoryStore, record: JobRecord): boolean {
  return ENDED.has(toJob(store, record).status)
}

/** The job whose model or checkpoint this is, once that can be used. */
export function jobOfModel(store: MemoryStore, model: string): JobRecord | undefined {
  for (const record of store.jobs.values()) {
    const ready = model === record.model ? toJob(store, record).model === model : hasCheckpoint(store, record, model)
    if (ready && !record.modelDeleted) return record
  }
  return undefined
}

function hasCheckpoint(store: MemoryStore, record: JobRecord, model: string): boolean {
  if (!model.startsWith(record.model) || record.deletedCheckpoints?.includes(model)) return false
  return past(store, record).some(({ event }) => event?.type === 'checkpoint' && event.model === model)
}

function isKept({ clock, lifetimes }: MemoryStore, record: JobRecord, finishedAtMs = 0): boolean {
  const endsAt = endOf(new Date(finishedAtMs), lifetimes.modelMs)
  return !record.modelDeleted && (endsAt === undefined || endsAt >= clock.now())
}

function filesOf({ spec: { training, validation } }: JobRecord): readonly JobFile[] {
  const given = [{ role: 'training', id: training } as const]
  return validation === undefined ? given : [...given, { role: 'validation', id: validation }]
}

function isKnown(word: string): word is MemoryState {
  return Object.hasOwn(MEMORY_STATES, word)
}

function momentsOf(store: MemoryStore, record: JobRecord): readonly Moment[] {
  const { epochs = 1, batchSize = 1 } = record.spec.hyperparameters
  const stepsPerEpoch = Math.ceil(Math.max(1, record.rows) / batchSize)
  return timelineOf({ ...record, epochs, stepsPerEpoch }, store.durations)
}

function past(store: MemoryStore, record: JobRecord): readonly Moment[] {
  const nowMs = store.clock.now().getTime()
  return momentsOf(store, record).filter(({ atMs }) => atMs <= nowMs)
}

function failureOf({ unusable, outcome }: JobRecord, status: JobStatus): Pick<Job, 'failure'> {
  if (status !== 'failed') return {}
  if (unusable !== undefined) return { failure: { code: 'unusable-training-file', message: unusable } }
  if (outcome.status !== 'failed') return { failure: { message: 'the provider gave no reason' } }
  return { failure: { message: outcome.message, ...(outcome.code !== undefined && { code: outcome.code }) } }
}

function progressOf({ spec }: JobRecord, moments: readonly Moment[]): Pick<Job, 'progress'> {
  const event = moments.findLast((moment) => moment.event?.type === 'metrics')?.event
  if (event?.type !== 'metrics') return {}
  const { step, totalSteps, values } = event
  const { epochs: totalEpochs = 1 } = spec.hyperparameters
  return { progress: { step, ...(totalSteps && { totalSteps }), ...values, totalEpochs } }
}

function toRaw({ id, spec, createdAt }: JobRecord, state: string): MemoryJob {
  const { baseModel, method, training, validation, hyperparameters, suffix, seed, metadata } = spec
  return {
    id,
    state,
    baseModel,
    method,
    trainingDataset: training,
    ...(validation !== undefined && { validationDataset: validation }),
    hyperparameters,
    ...(suffix !== undefined && { suffix }),
    ...(seed !== undefined && { seed }),
    ...(metadata !== undefined && { metadata }),
    createdAt: createdAt.toISOString(),
  }
}
