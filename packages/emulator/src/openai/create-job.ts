import { randomInt } from 'node:crypto'
import { json } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import type { ModelArtifact, TrainingOrder } from '../training/life.ts'
import type { OpenAIAccount } from './account.ts'
import { findBaseModel } from './base-models.ts'
import { readBodyAs, readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { checkFile, type Method } from './data-check.ts'
import { JOB_REQUEST, type JobRequest } from './job-request.ts'
import { showJob } from './job-view.ts'
import { isServed, modelNotFound } from './models.ts'
import { refuse } from './refusal.ts'
import { statusOf, type StoredFile } from './stored-file.ts'
import { bringUpToDate, type StoredJob } from './stored-job.ts'

export const createJob: OpenAIHandler = (call) => {
  const { account, context, lag } = call
  readQuery(call)
  const request = readBodyAs(call, JOB_REQUEST)
  assertMayTrain(account)
  bringUpToDate(account, context.clock)
  const method = methodOf(request)
  const model = findTunable(call, request.model, method)
  const training = findReadyFile(call, request.training_file, 'training_file')
  const validation =
    request.validation_file == null ? undefined : findReadyFile(call, request.validation_file, 'validation_file')
  if (method === 'reinforcement' && validation === undefined) {
    const message = "Missing required parameter: 'validation_file'. Reinforcement fine-tuning needs one."
    throw refuse(400, { message, code: 'missing_required_parameter', param: 'validation_file' })
  }
  const seed = request.seed ?? randomInt(2 ** 31)
  const order = toOrder(account, request, method, { training, validation, seed, startFrom: model.startFrom })
  const job: StoredJob = {
    id: newId('ftjob-'),
    createdAt: context.clock.seconds(),
    request: { ...request, model: model.id },
    method,
    base: model.base,
    seed,
    life: context.engine.start(order),
    told: 0,
    events: [],
    checkpoints: [],
    resultFiles: [],
  }
  account.jobs.add(job.id, job, lag)
  return json(200, showJob(account, job, context.clock))
}

/** What an account that the vendor has locked out is told. */
function assertMayTrain({ settings }: OpenAIAccount): void {
  if (settings.training === 'open') return
  const message =
    'OpenAI is winding down the fine-tuning platform and your organization is no longer able to create new fine-tuning training jobs.'
  throw refuse(403, { message, code: 'training_not_available' })
}

/** Supervised unless told; parameters of another method, or in both places, are refused. */
function methodOf({ method, hyperparameters }: JobRequest): Method {
  const type = method?.type ?? 'supervised'
  const foreign = Object.keys(method ?? {}).find((key) => key !== 'type' && key !== type)
  if (foreign !== undefined) {
    const message = `Invalid 'method.${foreign}': the method is '${type}'.`
    throw refuse(400, { message, code: 'invalid_value', param: `method.${foreign}` })
  }
  if (type === 'reinforcement' && method?.reinforcement === undefined) {
    const message = "Missing required parameter: 'method.reinforcement'."
    throw refuse(400, { message, code: 'missing_required_parameter', param: 'method.reinforcement' })
  }
  if (method !== undefined && hyperparameters !== undefined) {
    const message = "Invalid 'hyperparameters': give them within 'method' only."
    throw refuse(400, { message, code: 'invalid_value', param: 'hyperparameters' })
  }
  return type
}

interface Tunable {
  readonly id: string
  readonly base: string
  readonly startFrom?: ModelArtifact
}

function findTunable({ account, context }: OpenAICall, name: string, method: Method): Tunable {
  const tuned = account.tunedModels.peek(name)
  const base = findBaseModel(tuned?.base ?? name)
  if (base === undefined || !isServed(account, base, context.clock)) throw modelNotFound(name)
  if (!base.methods.includes(method)) {
    const message = `Model ${name} is not available for fine-tuning with the method '${method}'.`
    throw refuse(400, { message, code: 'model_not_available', param: 'model' })
  }
  return tuned === undefined
    ? { id: base.id, base: base.id }
    : { id: tuned.id, base: base.id, startFrom: tuned.artifact }
}

function findReadyFile({ account, context }: OpenAICall, id: string, param: string): StoredFile {
  const file = account.files.peek(id)
  if (file === undefined) throw refuse(400, { message: `invalid ${param}: ${id}`, code: 'invalid_file', param })
  if (file.purpose !== 'fine-tune') {
    const message = `File '${id}' has the purpose '${file.purpose}'; it must be 'fine-tune'.`
    throw refuse(400, { message, code: 'invalid_file_purpose', param })
  }
  const status = statusOf(file, context.clock)
  if (status === 'processed') return file
  const message =
    status === 'error'
      ? `File '${id}' could not be processed: ${file.problem}`
      : `File '${id}' is still being processed and is not ready to be used for fine-tuning. Please try again later.`
  throw refuse(400, { message, code: status === 'error' ? 'invalid_file' : 'file_not_ready', param })
}

interface Given {
  readonly training: StoredFile
  readonly validation: StoredFile | undefined
  readonly seed: number
  readonly startFrom: ModelArtifact | undefined
}

function toOrder(account: OpenAIAccount, request: JobRequest, method: Method, given: Given): TrainingOrder {
  const { minimumExamples } = account.settings
  const training = checkFile(given.training.content, method, 'training_file', minimumExamples)
  const validation = given.validation && checkFile(given.validation.content, method, 'validation_file', minimumExamples)
  const hyperparameters = request.method?.[method]?.hyperparameters ?? request.hyperparameters ?? {}
  const { n_epochs: epochs, batch_size: batchSize, learning_rate_multiplier: learningRateMultiplier } = hyperparameters
  return {
    method,
    training: training.data,
    validation: validation?.data,
    epochs: chosen(epochs),
    batchSize: chosen(batchSize),
    learningRateMultiplier: chosen(learningRateMultiplier),
    seed: given.seed,
    startFrom: given.startFrom,
    problem: training.problem ?? validation?.problem,
    outcome: takeOutcome(account),
  }
}

function chosen(value: number | 'auto' | null | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** How this job goes; an outcome for a number of jobs is used up. */
function takeOutcome(account: OpenAIAccount) {
  const { jobs, ...outcome } = account.outcome
  if (jobs !== undefined) account.outcome = jobs > 1 ? { ...outcome, jobs: jobs - 1 } : {}
  return outcome
}
