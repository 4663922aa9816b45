import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { elements, parameterShapes, type ModelSize, type Weights } from '../engine/parameters.ts'
import { TrainerError } from '../errors.ts'
import type { Merge } from '../tokenizer/fit.ts'
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts'
import { firstMergedId, special, specialCount } from '../tokenizer/tokens.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

/** A model in memory: everything that a model directory holds. */
export interface StoredModel {
  /** The base model that training started from, at the root of a chain of trainings. */
  readonly baseModel: string
  readonly size: ModelSize
  readonly tokenizer: Tokenizer
  readonly weights: Weights
}

const format = 'anytune-trainer'
const formatVersion = 1

/** The three files of a model directory by name. */
export function encodeModel(model: StoredModel): Readonly<Record<string, Uint8Array | string>> {
  const { baseModel, size, tokenizer, weights } = model
  return {
    'model.safetensors': encodeSafetensors(weights, { format }),
    'tokenizer.json': JSON.stringify({
      format,
      formatVersion,
      special,
      merges: tokenizer.merges,
      phrases: tokenizer.phrases,
    }),
    'config.json': `${JSON.stringify({ format, formatVersion, baseModel, ...size }, undefined, 2)}\n`,
  }
}

/** Reads a model directory back; a missing, malformed or inconsistent file is refused with `broken-model`. */
export async function readModel(directory: string): Promise<StoredModel> {
  const config = await readJson(directory, 'config.json')
  const size = readSize(config, directory)
  const tokenizer = readTokenizer(await readJson(directory, 'tokenizer.json'), directory)
  if (tokenizer.vocabulary > size.vocabulary) throw broken(directory, 'its tokenizer has more tokens than its weights')
  const weights = await readTensors(directory, 'model.safetensors')
  return {
    baseModel: String(config['baseModel']),
    size,
    tokenizer,
    weights: selectWeights(weights, size, '', directory),
  }
}

/** All tensors of a safetensors file in a directory. */
export async function readTensors(directory: string, name: string): Promise<Weights> {
  return decodeSafetensors(await readBytes(directory, name), join(directory, name))
}

/** The weights of a model of this size out of tensors whose names carry a prefix, in the canonical order. */
export function selectWeights(tensors: Weights, size: ModelSize, prefix: string, directory: string): Weights {
  const entries = parameterShapes(size).map(([name, shape]) => {
    const tensor = tensors[prefix + name]
    if (tensor === undefined) throw broken(directory, `the weight ${name} is missing`)
    if (tensor.shape.join() !== shape.join())
      throw broken(directory, `the weight ${name} has another shape than config.json says`)
    return [name, { shape, data: tensor.data }] as const
  })
  return Object.fromEntries(entries)
}

/** Weights of zeros. */
export function zeroWeights(size: ModelSize): Weights {
  const zeros = parameterShapes(size).map(
    ([name, shape]) => [name, { shape, data: new Float32Array(elements(shape)) }] as const,
  )
  return Object.fromEntries(zeros)
}

/** A JSON object from a file of a model directory. */
export async function readJson(directory: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const text = new TextDecoder().decode(await readBytes(directory, name))
  const value: unknown = parseJson(text, directory, name)
  if (typeof value !== 'object' || value === null) throw broken(directory, `${name} is no JSON object`)
  return value as Readonly<Record<string, unknown>> // an object: checked above
}

function parseJson(text: string, directory: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TrainerError('broken-model', `${directory} is no usable model: ${name} is not JSON.`, { cause })
  }
}

async function readBytes(directory: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(directory, name))
  } catch (cause) {
    throw new TrainerError('broken-model', `${directory} is no model directory: ${name} cannot be read.`, { cause })
  }
}

function readSize(config: Readonly<Record<string, unknown>>, directory: string): ModelSize {
  if (config['format'] !== format || config['formatVersion'] !== formatVersion) {
    throw broken(directory, 'config.json was written by something else or by another version')
  }
  const count = (name: keyof ModelSize) => {
    const value = config[name]
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
      throw broken(directory, `config.json has no valid ${name}`)
    return value
  }
  return {
    layers: count('layers'),
    width: count('width'),
    heads: count('heads'),
    contextTokens: count('contextTokens'),
    vocabulary: count('vocabulary'),
  }
}

function readTokenizer(json: Readonly<Record<string, unknown>>, directory: string): Tokenizer {
  const merges = readMerges(json, 'merges', firstMergedId, directory)
  return createTokenizer(merges, readMerges(json, 'phrases', firstMergedId + merges.length, directory))
}

/** A merge may join only ids that exist before it. */
function readMerges(
  json: Readonly<Record<string, unknown>>,
  name: string,
  firstId: number,
  directory: string,
): readonly Merge[] {
  const merges = json[name]
  if (!Array.isArray(merges)) throw broken(directory, `tokenizer.json has no list of ${name}`)
  return merges.map((merge: unknown, index): Merge => {
    const valid = (id: unknown): id is number =>
      Number.isSafeInteger(id) && Number(id) >= specialCount && Number(id) < firstId + index
    const [left, right]: unknown[] = Array.isArray(merge) && merge.length === 2 ? merge : []
    if (!valid(left) || !valid(right))
      throw broken(directory, `entry ${index} of ${name} in tokenizer.json is malformed`)
    return [left, right]
  })
}

function broken(directory: string, why: string): TrainerError {
  return new TrainerError('broken-model', `${directory} is no usable model: ${why}.`)
}
