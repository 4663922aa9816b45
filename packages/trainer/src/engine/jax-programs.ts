import { jit, numpy as np, valueAndGrad, type Array as JaxArray } from '@jax-js/jax'
import { recipe } from '../recipe.ts'
import { lossOf, oneHotIds, type Arrays, type BatchArrays } from './jax-model.ts'
import { rateFactor, type ModelSize } from './parameters.ts'

/** What AdamW reads: the state, the whole gradient, and this step's scalars. */
export type UpdateInput = {
  weights: Arrays
  first: Arrays
  second: Arrays
  gradient: Arrays
  rate: JaxArray
  firstCorrection: JaxArray
  secondCorrection: JaxArray
}

/** The compiled programs of a model size; each is traced once per batch shape. */
export function compilePrograms(size: ModelSize) {
  return {
    /** Adds a batch's gradient to the sum so far. */
    accumulate: jit((weights: Arrays, sum: Arrays, batch: BatchArrays) => {
      const { loss, gradient } = lossAndGradient(size, weights, batch)
      return { loss, gradient: mapNames(gradient, (name) => read(sum, name).add(read(gradient, name))) }
    }),
    /** One AdamW step on the clipped gradient. */
    update: jit(updateWeights),
    /** The loss without dropout and without learning. */
    evaluate: jit((weights: Arrays, batch: BatchArrays) => {
      const embedded = np.matmul(oneHotIds(batch.ids.ref, size), read(weights, 'embedding').ref)
      return lossOf(size, false)(weights, embedded, batch)
    }),
  }
}

function lossAndGradient(size: ModelSize, weights: Arrays, batch: BatchArrays) {
  // Embedding outside of the differentiated function: the transposed product would be compiled into one loop that
  // computes the incoming gradient anew for every token id (13 times slower, @jax-js/jax 0.1.25).
  const hot = oneHotIds(batch.ids.ref, size)
  const embedded = np.matmul(hot.ref, read(weights, 'embedding').ref)
  const differentiated = valueAndGrad(lossOf(size, true), { argnums: [0, 1] })
  const [loss, [gradient, embeddedGradient]] = differentiated(weights, embedded, batch)
  const looked = np.matmul(hot.transpose(), embeddedGradient)
  return { loss, gradient: { ...gradient, embedding: read(gradient, 'embedding').add(looked) } }
}

function updateWeights(input: UpdateInput) {
  const { weights, first, second, gradient, rate, firstCorrection, secondCorrection } = input
  const squares = Object.values(gradient).map((values) => np.sum(np.square(values.ref)))
  const norm = np.sqrt(squares.reduce((total, square) => total.add(square)))
  const scale = np.minimum(np.reciprocal(norm.ref).mul(recipe.largestGradientNorm), 1)
  const clipped = mapNames(gradient, (name) => read(gradient, name).mul(scale.ref))
  const nextFirst = mapNames(first, (name) => blend(read(first, name), read(clipped, name).ref, recipe.firstDecay))
  const nextSecond = mapNames(second, (name) =>
    blend(read(second, name), np.square(read(clipped, name)), recipe.secondDecay),
  )
  const nextWeights = mapNames(weights, (name) => {
    const root = np.sqrt(read(nextSecond, name).ref.mul(secondCorrection.ref)).add(epsilon)
    const change = read(nextFirst, name).ref.mul(firstCorrection.ref).div(root)
    const values = read(weights, name)
    // Gains are left alone: pulling them to zero would only be undone by the next layer.
    const decay = values.shape.length > 1 ? recipe.weightDecay : 0
    const ownRate = rate.ref.mul(rateFactor(name))
    return values.mul(ownRate.ref.mul(-decay).add(1)).sub(change.mul(ownRate))
  })
  for (const scalar of [scale, rate, firstCorrection, secondCorrection]) scalar.dispose()
  return { weights: nextWeights, first: nextFirst, second: nextSecond, norm }
}

const epsilon = 1e-8

function blend(mean: JaxArray, value: JaxArray, decay: number): JaxArray {
  return mean.mul(decay).add(value.mul(1 - decay))
}

function mapNames(arrays: Arrays, map: (name: string) => JaxArray): Arrays {
  return Object.fromEntries(Object.keys(arrays).map((name) => [name, map(name)]))
}

function read(arrays: Arrays, name: string): JaxArray {
  const array = arrays[name]
  if (array === undefined) throw new RangeError(`The arrays lack ${name}.`)
  return array
}
