import type { OpenAI } from 'openai'
import { newId } from '../server/identifiers.ts'
import type { LifeEntry, LifeView, Metrics, Phase } from '../training/life.ts'
import { describeFailure } from './failure.ts'
import type { StoredJob } from './stored-job.ts'

/**
 * An event as the API shows it. Its type is open: the guide shows `moderation_checks`, which neither the schema nor the SDK has.
 */
export type StoredEvent = Omit<OpenAI.FineTuning.FineTuningJobEvent, 'type'> & {
  readonly type: 'message' | 'metrics' | 'moderation_checks'
}

type Told = Pick<StoredEvent, 'message'> & Partial<Pick<StoredEvent, 'level' | 'type' | 'data'>>

/** What OpenAI tells about something that happened to a job, oldest first. */
export function eventsOf(job: StoredJob, entry: LifeEntry, view: LifeView): readonly StoredEvent[] {
  return tell(job, entry, view).map(({ message, level = 'info', type = 'message', data = {} }) => ({
    object: 'fine_tuning.job.event',
    id: newId('ftevent-'),
    created_at: Math.floor(entry.at / 1000),
    level,
    message,
    type,
    data,
  }))
}

function tell(job: StoredJob, entry: LifeEntry, view: LifeView): readonly Told[] {
  switch (entry.type) {
    case 'phase':
      return PHASES[entry.phase](job, entry.from, view)
    case 'settings':
      return []
    case 'step':
      return [{ type: 'metrics', message: stepMessage(entry), data: metricsData(entry) }]
    case 'checkpoint':
      return [{ message: `Checkpoint created at step ${entry.step}`, data: { step: entry.step } }]
    case 'evaluating':
      return [{ message: 'Evaluating model against our usage policies' }]
  }
}

const PHASES: Readonly<Record<Phase, (job: StoredJob, from: Phase | undefined, view: LifeView) => readonly Told[]>> = {
  validating: ({ id, request }) => [
    { message: `Created fine-tuning job: ${id}` },
    { message: `Validating training file: ${request.training_file}` },
    ...(request.validation_file == null ? [] : [{ message: `Validating validation file: ${request.validation_file}` }]),
  ],
  queued: (_, from) =>
    from === 'paused'
      ? [{ message: 'The job was resumed' }]
      : [{ message: 'Files validated, moving job to queued state' }],
  running: () => [{ message: 'Fine-tuning job started' }],
  paused: () => [{ message: 'The job was paused' }],
  succeeded: ({ model }) => [
    moderationChecks(`Moderation checks for snapshot ${model} passed.`, false),
    { message: `New fine-tuned model created: ${model}` },
    { message: 'The job has successfully completed' },
  ],
  failed: (_, __, { failure }) => {
    const { message } = describeFailure(failure)
    const safety = failure?.reason === 'refused-model' || failure?.reason === 'refused-data'
    return [...(safety ? [moderationChecks(message, true)] : []), { level: 'error', message }]
  },
  cancelled: () => [{ message: 'The job was cancelled' }],
}

/** As the guide's section on safety shows it. */
function moderationChecks(message: string, blocked: boolean): Told {
  const results = SAFETY_CATEGORIES.map((category, index) => ({
    category,
    flagged: blocked && index === 0,
    enforcement: 'blocking',
  }))
  return { type: 'moderation_checks', level: blocked ? 'error' : 'info', message, data: { blocked, results } }
}

const SAFETY_CATEGORIES = [
  'harassment/threatening',
  'hate',
  'illicit',
  'self-harm',
  'sexual/minors',
  'violence',
] as const

function stepMessage({ step, totalSteps, trainLoss, validLoss, fullValidLoss, trainReward }: Metrics): string {
  const figures = [
    ...(trainReward === undefined
      ? [`training loss=${trainLoss.toFixed(2)}`]
      : [`training reward=${trainReward.toFixed(2)}`]),
    ...(validLoss === undefined ? [] : [`validation loss=${validLoss.toFixed(2)}`]),
    ...(fullValidLoss === undefined ? [] : [`full validation loss=${fullValidLoss.toFixed(2)}`]),
  ]
  return `Step ${step}/${totalSteps}: ${figures.join(', ')}`
}

function metricsData(metrics: Metrics): Readonly<Record<string, number>> {
  const { step, totalSteps, trainReward, validReward } = metrics
  const named: Readonly<Record<string, number | undefined>> = {
    step,
    total_steps: totalSteps,
    ...showMetrics(metrics),
    train_reward_mean: trainReward,
    valid_reward_mean: validReward,
  }
  return onlyDefined(named)
}

/** Metrics under the names that checkpoints and events share; what was not measured is left out. */
export function showMetrics(metrics: Metrics): Readonly<Record<string, number>> {
  return onlyDefined({
    step: metrics.step,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainAccuracy,
    valid_loss: metrics.validLoss,
    valid_mean_token_accuracy: metrics.validAccuracy,
    full_valid_loss: metrics.fullValidLoss,
    full_valid_mean_token_accuracy: metrics.fullValidAccuracy,
  })
}

function onlyDefined(named: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
