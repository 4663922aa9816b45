import type { Hyperparameters, Job, JobStatus } from '@anytune/core/driver'
import { isObject, toJob } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'

/** A job as the service tells it: OpenAI's shape, with members that the SDK does not know; many are null until late. */
export type AzureJob = OpenAI.FineTuning.FineTuningJob & {
  readonly trainingType?: string | null
  readonly user_provided_suffix?: string | null
}

/** The dated schema's states, which the service sends, and OpenAI's, which the v1 schema has. */
type VendorStatus =
  | AzureJob['status']
  | 'created'
  | 'pending'
  | 'pausing'
  | 'paused'
  | 'resuming'
  // In no schema, and seen: the job still runs, and is charged, while it is being cancelled.
  | 'canceling'
  | 'cancelling'
  | 'canceled'

/** What each word for a job means here; a word that is not listed is `unknown`. */
export const JOB_STATUS_WORDS: Readonly<Record<VendorStatus, JobStatus>> = {
  created: 'queued',
  pending: 'queued',
  validating_files: 'validating',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'queued',
  canceling: 'cancelling',
  cancelling: 'cancelling',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  succeeded: 'succeeded',
  failed: 'failed',
}

/** A job in the words of all. */
export function fromJob(raw: AzureJob): Job<AzureJob> {
  return { ...toJob(raw, JOB_STATUS_WORDS), raw }
}

/**
 * The numbers that the service says it trains with. It says `auto`, null or -1 for what it has yet to choose: these are no numbers,
 * and are absent here.
 */
export function hyperparametersOf(raw: AzureJob): Hyperparameters {
  // Beside the model is the old place, which holds those of supervised jobs alone.
  const parts: readonly unknown[] = [...Object.values(raw.method ?? {}), raw]
  const told = parts.map((part) => (isObject(part) ? part['hyperparameters'] : undefined)).filter(isObject)
  const found = Object.entries(NAMES).map(([name, theirs]) => [name, told.map((one) => one[theirs]).find(isNumber)])
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

const NAMES = {
  epochs: 'n_epochs',
  batchSize: 'batch_size',
  learningRateMultiplier: 'learning_rate_multiplier',
  beta: 'beta',
} as const satisfies { readonly [H in keyof Hyperparameters]?: string }

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value > 0
}
