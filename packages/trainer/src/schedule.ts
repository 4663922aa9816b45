import { createRandom, shuffledIndices } from './random.ts'
import type { Encoding } from './encode.ts'
import type { Hyperparameters } from './base-models.ts'
import { planRows, slotsOf, type BatchShape, type RowPlan } from './pack.ts'
import { roundUp } from './starting-point.ts'

/** The order of a whole training; each step's examples follow from the seed and the step alone. */
export interface Schedule {
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly shape: BatchShape
  /** The examples of a step (counted from 0), by index. */
  examplesOf(step: number): readonly number[]
  /** The rate of a step (counted from 0): a linear rise over the first tenth, then half a cosine down to a twentieth. */
  learningRateOf(step: number): number
}

/** Bounds the memory of a step: the activations of this many tokens are alive at once, larger batches are summed up in parts. */
const tokensPerPart = 1536
const shortestRow = 64
const lengthStep = 16
const slotStep = 8
/** Row lengths tried, from the longest example on. */
const candidateLengths = 9
const sampledBatches = 200
const warmUpShare = 0.1
const lowestShare = 0.05
const orderStream = 2

/** Plans a training over these examples; the shape serves the validation examples too. */
export function planSchedule(
  encodings: readonly Encoding[],
  validation: readonly Encoding[],
  { epochs, batchSize, learningRate }: Hyperparameters,
  seed: number,
): Schedule {
  const stepsPerEpoch = Math.ceil(encodings.length / batchSize)
  const totalSteps = stepsPerEpoch * epochs
  const order = rememberLast((epoch) => shuffledIndices(encodings.length, createRandom(seed, orderStream, epoch)))
  const examplesOf = (step: number) => {
    const first = (step % stepsPerEpoch) * batchSize
    return Array.from(order(Math.floor(step / stepsPerEpoch)).subarray(first, first + batchSize))
  }
  const batches = Array.from({ length: totalSteps }, (_, step) => examplesOf(step))
  const warmUp = Math.max(1, Math.round(totalSteps * warmUpShare))
  return {
    stepsPerEpoch,
    totalSteps,
    shape: chooseShape(encodings, batches, validation),
    examplesOf,
    learningRateOf(step) {
      if (step < warmUp) return (learningRate * (step + 1)) / warmUp
      const progress = (step - warmUp) / (totalSteps - warmUp)
      return learningRate * (lowestShare + (1 - lowestShare) * 0.5 * (1 + Math.cos(Math.PI * progress)))
    },
  }
}

/** One shape for all batches, as small as they allow: each new shape would be compiled anew. */
function chooseShape(
  encodings: readonly Encoding[],
  batches: readonly (readonly number[])[],
  validation: readonly Encoding[],
): BatchShape {
  const length = chooseLength(encodings, batches, validation)
  const plans = batches.map((batch) => planRows(encodings, batch, length))
  const slots = (all: readonly Encoding[], plan: RowPlan) => plan.map((row) => slotsOf(all, row))
  const measured = planRows(validation, validation.keys(), length)
  const neededSlots = [...plans.flatMap((plan) => slots(encodings, plan)), ...slots(validation, measured)]
  return {
    length,
    rows: Math.min(largest(plans.map((plan) => plan.length)), Math.max(1, Math.floor(tokensPerPart / length))),
    slots: roundUp(largest(neededSlots), slotStep),
  }
}

/** The row length into which the examples pack best: a little longer than the longest often wastes far less. */
function chooseLength(
  encodings: readonly Encoding[],
  batches: readonly (readonly number[])[],
  validation: readonly Encoding[],
): number {
  const longest = roundUp(
    largest([shortestRow, ...[...encodings, ...validation].map(({ ids }) => ids.length)]),
    lengthStep,
  )
  const sample = batches.slice(0, sampledBatches)
  const candidates = Array.from({ length: candidateLengths }, (_, step) => longest + step * lengthStep)
  const tokens = candidates.map(
    (length) => length * largest(sample.map((batch) => planRows(encodings, batch, length).length)),
  )
  return candidates[tokens.indexOf(Math.min(...tokens))] ?? longest
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 1)
}

function rememberLast<Value>(compute: (key: number) => Value): (key: number) => Value {
  let last: { readonly key: number; readonly value: Value } | undefined
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) }
    return last.value
  }
}
