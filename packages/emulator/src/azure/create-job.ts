import { randomInt, randomUUID } from 'node:crypto'
import { isObject } from '../server/shape.ts'
import type { Outcome } from '../training/outcome.ts'
import type { AzureAccount } from './account.ts'
import type { BaseModel, Method, TrainingType } from './base-models.ts'
import { readBody, type DataCall } from './data-call.ts'
import { CREATE_JOB_DATED, CREATE_JOB_V1 } from './job-requests.ts'
import { isActive, type AzureJob } from './jobs.ts'
import { findTunable, hasRetired } from './models.ts'
import { invalidPayload, quotaExceeded } from './refusal.ts'
import { readTrainingFile } from './training-files.ts'

/** Checks a request for a job as the service does, and begins it. */
export function createJob(call: DataCall): AzureJob {
  const { account, context, now, surface } = call
  const body = readBody(call, surface === 'v1' ? CREATE_JOB_V1 : CREATE_JOB_DATED) as JobBody // the shape says so
  const model = findTunable(account, body.model)
  if (model === undefined) throw invalidPayload('The specified base model does not exist.', 'model')
  const trainingType = readTrainingType(body.trainingType, model.base, account.settings.location)
  const method = readMethod(body, model.base)
  // A tuned model and a checkpoint can be tuned further as long as their base model can.
  if (hasRetired(account, model.base.retires.training, now)) throw notTunable()
  const training = readTrainingFile(call, body.training_file, 'training_file', method.type)
  const validation =
    body.validation_file == null
      ? undefined
      : readTrainingFile(call, body.validation_file, 'validation_file', method.type)
  if (method.type === 'reinforcement' && validation === undefined) {
    throw invalidPayload('Reinforcement fine-tuning needs a validation file.', 'validation_file')
  }
  refuseAboveLimits(account)
  const seed = body.seed ?? randomInt(2 ** 31 - 1)
  const chosen: Readonly<Record<string, unknown>> = {
    ...method.hyperparameters,
    ...(ignoredBatch(account, method.hyperparameters) && { batch_size: 1 }),
  }
  const id = `ftjob-${hex()}`
  const { pausingMilliseconds, keepsMetadata } = account.settings
  const suffix = body.suffix ?? null
  return {
    id,
    createdAt: now,
    base: model.base,
    model: body.model,
    modelId: `${model.base.id}.ft-${hex()}${suffix === null ? '' : `-${suffix}`}`,
    trainingType,
    method: method.type,
    methodOptions: method.options,
    hyperparameters: chosen,
    seed,
    suffix,
    trainingFile: body.training_file,
    validationFile: body.validation_file ?? null,
    integrations: body.integrations ?? null,
    metadata: keepsMetadata ? (body.metadata ?? null) : null,
    pausingMilliseconds,
    resultFile: undefined,
    life: context.engine.start({
      method: method.type,
      training: training.data,
      validation: validation?.data,
      epochs: chosenNumber(chosen['n_epochs']),
      batchSize: chosenNumber(chosen['batch_size']),
      learningRateMultiplier: chosenNumber(chosen['learning_rate_multiplier']),
      seed,
      startFrom: model.artifact,
      problem: training.problem ?? validation?.problem,
      outcome: takeOutcome(account),
    }),
  }
}

/** A number that was chosen; undefined for one that is left to the service, which is said as `auto` or -1. */
export function chosenNumber(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}

interface JobBody {
  readonly model: string
  readonly training_file: string
  readonly validation_file?: string | null
  readonly hyperparameters?: Readonly<Record<string, unknown>>
  readonly suffix?: string | null
  readonly seed?: number | null
  readonly trainingType?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly integrations?: readonly unknown[] | null
  readonly method?: { readonly type: Method } & Readonly<Record<string, unknown>>
}

/** What is said also of a model that can be tuned, when the training type is missing. */
const notTunable = () => invalidPayload('The specified base model does not support fine-tuning.', 'model')

/** In lower case, as spelled in the vendor's documents. */
const TRAINING_TYPES: Readonly<Record<string, TrainingType | undefined>> = {
  standard: 'Standard',
  globalstandard: 'GlobalStandard',
  developer: 'Developer',
  developertier: 'Developer',
}

function readTrainingType(given: string | undefined, base: BaseModel, location: string): TrainingType {
  if (given === undefined) throw notTunable()
  const type = TRAINING_TYPES[given.toLowerCase()]
  if (type === undefined)
    throw invalidPayload("The value of 'trainingType' is not one that this service knows.", 'trainingType')
  if (type === 'Standard' && !base.standardRegions.includes(location)) {
    throw invalidPayload('Standard TrainingType is not supported.', 'trainingType')
  }
  return type
}

interface ReadMethod {
  readonly type: Method
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
}

function readMethod({ method, hyperparameters = {} }: JobBody, base: BaseModel): ReadMethod {
  const type = method?.type ?? 'supervised'
  if (!base.methods.includes(type)) {
    throw invalidPayload(`The method '${type}' is not supported for the specified base model.`, 'method')
  }
  const said = method?.[type]
  const { hyperparameters: own, ...options } = isObject(said) ? said : {}
  return { type, hyperparameters: isObject(own) ? own : hyperparameters, options }
}

function ignoredBatch({ settings }: AzureAccount, hyperparameters: Readonly<Record<string, unknown>>): boolean {
  return settings.ignoresBatchSize && chosenNumber(hyperparameters['batch_size']) !== undefined
}

function refuseAboveLimits({ jobs, settings }: AzureAccount): void {
  const all = jobs.all()
  if (all.length >= settings.maximumJobs) {
    throw quotaExceeded(
      `The resource has ${all.length} fine-tuning jobs; at most ${settings.maximumJobs} are possible.`,
    )
  }
  const active = all.filter(isActive).length
  if (active >= settings.maximumActiveJobs) {
    throw quotaExceeded(
      `The resource has ${active} fine-tuning jobs that wait or run; at most ${settings.maximumActiveJobs} are possible.`,
    )
  }
}

/** The outcome of one job; when its count is over, jobs succeed again. */
function takeOutcome(account: AzureAccount): Outcome {
  const { outcome } = account
  if (outcome.jobs !== undefined) account.outcome = outcome.jobs > 1 ? { ...outcome, jobs: outcome.jobs - 1 } : {}
  return outcome
}

function hex(): string {
  return randomUUID().replaceAll('-', '')
}
