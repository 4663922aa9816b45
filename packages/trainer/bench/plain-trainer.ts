import type { Batch } from '../src/engine/engine.ts'
import type { ModelSize, Weights } from '../src/engine/parameters.ts'
import { lossAndGradient, toValues, updateWeights, zerosLike } from '../test/oracle/plain-model.ts'

/** The tests' plain model as a trainer: the slowest honest baseline, straightforward loops that V8 compiles. */
export function createPlainTrainer(size: ModelSize, initial: Weights) {
  const weights = toValues(initial)
  const moments = { first: zerosLike(weights), second: zerosLike(weights) }
  let steps = 0
  return {
    /** One step; the loss before it. */
    step(batch: Batch, rate: number): number {
      const gradient = zerosLike(weights)
      const loss = lossAndGradient(size, weights, batch, gradient)
      updateWeights(size, weights, gradient, moments, ++steps, rate)
      return loss
    },
  }
}
