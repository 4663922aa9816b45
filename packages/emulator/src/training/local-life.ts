import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  isTrainerError,
  train,
  type BaseModelId,
  type TrainingEvent,
  type TrainingExample,
  type TrainingResult,
} from '@anytune/trainer'
import type { Clock } from '../clock.ts'
import { isOver, type Failure, type Life, type Metrics, type ModelArtifact, type TrainingOrder } from './life.ts'
import { chooseTraining, type LocalChoice } from './local-choice.ts'
import { createLifeRecord, type LifeRecord } from './record.ts'

/** Runs one training after the other; a computer has no room for two. */
export type Turn = (work: () => Promise<void>) => Promise<void>

export interface LocalLifeOptions {
  readonly clock: Clock
  readonly turn: Turn
  /** The job's own; made when it is needed. */
  readonly directory: string
  /** The smallest of the trainer's models that is taken for a vendor's base model; a larger one when examples are long. */
  readonly smallest: BaseModelId
  readonly conversations: readonly TrainingExample[]
  readonly closing: AbortSignal
}

/** A job that really trains the trainer's toy model on the uploaded conversations: its losses are measured, its model answers. */
export function startLocalLife(order: TrainingOrder, options: LocalLifeOptions): Life {
  const record = createLifeRecord(options.clock)
  let stop = new AbortController()
  let choice: LocalChoice | undefined
  const work = async (signal: AbortSignal) => {
    choice ??= await validate(order, options, record)
    if (choice === undefined || signal.aborted) return
    if (record.phase() === 'validating') record.enter('queued')
    const chosen = choice
    await options.turn(() => runTraining(order, options, record, chosen, signal))
  }
  const go = () => {
    const signal = AbortSignal.any([stop.signal, options.closing])
    work(signal).catch((error: unknown) => {
      if (!signal.aborted) record.end('failed', { failure: explain(error) })
    })
  }
  go()
  return {
    look: () => record.view(),
    cancel() {
      if (isOver(record.phase())) return false
      record.end('cancelled', {})
      stop.abort()
      return true
    },
    pause() {
      if (record.phase() !== 'running' && record.phase() !== 'queued') return false
      record.enter('paused')
      stop.abort()
      return true
    },
    resume() {
      if (record.phase() !== 'paused') return false
      record.enter('queued')
      stop = new AbortController()
      go()
      return true
    },
  }
}

/** What to train; undefined once the job has ended for what was found. */
async function validate(
  order: TrainingOrder,
  { conversations, smallest }: LocalLifeOptions,
  record: LifeRecord,
): Promise<LocalChoice | undefined> {
  const { outcome, problem } = order
  const { code, message } = outcome
  const refused = outcome.end === 'refuse-data' ? { reason: 'refused-data' as const, code, message } : undefined
  const found = problem ?? refused
  const choice = found === undefined ? await chooseTraining(order, conversations, smallest) : { failure: found }
  if (!('failure' in choice)) return choice
  record.end('failed', choice)
  return undefined
}

async function runTraining(
  order: TrainingOrder,
  options: LocalLifeOptions,
  record: LifeRecord,
  choice: LocalChoice,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  const { end, code, message } = order.outcome
  record.enter('running')
  if (record.view().settings === undefined) record.add({ type: 'settings', settings: choice.settings })
  const result = await runTrainer(order, options, record, choice, signal)
  if (signal.aborted) return
  if (result === 'failed-as-asked') return record.end('failed', { failure: { reason: 'failed', code, message } })
  record.add({ type: 'evaluating' })
  if (end === 'refuse-model') return record.end('failed', { failure: { reason: 'refused-model', code, message } })
  record.end('succeeded', { model: { directory: result.modelDirectory }, trainedTokens: result.trainedTokens })
}

async function runTrainer(
  { outcome, validation, seed }: TrainingOrder,
  { directory, conversations }: LocalLifeOptions,
  record: LifeRecord,
  { baseModel, settings, hyperparameters }: LocalChoice,
  signal: AbortSignal,
): Promise<TrainingResult | 'failed-as-asked'> {
  const failing = new AbortController()
  const failAt = outcome.end === 'fail' ? Math.round(settings.totalSteps * (outcome.failAfter ?? 0.5)) : Infinity
  const follow = followEvents(directory, record)
  const request = {
    directory: join(directory, 'training'),
    baseModel,
    training: conversations,
    ...(validation?.conversations === undefined ? {} : { validation: validation.conversations }),
    hyperparameters,
    seed,
  }
  try {
    return await train(request, {
      signal: AbortSignal.any([signal, failing.signal]),
      checkpointEverySteps: settings.totalSteps / settings.epochs,
      onEvent(event) {
        follow(event)
        if (event.type === 'step' && event.step >= failAt) failing.abort()
      },
    })
  } catch (error) {
    if (failing.signal.aborted) return 'failed-as-asked'
    throw error
  }
}

/** Turns the trainer's events into entries. A job that was paused goes on after the steps it has told. */
function followEvents(directory: string, record: LifeRecord): (event: TrainingEvent) => void {
  const told = lastStep(record)
  const kept: string[] = []
  let validLoss: number | undefined
  let metrics: Metrics | undefined
  return (event) => {
    if (isOver(record.phase())) return
    if (event.type === 'validation') validLoss = event.loss
    if (event.type === 'step') {
      metrics = { step: event.step, totalSteps: event.totalSteps, trainLoss: event.loss, validLoss }
      if (event.step > told) record.add({ type: 'step', ...metrics })
    }
    if (event.type === 'checkpoint' && metrics !== undefined && event.step > told) {
      const artifact = keepCheckpoint(event.directory, join(directory, `checkpoint-${event.step}`), kept)
      record.add({ type: 'checkpoint', artifact, ...metrics, validLoss, fullValidLoss: validLoss })
    }
  }
}

/** The trainer keeps two checkpoints; vendors keep three. */
const KEPT_CHECKPOINTS = 3

/** Copied at once, in the same turn: the trainer removes it two checkpoints later. */
function keepCheckpoint(source: string, target: string, kept: string[]): ModelArtifact {
  cpSync(source, target, { recursive: true })
  kept.push(target)
  if (kept.length > KEPT_CHECKPOINTS) rmSync(kept.shift() ?? target, { recursive: true, force: true })
  return { directory: target }
}

function lastStep(record: LifeRecord): number {
  const { entries } = record.view()
  return entries.reduce((last, entry) => (entry.type === 'step' ? Math.max(last, entry.step) : last), 0)
}

function explain(error: unknown): Failure {
  const message = isTrainerError(error) ? error.message : 'The training stopped unexpectedly.'
  return { reason: 'failed', code: 'server_error', message: `The local engine failed: ${message}` }
}
