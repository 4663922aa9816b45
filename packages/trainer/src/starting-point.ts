import { createHash } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import {
  BASE_MODELS,
  DEFAULT_HYPERPARAMETERS,
  findBaseModel,
  suggestEpochs,
  type BaseModelId,
  type Hyperparameters,
} from './base-models.ts'
import type { TrainingExample } from './chat.ts'
import { initialWeights, type ModelSize, type Weights } from './engine/parameters.ts'
import { TrainerError } from './errors.ts'
import { createRandom } from './random.ts'
import { errorCode } from './store/files.ts'
import { readModel, type StoredModel } from './store/model-files.ts'
import { createTokenizer, fitTokenizer, type Tokenizer } from './tokenizer/tokenizer.ts'
import { stat } from 'node:fs/promises'

/** What a base model brings: its size, and for a model trained before its tokenizer and weights too. */
export interface StartingPoint {
  readonly baseModel: BaseModelId
  readonly contextTokens: number
  /** The model that is tuned further; undefined when the weights are drawn from the seed. */
  readonly earlier?: StoredModel
}

/** Looks up a base model id or opens a model directory; anything else is refused with `invalid-request`. */
export async function openStartingPoint(baseModel: string): Promise<StartingPoint> {
  const base = findBaseModel(baseModel)
  if (base !== undefined) return { baseModel: base.id, contextTokens: base.contextTokens }
  if (!(await isDirectory(baseModel))) {
    const known = Object.keys(BASE_MODELS).join(', ')
    throw new TrainerError(
      'invalid-request',
      `There is no base model and no model directory ${baseModel}. Use ${known} or a directory.`,
    )
  }
  const earlier = await readModel(isAbsolute(baseModel) ? baseModel : resolve(baseModel))
  const root = findBaseModel(earlier.baseModel)
  if (root === undefined)
    throw new TrainerError('broken-model', `${baseModel} names an unknown base model in its config.json.`)
  return { baseModel: root.id, contextTokens: earlier.size.contextTokens, earlier }
}

/** The tokenizer of a training: the earlier model's, or one fitted to all messages of the training examples. */
export function tokenizerFor(start: StartingPoint, training: readonly TrainingExample[]): Tokenizer {
  if (start.earlier !== undefined) return start.earlier.tokenizer
  const messages = training.flatMap((example) => example.messages)
  const texts = messages.map(({ content }) => content)
  const answers = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)
  return fitTokenizer({ texts, answers }, BASE_MODELS[start.baseModel].vocabulary)
}

/** The model that a training begins with. */
export function initialModel(start: StartingPoint, tokenizer: Tokenizer, seed: number): StoredModel {
  if (start.earlier !== undefined) return start.earlier
  const { layers, width, heads, contextTokens } = BASE_MODELS[start.baseModel]
  const size: ModelSize = {
    layers,
    width,
    heads,
    contextTokens,
    vocabulary: roundUp(tokenizer.vocabulary, vocabularyStep),
  }
  return {
    baseModel: start.baseModel,
    size,
    tokenizer,
    weights: initialWeights(size, createRandom(seed, initialization)),
  }
}

/** An untrained model that reads and writes single bytes. */
export function untrainedModel(baseModel: BaseModelId): StoredModel {
  const start: StartingPoint = { baseModel, contextTokens: BASE_MODELS[baseModel].contextTokens }
  return initialModel(start, createTokenizer([], []), 0)
}

/** Fills in defaults and checks the ranges; a value out of range is refused with `invalid-request`. */
export function completeHyperparameters(
  start: StartingPoint,
  trainingTokens: number,
  chosen: Partial<Hyperparameters> = {},
): Hyperparameters {
  const ranges = DEFAULT_HYPERPARAMETERS[start.baseModel]
  const pick = (name: keyof Hyperparameters, fallback: number): number => {
    const value = chosen[name] ?? fallback
    const { minimum, maximum } = ranges[name]
    const whole = name === 'learningRate' || Number.isInteger(value)
    if (whole && value >= minimum && value <= maximum) return value
    const kind = name === 'learningRate' ? 'a number' : 'a whole number'
    throw new TrainerError('invalid-request', `${name} is ${value}; it must be ${kind} from ${minimum} to ${maximum}.`)
  }
  return {
    epochs: pick('epochs', suggestEpochs(start.baseModel, trainingTokens)),
    batchSize: pick('batchSize', ranges.batchSize.default),
    learningRate: pick('learningRate', ranges.learningRate.default),
  }
}

/** A digest of weights, so that a fingerprint depends on the earlier model's content and not on where it lies. */
export function weightsDigest(weights: Weights): Uint8Array {
  const hash = createHash('sha256')
  for (const [name, { data }] of Object.entries(weights)) {
    hash.update(name)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest()
}

/** Rounds up to a multiple. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}

/** The engine's kernels are vectorized over multiples of 4; 16 leaves no rest in its tiles. */
const vocabularyStep = 16
/** Tells the stream of the initial weights from the other streams of the same seed. */
const initialization = 1

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false
    throw error
  }
}
