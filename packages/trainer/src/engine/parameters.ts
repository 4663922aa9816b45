import { recipe } from '../recipe.ts'
import type { Random } from '../random.ts'

/** What fixes the shape of every weight. */
export interface ModelSize {
  readonly layers: number
  readonly width: number
  readonly heads: number
  readonly contextTokens: number
  readonly vocabulary: number
}

/** A weight as it is stored: row-major values with their shape. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by name; the order of the keys is the order of `parameterShapes`. */
export type Weights = Readonly<Record<string, Tensor>>

/** The weights of one layer, in the order in which they are used. */
export const layerParts = [
  'attentionNorm',
  'query',
  'key',
  'value',
  'attentionOut',
  'mlpNorm',
  'mlpIn',
  'mlpOut',
] as const

export type LayerPart = (typeof layerParts)[number]

/**
 * Parts that learn at a tenth of the rate: they decide what is attended to and how words combine.
 * At the full rate a few hundred examples are learned by heart through them before the words' own meaning is.
 */
const slowParts: readonly string[] = ['query', 'key', 'mlpIn', 'mlpOut'] satisfies LayerPart[]

/** The factor of the learning rate for a weight. */
export function rateFactor(name: string): number {
  return slowParts.includes(name.slice(name.lastIndexOf('.') + 1)) ? recipe.slowRateFactor : 1
}

/** The name of a layer's weight, such as `layers.0.query`. */
export function layerName(layer: number, part: LayerPart): string {
  return `layers.${layer}.${part}`
}

/** Name and shape of every weight; matrices are [inputs, outputs], the embedding is [vocabulary, width] and tied to the output. */
export function parameterShapes(size: ModelSize): readonly (readonly [name: string, shape: readonly number[]])[] {
  const { width, layers, vocabulary } = size
  const shapes: Record<LayerPart, readonly number[]> = {
    attentionNorm: [width],
    query: [width, width],
    key: [width, width],
    value: [width, width],
    attentionOut: [width, width],
    mlpNorm: [width],
    mlpIn: [width, 4 * width],
    mlpOut: [4 * width, width],
  }
  const ofLayers = Array.from({ length: layers }, (_, layer) =>
    layerParts.map((part) => [layerName(layer, part), shapes[part]] as const),
  )
  return [['embedding', [vocabulary, width]], ...ofLayers.flat(), ['finalNorm', [width]]]
}

/** The number of weights of a model of this size. */
export function parameterCount(size: ModelSize): number {
  return parameterShapes(size).reduce((total, [, shape]) => total + elements(shape), 0)
}

/** The number of values of a tensor of this shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/**
 * Fresh weights: gains of one, embeddings normal and small, matrices at 1/sqrt(inputs), those that write to the residual
 * stream smaller with depth; queries of zero, so that attention starts as the plain mean of what is seen.
 */
export function initialWeights(size: ModelSize, random: Random): Weights {
  const entries = parameterShapes(size).map(([name, shape]) => {
    const deviation = initialDeviation(name, shape, size)
    const data = new Float32Array(elements(shape))
    for (let index = 0; index < data.length; index++) data[index] = shape.length === 1 ? 1 : random.normal() * deviation
    return [name, { shape, data }] as const
  })
  return Object.fromEntries(entries)
}

function initialDeviation(name: string, shape: readonly number[], { layers }: ModelSize): number {
  if (name === 'embedding') return recipe.embeddingDeviation
  if (name.endsWith('query')) return 0
  const inputs = shape[0] ?? 1
  const writesToResidual = name.endsWith('Out')
  return 1 / Math.sqrt(inputs) / (writesToResidual ? Math.sqrt(2 * layers) : 1)
}
