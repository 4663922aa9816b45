import { findBaseModel } from '../base-models.ts'
import type { ChatMessage } from '../chat.ts'
import { encodePrompt } from '../encode.ts'
import { TrainerError } from '../errors.ts'
import { untrainedModel } from '../starting-point.ts'
import { readModel, type StoredModel } from '../store/model-files.ts'
import { special, specialCount } from '../tokenizer/tokens.ts'
import { createRandom, type Random } from '../random.ts'
import { createDecoder, type Decoder } from './decoder.ts'

/** How an answer is drawn. */
export interface GenerateOptions {
  /** Tokens of the answer at most; the context limits it too. Default 256. */
  readonly maxTokens?: number
  /** 0 (the default) always takes the most likely token. */
  readonly temperature?: number
  /** Draws among this many most likely tokens only. */
  readonly topK?: number
  /** Fixes the draws at a temperature above 0. Default 0. */
  readonly seed?: number
  /** Rejects with the signal's reason between two tokens. */
  readonly signal?: AbortSignal
}

/** A toy model that answers. */
export interface LanguageModel {
  readonly baseModel: string
  readonly contextTokens: number
  readonly parameters: number
  /** Tokens of these messages and the marker that asks for an answer. */
  countTokens(messages: readonly ChatMessage[]): number
  /**
   * The answer in pieces of whole characters, as they are decoded.
   * Messages that leave no room for an answer are refused with `example-too-long`.
   */
  generate(messages: readonly ChatMessage[], options?: GenerateOptions): AsyncIterable<string>
}

/** Opens a model directory or checkpoint; a base model id gives its untrained weights, so that "before" can be shown. */
export async function loadModel(directoryOrBaseModel: string): Promise<LanguageModel> {
  const base = findBaseModel(directoryOrBaseModel)
  const model = base === undefined ? await readModel(directoryOrBaseModel) : untrainedModel(base.id)
  const { size, tokenizer, weights } = model
  return {
    baseModel: model.baseModel,
    contextTokens: size.contextTokens,
    parameters: Object.values(weights).reduce((total, { data }) => total + data.length, 0),
    countTokens: (messages) => encodePrompt(tokenizer, messages).ids.length,
    generate: (messages, options = {}) => answer(model, messages, options),
  }
}

const defaultMaxTokens = 256

async function* answer(
  model: StoredModel,
  messages: readonly ChatMessage[],
  options: GenerateOptions,
): AsyncGenerator<string> {
  const { size, tokenizer, weights } = model
  const prompt = encodePrompt(tokenizer, messages)
  const room = size.contextTokens - prompt.ids.length
  if (room < 1) {
    throw new TrainerError(
      'example-too-long',
      `The messages take ${prompt.ids.length} tokens of a context of ${size.contextTokens}.`,
    )
  }
  const maxTokens = Math.min(options.maxTokens ?? defaultMaxTokens, room)
  const decoder = createDecoder(size, weights, prompt.ids.length + maxTokens)
  const random = createRandom(options.seed ?? 0)
  const text = new TextDecoder()
  let logits = readConversation(decoder, prompt)
  for (let count = 0; count < maxTokens; count++) {
    options.signal?.throwIfAborted()
    const id = chooseToken(logits, tokenizer.vocabulary, options, random)
    if (id === special.end) break
    const piece = text.decode(tokenizer.bytes(id), { stream: true })
    if (piece !== '') yield piece
    if (count + 1 < maxTokens) logits = decoder.read([id], false)
    // Gives timers and sockets of the same thread their turn between tokens.
    await new Promise(setImmediate)
  }
  const rest = text.decode()
  if (rest !== '') yield rest
}

/** Reads each prompt as a whole and the answers of earlier turns token by token's past, as in training. */
function readConversation(decoder: Decoder, { ids, seesTo }: ReturnType<typeof encodePrompt>): Float32Array {
  let logits: Float32Array = new Float32Array(0)
  for (let start = 0; start < ids.length;) {
    const last = seesTo[start] ?? start
    logits = decoder.read(ids.subarray(start, last + 1), true)
    start = last + 1
  }
  return logits
}

/** The most likely id that text can have, or a draw among the most likely ones. */
function chooseToken(logits: Float32Array, vocabulary: number, options: GenerateOptions, random: Random): number {
  const allowed: number[] = [special.end]
  for (let id = specialCount; id < vocabulary; id++) allowed.push(id)
  const score = (id: number) => logits[id] ?? -Infinity
  const best = allowed.reduce((one, other) => (score(other) > score(one) ? other : one))
  const temperature = options.temperature ?? 0
  if (temperature <= 0) return best
  const ranked = allowed.sort((one, other) => score(other) - score(one)).slice(0, options.topK ?? allowed.length)
  const shares = ranked.map((id) => Math.exp((score(id) - score(best)) / temperature))
  let left = random.next() * shares.reduce((total, share) => total + share, 0)
  const chosen = shares.findIndex((share) => (left -= share) < 0)
  return ranked[chosen] ?? best
}
