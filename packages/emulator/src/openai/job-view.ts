import type { OpenAI } from 'openai'
import type { Clock } from '../clock.ts'
import { isOver, type Phase, type Settings } from '../training/life.ts'
import type { OpenAIAccount } from './account.ts'
import { describeFailure } from './failure.ts'
import { bringJobUpToDate, type StoredJob } from './stored-job.ts'

/** A job as the API shows it: the SDK's type, but for `paused`, which the vendor's own example has and its schema has not. */
export type ShownJob = Omit<OpenAI.FineTuning.FineTuningJob, 'status'> & {
  readonly status: OpenAI.FineTuning.FineTuningJob['status'] | 'paused'
}

/** The job as it is now. */
export function showJob(account: OpenAIAccount, job: StoredJob, clock: Clock): ShownJob {
  const view = bringJobUpToDate(account, job, clock)
  const { request } = job
  const hyperparameters = showHyperparameters(job, view.settings)
  return {
    object: 'fine_tuning.job',
    id: job.id,
    model: request.model,
    created_at: job.createdAt,
    finished_at: toSeconds(view.finishedAt),
    fine_tuned_model: job.model ?? null,
    organization_id: account.organization,
    result_files: [...job.resultFiles],
    status: STATUSES[view.phase],
    validation_file: request.validation_file ?? null,
    training_file: request.training_file,
    hyperparameters: pickLegacy(hyperparameters),
    trained_tokens: view.trainedTokens ?? null,
    error: view.phase === 'failed' ? describeFailure(view.failure) : null,
    seed: job.seed,
    estimated_finish: isOver(view.phase) ? null : toSeconds(view.estimatedFinish),
    integrations: showIntegrations(request.integrations),
    metadata: request.metadata ?? null,
    method: showMethod(job, hyperparameters),
    ...job.shownAs,
  }
}

const STATUSES: Readonly<Record<Phase, ShownJob['status']>> = {
  validating: 'validating_files',
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
}

type Hyperparameters = OpenAI.FineTuning.FineTuningJob.Hyperparameters

/** As asked; what was left to the vendor is `auto` until the job runs and then what it chose. */
function showHyperparameters({ request, method }: StoredJob, settings: Settings | undefined): Hyperparameters {
  const asked = request.method?.[method]?.hyperparameters ?? request.hyperparameters ?? {}
  const chosen: Hyperparameters =
    settings === undefined
      ? {}
      : {
          n_epochs: settings.epochs,
          batch_size: settings.batchSize,
          learning_rate_multiplier: settings.learningRateMultiplier,
        }
  const auto = { n_epochs: 'auto', batch_size: 'auto', learning_rate_multiplier: 'auto' } as const
  return { ...auto, ...asked, ...chosen }
}

function pickLegacy({ n_epochs, batch_size, learning_rate_multiplier }: Hyperparameters): Hyperparameters {
  return { n_epochs, batch_size, learning_rate_multiplier } as Hyperparameters // all three were set above
}

function showMethod({ request, method }: StoredJob, hyperparameters: Hyperparameters) {
  const asked = request.method?.[method]
  return { type: method, [method]: { ...asked, hyperparameters } } satisfies OpenAI.FineTuning.FineTuningJob.Method
}

function showIntegrations(asked: OpenAI.FineTuning.JobCreateParams['integrations']) {
  return (asked ?? []).map(({ type, wandb }) => ({ type, wandb }))
}

function toSeconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.floor(milliseconds / 1000)
}
