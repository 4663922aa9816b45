import type { Metrics, TrainingOrder } from './life.ts'

/**
 * The figures of a job that follows the schedule. They are a formula, not a measurement: a loss that falls from a height given by the
 * size of the data, with a small ripple from the seed, so that the same job always shows the same curve.
 */
export function scheduledMetrics(order: TrainingOrder, step: number, totalSteps: number, endsEpoch: boolean): Metrics {
  const progress = step / totalSteps
  const start = 1 + Math.log10(1 + order.training.characters) / 4
  const ripple = 0.03 * Math.sin(step + (order.seed % 97))
  const trainLoss = round(FLOOR + (start - FLOOR) * Math.exp(-3 * progress) + ripple)
  const validLoss = order.validation === undefined ? undefined : round(trainLoss * 1.1)
  const whole = endsEpoch && validLoss !== undefined
  return {
    step,
    totalSteps,
    trainLoss,
    trainAccuracy: accuracy(trainLoss),
    ...(validLoss === undefined ? {} : { validLoss, validAccuracy: accuracy(validLoss) }),
    ...(whole ? { fullValidLoss: round(validLoss * 1.01), fullValidAccuracy: accuracy(validLoss * 1.01) } : {}),
    ...(order.method === 'reinforcement' ? rewards(progress, order.validation !== undefined) : {}),
  }
}

/** Below this no scheduled loss falls. */
const FLOOR = 0.2

function rewards(progress: number, validated: boolean): Partial<Metrics> {
  const trainReward = round(0.2 + 0.6 * progress)
  return { trainReward, ...(validated ? { validReward: round(trainReward * 0.95) } : {}) }
}

function accuracy(loss: number): number {
  return round(Math.exp(-loss))
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
