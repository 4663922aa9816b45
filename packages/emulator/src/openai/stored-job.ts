import type { Clock } from '../clock.ts'
import { newId } from '../server/identifiers.ts'
import type { Life, LifeEntry, LifeView, Metrics, ModelArtifact } from '../training/life.ts'
import type { OpenAIAccount } from './account.ts'
import { eventsOf, type StoredEvent } from './events.ts'
import type { Method } from './data-check.ts'
import type { JobRequest } from './job-request.ts'
import { writeStepMetrics } from './results.ts'

/** A job of an account. */
export interface StoredJob {
  readonly id: string
  readonly createdAt: number
  /** As it was asked for, with the snapshot in place of an alias. */
  readonly request: JobRequest
  readonly method: Method
  /** The snapshot at the root of the model that is tuned. */
  readonly base: string
  readonly seed: number
  readonly life: Life
  /** What of the life has been told as events. */
  told: number
  readonly events: StoredEvent[]
  readonly checkpoints: StoredCheckpoint[]
  /** The tuned model's name, once there is one. */
  model?: string
  readonly resultFiles: string[]
  /** Members that the API shows whatever the job really is; only seeded jobs have some. */
  readonly shownAs?: Readonly<Record<string, unknown>>
}

export interface StoredCheckpoint {
  readonly id: string
  readonly createdAt: number
  /** The name under which it answers. */
  readonly model: string
  readonly metrics: Metrics
  readonly artifact: ModelArtifact
}

/** Only so many of a job's checkpoints, the last ones, are kept. */
const KEPT_CHECKPOINTS = 3

/** Lets what has happened to the account's jobs by now show: events, checkpoints, models and result files. */
export function bringUpToDate(account: OpenAIAccount, clock: Clock): void {
  for (const job of account.jobs.all()) bringJobUpToDate(account, job, clock)
}

/** The same for one job; gives its life as it is now. */
export function bringJobUpToDate(account: OpenAIAccount, job: StoredJob, clock: Clock): LifeView {
  const view = job.life.look()
  for (const entry of view.entries.slice(job.told)) {
    job.told++
    if (entry.type === 'checkpoint') keepCheckpoint(account, job, entry)
    if (entry.type === 'phase' && entry.phase === 'succeeded') finish(account, job, view, clock)
    job.events.push(...eventsOf(job, entry, view))
  }
  return view
}

function keepCheckpoint(
  account: OpenAIAccount,
  job: StoredJob,
  entry: Extract<LifeEntry, { type: 'checkpoint' }>,
): void {
  const { at, type: _, artifact, ...metrics } = entry
  job.checkpoints.push({
    id: newId('ftckpt_'),
    createdAt: Math.floor(at / 1000),
    model: `${modelName(account, job)}:ckpt-step-${metrics.step}`,
    metrics,
    artifact,
  })
  if (job.checkpoints.length > KEPT_CHECKPOINTS) job.checkpoints.shift()
}

function finish(account: OpenAIAccount, job: StoredJob, view: LifeView, clock: Clock): void {
  const { finishedAt = clock.now(), model: artifact = {} } = view
  job.model = modelName(account, job)
  account.tunedModels.add(job.model, {
    id: job.model,
    created: Math.floor(finishedAt / 1000),
    base: job.base,
    artifact,
  })
  const file = writeStepMetrics(view, finishedAt)
  account.files.add(file.id, file)
  job.resultFiles.push(file.id)
}

/** `ft:base:organization:suffix:id`, whose last part is random. */
function modelName(account: OpenAIAccount, { base, request }: StoredJob): string {
  const suffix = (request.suffix ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return `ft:${base}:emulator:${suffix}:${newId('', 8)}`
}
