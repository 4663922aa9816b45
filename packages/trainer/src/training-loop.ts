import { setImmediate } from 'node:timers/promises'
import type { Encoding } from './encode.ts'
import type { Batch, Engine, EngineState } from './engine/engine.ts'
import type { ModelSize } from './engine/parameters.ts'
import { TrainerError } from './errors.ts'
import { omitTokens } from './omit-tokens.ts'
import { packBatch, planRows, type BatchShape, type RowPlan } from './pack.ts'
import { prepareTraining, type PreparedTraining } from './prepare.ts'
import { createRandom } from './random.ts'
import { recipe } from './recipe.ts'
import {
  clearUnfinished,
  modelDirectoryOf,
  readFinished,
  readLastCheckpoint,
  writeCheckpoint,
  writeFinished,
  type Progress,
} from './store/checkpoints.ts'
import type { FileWriter } from './store/files.ts'
import { zeroWeights } from './store/model-files.ts'
import type { TrainingEvent, TrainingRequest, TrainingResult } from './training-types.ts'

/** What a training is given by the thread that it runs in. */
export interface TrainingContext {
  readonly checkpointEverySteps?: number | undefined
  readonly writer: FileWriter
  readonly createEngine: (size: ModelSize) => Promise<Engine>
  readonly emit: (event: TrainingEvent) => void
  /** Asked after each step; true writes a checkpoint and ends the training. */
  readonly stopRequested: () => boolean
}

/** Runs a training in this thread, from its last checkpoint if there is one; undefined when it was asked to stop. */
export async function runTraining(
  request: TrainingRequest,
  context: TrainingContext,
): Promise<TrainingResult | undefined> {
  const { directory } = request
  const prepared = await prepareTraining(request)
  const finished = await readFinished(directory)
  if (finished !== undefined) {
    refuseOther(finished, prepared, directory)
    context.emit(startedEvent(prepared, finished.step))
    return resultOf(directory, finished)
  }
  await clearUnfinished(directory)
  const checkpoint = await readLastCheckpoint(directory)
  if (checkpoint !== undefined) refuseOther(checkpoint.progress, prepared, directory)
  context.emit(startedEvent(prepared, checkpoint?.progress.step))
  const engine = await context.createEngine(prepared.model.size)
  try {
    engine.load(checkpoint?.state ?? freshState(prepared))
    const progress = checkpoint?.progress ?? freshProgress(prepared)
    return await runSteps({ directory, prepared, engine, context }, progress)
  } finally {
    engine.dispose()
  }
}

interface Run {
  readonly directory: string
  readonly prepared: PreparedTraining
  readonly engine: Engine
  readonly context: TrainingContext
}

async function runSteps(run: Run, from: Progress): Promise<TrainingResult | undefined> {
  const { prepared, context, directory } = run
  const { totalSteps, stepsPerEpoch } = prepared.schedule
  const every = context.checkpointEverySteps ?? Math.min(100, Math.max(10, stepsPerEpoch))
  const history = [...from.history]
  const emit = (event: TrainingEvent) => {
    history.push(event)
    context.emit(event)
  }
  let progress = from
  while (progress.step < totalSteps) {
    progress = { ...takeStep(run, progress, emit), history }
    const stop = context.stopRequested()
    if (progress.step < totalSteps && (stop || progress.step % every === 0)) await saveCheckpoint(run, progress, emit)
    if (stop && progress.step < totalSteps) return undefined
    await setImmediate()
  }
  const { weights } = run.engine.export()
  await writeFinished(directory, { ...prepared.model, weights }, progress, context.writer)
  return resultOf(directory, progress)
}

/** One optimizer step with its events, and a validation when it ends an epoch. */
function takeStep(
  run: Run,
  { step, trainedTokens, seconds, ...rest }: Progress,
  emit: (event: TrainingEvent) => void,
): Progress {
  const { schedule, validation } = run.prepared
  const begin = performance.now()
  const { batches, tokens } = batchesOf(run.prepared, step)
  const learningRate = schedule.learningRateOf(step)
  const { loss, gradientNorm } = run.engine.step(batches, learningRate, dropoutKey(run.prepared.seed, step))
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
    throw new TrainerError('training-diverged', diverged(step + 1))
  const stepSeconds = (performance.now() - begin) / 1000
  const done = step + 1
  emit({
    type: 'step',
    step: done,
    totalSteps: schedule.totalSteps,
    epoch: Math.floor(step / schedule.stepsPerEpoch) + 1,
    loss,
    learningRate,
    gradientNorm,
    tokens: trainedTokens + tokens,
    tokensPerSecond: tokens / stepSeconds,
  })
  const endsEpoch = done % schedule.stepsPerEpoch === 0
  if (endsEpoch && validation.length > 0) emit({ type: 'validation', step: done, loss: validate(run) })
  return {
    ...rest,
    step: done,
    trainedTokens: trainedTokens + tokens,
    seconds: seconds + (performance.now() - begin) / 1000,
  }
}

/** The batches of a step: its examples, some of their read tokens left out, in parts of the training's one shape. */
function batchesOf({ schedule, training, seed }: PreparedTraining, step: number) {
  const random = createRandom(seed, omissionStream, step)
  const chosen = schedule.examplesOf(step).flatMap((index) => training[index] ?? [])
  const shortened = chosen.map((encoding) => omitTokens(encoding, recipe.omittedShare, random))
  // Rows are planned for the whole examples, which the shape was chosen for; what is left out of them is padding.
  const rows = planRows(chosen, chosen.keys(), schedule.shape.length)
  return { batches: packAll(shortened, rows, schedule.shape), tokens: countTokens(shortened) }
}

function packAll(encodings: readonly Encoding[], rows: RowPlan, shape: BatchShape): readonly Batch[] {
  const weight = 1 / encodings.reduce((total, { predicts }) => total + predicts.length, 0)
  const parts = Array.from({ length: Math.ceil(rows.length / shape.rows) }, (_, part) =>
    rows.slice(part * shape.rows, (part + 1) * shape.rows),
  )
  return parts.map((part) => packBatch(encodings, part, shape, weight))
}

function countTokens(encodings: readonly Encoding[]): number {
  return encodings.reduce((total, { ids }) => total + ids.length, 0)
}

function validate({ prepared, engine }: Run): number {
  const { validation, schedule } = prepared
  const rows = planRows(validation, validation.keys(), schedule.shape.length)
  return packAll(validation, rows, schedule.shape).reduce((total, batch) => total + engine.evaluate(batch), 0)
}

async function saveCheckpoint(run: Run, progress: Progress, emit: (event: TrainingEvent) => void): Promise<void> {
  const state = run.engine.export()
  const model = { ...run.prepared.model, weights: state.weights }
  const directory = await writeCheckpoint(run.directory, { model, state, progress }, run.context.writer)
  emit({ type: 'checkpoint', step: progress.step, directory })
}

/** Tells the streams of the same seed apart; 1 and 2 are the initial weights and the order. */
const omissionStream = 3
const dropoutStream = 4

function dropoutKey(seed: number, step: number): number {
  return Math.floor(createRandom(seed, dropoutStream, step).next() * 2 ** 32)
}

function freshState({ model }: PreparedTraining): EngineState {
  const { weights, size } = model
  return { step: 0, weights, firstMoments: zeroWeights(size), secondMoments: zeroWeights(size) }
}

function freshProgress({ fingerprint }: PreparedTraining): Progress {
  return { fingerprint, step: 0, trainedTokens: 0, seconds: 0, history: [] }
}

function startedEvent({ schedule, epochs, model }: PreparedTraining, resumedFromStep?: number): TrainingEvent {
  return {
    type: 'started',
    totalSteps: schedule.totalSteps,
    epochs,
    parameters: Object.values(model.weights).reduce((total, { data }) => total + data.length, 0),
    vocabulary: model.size.vocabulary,
    ...(resumedFromStep === undefined ? {} : { resumedFromStep }),
  }
}

function resultOf(directory: string, { step, trainedTokens, seconds, history }: Progress): TrainingResult {
  const last = (type: 'step' | 'validation') => history.findLast((event) => event.type === type)
  const lastStep = last('step')
  const lastValidation = last('validation')
  return {
    modelDirectory: modelDirectoryOf(directory),
    steps: step,
    finalLoss: lastStep?.type === 'step' ? lastStep.loss : Number.NaN,
    ...(lastValidation?.type === 'validation' ? { validationLoss: lastValidation.loss } : {}),
    trainedTokens,
    seconds,
  }
}

function refuseOther({ fingerprint }: Progress, prepared: PreparedTraining, directory: string): void {
  if (fingerprint === prepared.fingerprint) return
  const what = 'holds a training of other examples, hyperparameters, base model or seed'
  throw new TrainerError('directory-in-use', `${directory} ${what}. Choose another directory, or remove this one.`)
}

function diverged(step: number): string {
  return `The loss is no longer a number at step ${step}. Use a lower learning rate.`
}
