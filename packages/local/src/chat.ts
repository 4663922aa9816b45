import { stat } from 'node:fs/promises'
import { assertPermit, type ChatChunk, type ChatRequest, type Driver } from '@anytune/core/driver'
import { loadModel, type LanguageModel } from '@anytune/trainer'
import { findBaseModel, localCapabilities } from './capabilities.ts'
import { findCheckpoint, parseCheckpointId } from './checkpoints.ts'
import { isMissing } from './files.ts'
import type { Layout } from './layout.ts'
import { LocalError } from './local-error.ts'
import { modelNotFound } from './models.ts'

/** Answers with a tuned model, with a checkpoint that is still kept, or with a base model, which knows nothing and babbles. */
export function chatOf(layout: Layout): NonNullable<Driver['chat']> {
  const open = createCache()
  return async function* chat(target, request, permit, { signal }) {
    assertPermit(permit, { purpose: 'chat' })
    assertSettings(request)
    const model = await open(target, await placeOf(layout, target))
    signal.throwIfAborted()
    yield* answer(model, request, signal)
  }
}

const SEED = localCapabilities.fields.seed

/** The trainer would make something of any number: of a seed of 1.5 the seed 1, of a temperature of -1 none at all. */
const SETTINGS = {
  maxTokens: { fits: (value) => Number.isInteger(value) && value >= 1, must: 'a whole number, 1 or more' },
  temperature: { fits: (value) => Number.isFinite(value) && value >= 0, must: 'a number, 0 or more' },
  seed: {
    fits: (value) => Number.isInteger(value) && value >= SEED.minimum && value <= SEED.maximum,
    must: `a whole number from ${SEED.minimum} to ${SEED.maximum}`,
  },
} as const satisfies Readonly<Record<string, { fits: (value: number) => boolean; must: string }>>

function assertSettings(request: ChatRequest): void {
  for (const name of localCapabilities.chatSettings) {
    const value = request[name]
    const { fits, must } = SETTINGS[name]
    if (value === undefined || fits(value)) continue
    throw new LocalError('invalid-argument', `${name} must be ${must}`, `change ${name}, or leave it out`)
  }
}

/** The trainer's own default, named here because the end of an answer is judged by it. */
const DEFAULT_MAX_TOKENS = 256

async function* answer(model: LanguageModel, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> {
  const { messages, maxTokens = DEFAULT_MAX_TOKENS, ...settings } = request
  const inputTokens = model.countTokens(messages)
  const room = model.contextTokens - inputTokens
  if (room < 1) throw tooLong(inputTokens, model.contextTokens)
  const limit = Math.min(maxTokens, room)
  const generate = (tokens: number) => model.generate(messages, { ...settings, maxTokens: tokens, signal })
  let text = ''
  for await (const piece of generate(limit)) {
    text += piece
    yield { text: piece }
  }
  yield { text: '', finish: await finishOf(text, limit, generate) }
}

/**
 * Whether the model ended the answer or the limit did, which the trainer does not tell. Each token adds a byte or more, so an
 * answer of fewer bytes ended by itself; otherwise one with a token less is the same exactly when the limit was not reached.
 */
async function finishOf(
  text: string,
  limit: number,
  generate: (tokens: number) => AsyncIterable<string>,
): Promise<'stop' | 'length' | 'unknown'> {
  if (Buffer.byteLength(text) < limit) return 'stop'
  // Half a character, whichever half, is shown alike.
  if (text.endsWith('\uFFFD')) return 'unknown'
  let shorter = ''
  for await (const piece of generate(limit - 1)) shorter += piece
  return shorter === text ? 'stop' : 'length'
}

/** Where a target's files are; a base model has none. */
async function placeOf(layout: Layout, target: string): Promise<string | undefined> {
  if (findBaseModel(target) !== undefined) return undefined
  const checkpoint = parseCheckpointId(target)
  if (checkpoint === undefined) return layout.model(target)
  const found = await findCheckpoint(layout, checkpoint.model, checkpoint.step)
  if (found === undefined) throw modelNotFound(target)
  return found
}

type OpenModel = (target: string, place: string | undefined) => Promise<LanguageModel>

/** Models stay in memory between questions, the last few of them. */
function createCache(): OpenModel {
  const opened = new Map<string, Promise<LanguageModel>>()
  return async (target, place) => {
    // A directory that was removed, or made again, is not the model in memory.
    const key = `${target} ${place === undefined ? '' : await identity(target, place)}`
    const known = opened.get(key)
    if (known !== undefined) return known
    const model = loadModel(place ?? target)
    opened.set(key, model)
    model.catch(() => opened.delete(key))
    const [oldest] = opened.keys()
    if (opened.size > KEPT_MODELS && oldest !== undefined) opened.delete(oldest)
    return model
  }
}

const KEPT_MODELS = 4

async function identity(target: string, place: string): Promise<string> {
  try {
    const { ino, mtimeMs } = await stat(place)
    return `${ino} ${mtimeMs}`
  } catch (error) {
    if (!isMissing(error)) throw error
    if (parseCheckpointId(target) === undefined) throw modelNotFound(target)
    throw new LocalError('not-found', `the checkpoint ${target} is no longer kept`, 'ask a later one, or the model')
  }
}

function tooLong(tokens: number, limit: number): LocalError {
  const message = `the messages have ${tokens} tokens; the model reads ${limit}, its answer included`
  return new LocalError('invalid-argument', message, 'ask with fewer or shorter messages')
}
