import { parameterCount } from './engine/parameters.ts'

/** A starting point: the size of a transformer whose weights are drawn from the seed, so it knows nothing yet. */
export interface BaseModel {
  readonly id: BaseModelId
  readonly layers: number
  readonly width: number
  readonly heads: number
  /** The longest conversation in tokens, markers of the chat format included. */
  readonly contextTokens: number
  /** The largest number of token ids; a small dataset uses fewer, and the model is then smaller. */
  readonly vocabulary: number
  /** Weights at the full vocabulary. */
  readonly parameters: number
  readonly description: string
}

export type BaseModelId = 'scratch-tiny' | 'scratch-small' | 'scratch-medium'

/** The base models by id; every one is a toy that learns a format and labels from the data and knows nothing else. */
export const BASE_MODELS: Readonly<Record<BaseModelId, BaseModel>> = {
  'scratch-tiny': baseModel('scratch-tiny', { layers: 2, width: 64, heads: 4, contextTokens: 256, vocabulary: 1024 }),
  'scratch-small': baseModel('scratch-small', {
    layers: 2,
    width: 128,
    heads: 4,
    contextTokens: 512,
    vocabulary: 2048,
  }),
  'scratch-medium': baseModel('scratch-medium', {
    layers: 4,
    width: 192,
    heads: 6,
    contextTokens: 1024,
    vocabulary: 4096,
  }),
}

/** A hyperparameter's default with the range that is accepted. */
export interface HyperparameterRange {
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}

/** What may be chosen for a training. */
export interface Hyperparameters {
  /** Passes over the training examples. */
  readonly epochs: number
  /** Examples per optimizer step. */
  readonly batchSize: number
  /** The peak of the schedule. */
  readonly learningRate: number
}

/** Defaults and accepted ranges per base model; a larger dataset gets fewer epochs when none are chosen, see `suggestEpochs`. */
export const DEFAULT_HYPERPARAMETERS: Readonly<
  Record<BaseModelId, Readonly<Record<keyof Hyperparameters, HyperparameterRange>>>
> = {
  'scratch-tiny': hyperparameters(24, 16, 4e-3),
  'scratch-small': hyperparameters(24, 16, 4e-3),
  'scratch-medium': hyperparameters(24, 16, 2e-3),
}

/** Looks a base model up by id; undefined for anything else, a model directory included. */
export function findBaseModel(id: string): BaseModel | undefined {
  return Object.hasOwn(BASE_MODELS, id) ? BASE_MODELS[id as BaseModelId] : undefined // own key: checked before
}

/** Epochs that keep a training within a minute or a few on a laptop as the dataset grows; `trainingTokens` is one pass over it. */
export function suggestEpochs(baseModel: BaseModelId, trainingTokens: number): number {
  const { default: most } = DEFAULT_HYPERPARAMETERS[baseModel].epochs
  return Math.min(most, Math.max(fewestEpochs, Math.round(tokenBudget / Math.max(1, trainingTokens))))
}

/** Tokens after which a training has had its chance: about two minutes of `scratch-small` on one server core with short examples. */
const tokenBudget = 600_000
const fewestEpochs = 3

function baseModel(id: BaseModelId, size: Omit<BaseModel, 'id' | 'parameters' | 'description'>): BaseModel {
  const parameters = parameterCount(size)
  const millions = (parameters / 1e6).toFixed(1)
  const description = `A ${millions} M parameter toy transformer, ${size.layers} layers of width ${size.width}, untrained: it learns your format and labels and knows nothing.`
  return { id, ...size, parameters, description }
}

function hyperparameters(epochs: number, batchSize: number, learningRate: number) {
  return {
    epochs: { default: epochs, minimum: 1, maximum: 1000 },
    batchSize: { default: batchSize, minimum: 1, maximum: 256 },
    learningRate: { default: learningRate, minimum: 1e-6, maximum: 0.1 },
  }
}
