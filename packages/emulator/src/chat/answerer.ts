import { isTrainerError, loadModel, type GenerateOptions, type LanguageModel } from '@anytune/trainer'
import type { ModelArtifact } from '../training/life.ts'
import { toPlainMessage } from '../training/training-data.ts'

/** A question to a model. */
export interface Question {
  /** How the vendor names the model. */
  readonly name: string
  /** Undefined for a vendor's base model. */
  readonly artifact: ModelArtifact | undefined
  /** In the form that OpenAI gave chat and Azure took over; each vendor has checked its own. */
  readonly messages: readonly unknown[]
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
  readonly signal: AbortSignal
}

/** An answer that comes in pieces. */
export interface GivenAnswer {
  readonly promptTokens: number
  readonly pieces: AsyncIterable<string>
  /** Why a whole answer ended. */
  finishOf(text: string): Promise<'stop' | 'length'>
  countTokens(text: string): number
}

/** Why there is no answer. */
export type NoAnswer =
  | { readonly problem: 'too-long'; readonly message: string }
  /** The trained toy reads text only: no images, no tools. */
  | { readonly problem: 'not-text'; readonly message: string }

/** Answers questions. */
export interface Answerer {
  answer(question: Question): Promise<GivenAnswer | NoAnswer>
}

/** Opens tuned models from their files; any other model says in a fixed sentence that it is not there. */
export function createAnswerer(): Answerer {
  const opened = new Map<string, Promise<LanguageModel>>()
  const open = (directory: string) => {
    const model = opened.get(directory) ?? loadModel(directory)
    opened.set(directory, model)
    const [oldest] = opened.keys()
    if (opened.size > KEPT_MODELS && oldest !== undefined) opened.delete(oldest)
    return model
  }
  return {
    async answer(question) {
      const directory = question.artifact?.directory
      return directory === undefined ? fixedAnswer(question) : trainedAnswer(await open(directory), question)
    },
  }
}

const KEPT_MODELS = 4

/** The trainer's own default, for a question without a limit. */
const DEFAULT_MAX_TOKENS = 256

function trainedAnswer(model: LanguageModel, question: Question): GivenAnswer | NoAnswer {
  const messages = question.messages.map(toPlainMessage).filter((message) => message !== undefined)
  if (messages.length < question.messages.length) {
    return { problem: 'not-text', message: 'The emulator answers to messages of plain text only.' }
  }
  const promptTokens = model.countTokens(messages)
  const room = model.contextTokens - promptTokens
  if (room < 1) {
    const message = `The messages have ${promptTokens} tokens; this model reads ${model.contextTokens}, its answer included.`
    return { problem: 'too-long', message }
  }
  const limit = Math.min(question.maxTokens ?? DEFAULT_MAX_TOKENS, room)
  const generate = (maxTokens: number) => model.generate(messages, toOptions(question, maxTokens))
  return {
    promptTokens,
    pieces: generate(limit),
    async finishOf(text) {
      // Each token has a byte or more; a longer answer ended by itself exactly when one token less makes it shorter.
      if (Buffer.byteLength(text) < limit) return 'stop'
      let shorter = ''
      for await (const piece of generate(limit - 1)) shorter += piece
      return shorter === text ? 'stop' : 'length'
    },
    countTokens: (text) => countAnswerTokens(model, text),
  }
}

function toOptions({ temperature, seed, signal }: Question, maxTokens: number): GenerateOptions {
  return {
    maxTokens,
    signal,
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed: Math.abs(Math.trunc(seed)) % 2 ** 31 }),
  }
}

/** What an answer adds to the conversation; text that the tokenizer refuses, such as half a character, counts as its characters. */
function countAnswerTokens(model: LanguageModel, text: string): number {
  const counted = (content: string) => model.countTokens([{ role: 'assistant', content }])
  try {
    return text === '' ? 0 : counted(text) - counted('')
  } catch (error) {
    if (isTrainerError(error)) return text.length
    throw error
  }
}

/** A word is a token here, so that a limit of tokens is kept. */
function fixedAnswer({ name, messages, maxTokens = Infinity }: Question): GivenAnswer {
  const sentence = `This is the anytune emulator: ${name} was not trained here, so it has no answer of its own.`
  const words = sentence.split(/(?= )/)
  const texts = messages.map((message) => toPlainMessage(message)?.content ?? '')
  return {
    promptTokens: texts.reduce((total, content) => total + countWords(content), 0),
    pieces: toAsync(words.slice(0, maxTokens)),
    finishOf: (text) => Promise.resolve(text === sentence ? 'stop' : 'length'),
    countTokens: countWords,
  }
}

async function* toAsync(words: readonly string[]): AsyncGenerator<string> {
  yield* words
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}
