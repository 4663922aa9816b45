import { createHash } from 'node:crypto'
import {
  isOver,
  type Life,
  type LifeEntry,
  type LifeView,
  type Metrics,
  type ModelArtifact,
  type Phase,
} from '../training/life.ts'
import type { BaseModel, Method, TrainingType } from './base-models.ts'
import type { AzureFile } from './files.ts'

/** A fine-tuning job; times are milliseconds of the emulator's clock. */
export interface AzureJob {
  readonly id: string
  readonly createdAt: number
  readonly base: BaseModel
  /** As the request named it: the base model, a tuned one, or a checkpoint. */
  readonly model: string
  /** What the tuned model will be called. */
  readonly modelId: string
  readonly trainingType: TrainingType
  readonly method: Method
  /** What the request said under the method's name, hyperparameters left out: a grader, a response format. */
  readonly methodOptions: Readonly<Record<string, unknown>>
  /** As the request said, `auto` included. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly suffix: string | null
  readonly trainingFile: string
  readonly validationFile: string | null
  readonly integrations: readonly unknown[] | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly life: Life
  /** How long it says `pausing` before it says `paused`. */
  readonly pausingMilliseconds: number
  /** Members that the APIs show of it whatever it really is. */
  readonly shownAs?: Readonly<Record<string, unknown>>
  /** The id of its results file, once it has one. */
  resultFile: string | undefined
}

/** `FineTuningState` of the dated API, which the service sends on both; `created` is in the schema and is not sent. */
export type JobStatus = 'pending' | 'running' | 'pausing' | 'paused' | 'resuming' | 'succeeded' | 'cancelled' | 'failed'

const STATUSES: Record<Phase, JobStatus> = {
  validating: 'pending',
  queued: 'pending',
  running: 'running',
  paused: 'paused',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The word for where a job is at `now`. */
export function statusOf(job: AzureJob, view: LifeView, now: number): JobStatus {
  const change = view.entries.findLast((entry) => entry.type === 'phase')
  if (view.phase === 'paused' && change !== undefined && now < change.at + job.pausingMilliseconds) return 'pausing'
  return view.phase === 'queued' && change?.from === 'paused' ? 'resuming' : STATUSES[view.phase]
}

/** True for a job that is waiting, training, or on its way to a pause or back. */
export function isActive({ life }: AzureJob): boolean {
  return !isOver(life.look().phase)
}

/** A model as it was at a step; it can be deployed and tuned further. */
export interface JobCheckpoint {
  readonly id: string
  readonly at: number
  readonly artifact: ModelArtifact
  readonly metrics: Metrics
}

const KEPT_CHECKPOINTS = 3

/** The last three checkpoints, oldest first: one at the end of an epoch, and one where the job was paused. */
export function checkpointsOf(job: AzureJob): readonly JobCheckpoint[] {
  const checkpoints = new Map<number, JobCheckpoint>()
  let last: Metrics | undefined
  for (const entry of job.life.look().entries) {
    if (entry.type === 'step') last = entry
    const made = toCheckpoint(entry, last)
    if (made !== undefined && !checkpoints.has(made.metrics.step)) {
      checkpoints.set(made.metrics.step, { id: idOf('ftchkpt-', job, made.metrics.step), ...made })
    }
  }
  return [...checkpoints.values()].slice(-KEPT_CHECKPOINTS)
}

/** The engine keeps no weights where a job was paused, so that such a checkpoint has nothing to answer with. */
function toCheckpoint(entry: LifeEntry, last: Metrics | undefined): Omit<JobCheckpoint, 'id'> | undefined {
  if (entry.type === 'checkpoint') return { at: entry.at, artifact: entry.artifact, metrics: entry }
  if (entry.type !== 'phase' || entry.phase !== 'paused' || last === undefined) return undefined
  return { at: entry.at, artifact: {}, metrics: last }
}

/** An event; `number` counts from 0 and is told in the id. */
export interface JobEvent {
  readonly id: string
  readonly at: number
  readonly level: 'info' | 'error'
  readonly type: 'message' | 'metrics'
  readonly message: string
  readonly data?: Readonly<Record<string, number>>
}

/** What has happened to a job, oldest first. */
export function eventsOf(job: AzureJob): readonly JobEvent[] {
  return job.life.look().entries.flatMap((entry, number) => {
    const told = tell(entry)
    return told === undefined
      ? []
      : [{ id: idOf('ftevent-', job, number), at: entry.at, level: 'info', type: 'message', ...told }]
  })
}

type Told = Pick<JobEvent, 'message'> & Partial<JobEvent>

const PHASE_MESSAGES: Record<Phase, string> = {
  validating: 'Job enqueued. Waiting for jobs ahead to complete.',
  queued: 'Preprocessing completed for the training file.',
  running: 'Job started.',
  paused: 'Job paused.',
  succeeded: 'Job succeeded.',
  failed: 'Job failed.',
  cancelled: 'Job cancelled.',
}

function tell(entry: LifeEntry): Told | undefined {
  switch (entry.type) {
    case 'phase': {
      const message =
        entry.from === 'paused' && entry.phase === 'queued' ? 'Job resuming.' : PHASE_MESSAGES[entry.phase]
      return { message, level: entry.phase === 'failed' ? 'error' : 'info' }
    }
    case 'step':
      return { message: describeStep(entry), type: 'metrics', data: metricData(entry) }
    case 'checkpoint':
      return { message: `Created checkpoint at step ${entry.step}.` }
    case 'evaluating':
      return { message: 'Training completed. Evaluating the model for safety.' }
    case 'settings':
      return undefined
  }
}

function describeStep({ step, totalSteps, trainLoss, validLoss }: Metrics): string {
  const validation = validLoss === undefined ? '' : `, validation loss=${validLoss.toFixed(2)}`
  return `Step ${step}/${totalSteps}: training loss=${trainLoss.toFixed(2)}${validation}`
}

/** Figures by the API's names; what was not measured is absent. */
export function metricData(metrics: Metrics): Record<string, number> {
  const named: Record<string, number | undefined> = {
    step: metrics.step,
    total_steps: metrics.totalSteps,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainAccuracy,
    valid_loss: metrics.validLoss,
    valid_mean_token_accuracy: metrics.validAccuracy,
    full_valid_loss: metrics.fullValidLoss,
    full_valid_mean_token_accuracy: metrics.fullValidAccuracy,
    train_reward_mean: metrics.trainReward,
    valid_reward_mean: metrics.validReward,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const COLUMNS =
  'step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy'

/** The results file of a job that succeeded: plain CSV, one line per step; undefined before. */
export function resultFileOf(job: AzureJob): AzureFile | undefined {
  const { phase, entries, finishedAt } = job.life.look()
  if (phase !== 'succeeded' || finishedAt === undefined) return undefined
  const lines = entries.flatMap((entry) => (entry.type === 'step' ? [toLine(entry)] : []))
  return {
    id: idOf('file-', job, 0),
    filename: 'results.csv',
    purpose: 'fine-tune-results',
    content: Buffer.from(`${[COLUMNS, ...lines].join('\n')}\n`),
    createdAt: finishedAt,
    expiresAt: undefined,
    processedAt: finishedAt,
    problem: undefined,
  }
}

function toLine(metrics: Metrics): string {
  const { step, trainLoss, trainAccuracy, validLoss, validAccuracy, fullValidLoss, fullValidAccuracy } = metrics
  return [step, trainLoss, trainAccuracy, validLoss, validAccuracy, fullValidLoss, fullValidAccuracy]
    .map((value) => value ?? '')
    .join(',')
}

/** Thirty-two hexadecimal digits that say which job and which of its things. */
function idOf(prefix: string, { id }: AzureJob, number: number): string {
  const job = createHash('sha256').update(id).digest('hex').slice(0, 24)
  return `${prefix}${job}${number.toString(16).padStart(8, '0')}`
}
