import type { RunEvent } from '@anytune/core'

/** A loss at a step, in nats for each token of the answers. */
export interface LossPoint {
  readonly step: number
  readonly loss: number
}

/** How the loss fell while the model was trained, each line by ascending step. */
export interface LossCurve {
  readonly training: readonly LossPoint[]
  readonly validation: readonly LossPoint[]
}

/** Takes the losses out of a run's events. */
export function recordCurve(): { add(event: RunEvent): void; curve(): LossCurve } {
  // By step: a step that was made twice, because the training was interrupted, counts as it was made last.
  const training = new Map<number, number>()
  const validation = new Map<number, number>()
  return {
    add(event) {
      if (event.type !== 'job' || event.event.type !== 'metrics') return
      const { step, values } = event.event
      const { loss, validationLoss } = values
      if (loss !== undefined) training.set(step, loss)
      if (validationLoss !== undefined) validation.set(step, validationLoss)
    },
    curve: () => ({ training: points(training), validation: points(validation) }),
  }
}

function points(losses: ReadonlyMap<number, number>): readonly LossPoint[] {
  return [...losses].map(([step, loss]) => ({ step, loss })).sort((one, other) => one.step - other.step)
}

/** Points that {@link smoothed} takes the mean of, an odd number; some 40 times as many make the whole curve. */
export function smoothingSteps(points: readonly LossPoint[]): number {
  return 2 * Math.round(points.length / 80) + 1
}

/** The mean of each point and its neighbours: single steps jump, because their examples differ. */
export function smoothed(points: readonly LossPoint[]): readonly LossPoint[] {
  const aside = (smoothingSteps(points) - 1) / 2
  return points.map(({ step }, index) => {
    const around = points.slice(Math.max(0, index - aside), index + aside + 1)
    return { step, loss: around.reduce((sum, { loss }) => sum + loss, 0) / around.length }
  })
}
