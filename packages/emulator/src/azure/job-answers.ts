import type { OpenAI } from 'openai'
import type { Failure } from '../training/life.ts'
import { chosenNumber } from './create-job.ts'
import { seconds } from './data-call.ts'
import { metricData, statusOf, type AzureJob, type JobStatus, type JobCheckpoint, type JobEvent } from './jobs.ts'
import { modelOf } from './models.ts'

type Job = OpenAI.FineTuning.FineTuningJob

/** The SDK's job, and what Azure is reported to say otherwise. */
type JobV1 = Omit<Job, 'status' | 'organization_id' | 'result_files' | 'integrations' | 'method'> & {
  readonly status: JobStatus
  readonly organization_id: null
  readonly result_files: readonly string[] | null
  readonly user_provided_suffix: string | null
  readonly integrations: readonly unknown[] | null
  readonly method: object
}

/**
 * `OpenAI.FineTuningJob` of the v1 API as the service is reported to fill it: states of the dated API, -1 for what is left to the
 * service, null for an organization and for results that there are not.
 */
export function toJobV1(job: AzureJob, now: number): JobV1 {
  const { integrations, metadata, method, methodOptions, suffix, validationFile } = job
  const view = job.life.look()
  const hyperparameters = toHyperparameters(job)
  return {
    ...common(job, now),
    organization_id: null,
    result_files: job.resultFile === undefined ? null : [job.resultFile],
    user_provided_suffix: suffix,
    validation_file: validationFile,
    fine_tuned_model: modelOf(job)?.id ?? null,
    finished_at: view.finishedAt === undefined ? null : seconds(view.finishedAt),
    estimated_finish: view.estimatedFinish === undefined ? null : seconds(view.estimatedFinish),
    trained_tokens: view.trainedTokens ?? null,
    error: view.failure === undefined ? null : toError(view.failure),
    hyperparameters: theCommon(hyperparameters),
    integrations,
    metadata,
    method: { type: method, [method]: { ...methodOptions, hyperparameters } },
    ...job.shownAs,
  }
}

/** `FineTuningJob` of 2025-04-01-preview: what there is not is left out. */
export function toJobDated(job: AzureJob, now: number) {
  const { integrations, method, suffix, validationFile, resultFile } = job
  const view = job.life.look()
  const model = modelOf(job)
  return {
    ...common(job, now),
    ...(suffix !== null && { suffix }),
    ...(validationFile !== null && { validation_file: validationFile }),
    ...(resultFile !== undefined && { result_files: [resultFile] }),
    ...(model !== undefined && { fine_tuned_model: model.id }),
    ...(view.finishedAt !== undefined && { finished_at: seconds(view.finishedAt) }),
    ...(view.estimatedFinish !== undefined && { estimated_finish: seconds(view.estimatedFinish) }),
    ...(view.trainedTokens !== undefined && { trained_tokens: view.trainedTokens }),
    ...(view.failure !== undefined && { error: toDatedError(view.failure) }),
    ...(integrations !== null && { integrations }),
    hyperparameters: theCommon(toHyperparameters(job)),
    method: { type: method },
    ...job.shownAs,
  }
}

/** An event; only the dated API says `warning` where v1 says `warn`, and nothing here is either. */
export function toEvent({ id, at, level, type, message, data }: JobEvent): OpenAI.FineTuning.FineTuningJobEvent {
  return {
    id,
    object: 'fine_tuning.job.event',
    created_at: seconds(at),
    level,
    type,
    message,
    ...(data !== undefined && { data }),
  }
}

export function toCheckpoint(
  { id, at, metrics }: JobCheckpoint,
  job: AzureJob,
): OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint {
  // Rewards are in the events alone.
  const { total_steps: _, train_reward_mean: _train, valid_reward_mean: _valid, ...figures } = metricData(metrics)
  return {
    id,
    object: 'fine_tuning.job.checkpoint',
    created_at: seconds(at),
    // The name under which it is deployed and tuned further.
    fine_tuned_model_checkpoint: id,
    fine_tuning_job_id: job.id,
    step_number: metrics.step,
    metrics: figures,
  }
}

function common(job: AzureJob, now: number) {
  const { id, createdAt, model, trainingFile, seed } = job
  return {
    id,
    object: 'fine_tuning.job' as const,
    created_at: seconds(createdAt),
    status: statusOf(job, job.life.look(), now),
    model,
    training_file: trainingFile,
    seed,
  }
}

/** Before the service has chosen, -1 stands for the epochs that are left to it; the others are absent. */
function toHyperparameters({ hyperparameters, life }: AzureJob): Job['hyperparameters'] {
  const { settings } = life.look()
  const { n_epochs: epochs, batch_size: batch, learning_rate_multiplier: rate, ...others } = hyperparameters
  const told = {
    n_epochs: settings?.epochs ?? chosenNumber(epochs) ?? -1,
    batch_size: settings?.batchSize ?? chosenNumber(batch),
    learning_rate_multiplier: settings?.learningRateMultiplier ?? chosenNumber(rate),
  }
  return { ...others, ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) }
}

/** Beside the model are the numbers that supervised jobs have; the method has its own as well. */
function theCommon({ n_epochs, batch_size, learning_rate_multiplier }: Job['hyperparameters']): Job['hyperparameters'] {
  return {
    ...(n_epochs !== undefined && { n_epochs }),
    ...(batch_size !== undefined && { batch_size }),
    ...(learning_rate_multiplier !== undefined && { learning_rate_multiplier }),
  }
}

/** Codes are those that the dated schema lists for errors. */
const FAILURES: Record<Failure['reason'], { readonly code: string; readonly message: string }> = {
  'bad-file': { code: 'jsonlValidationFailed', message: 'Validation of the file failed.' },
  'refused-data': {
    code: 'contentFilter',
    message: 'The provided training data failed the Responsible AI checks. Remove the harmful content and try again.',
  },
  'refused-model': {
    code: 'contentFilter',
    message: 'The fine-tuned model failed the safety evaluation and cannot be deployed.',
  },
  failed: { code: 'internalFailure', message: 'The job failed. Please try again.' },
}

function toError({ reason, code, message, param }: Failure) {
  const usual = FAILURES[reason]
  return { code: code ?? usual.code, message: message ?? usual.message, param: param ?? null }
}

function toDatedError(failure: Failure) {
  const { param, ...error } = toError(failure)
  return { ...error, ...(param !== null && { param }) }
}
