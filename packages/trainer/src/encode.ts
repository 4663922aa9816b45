import type { ChatMessage, TrainingExample } from './chat.ts'
import { special } from './tokenizer/tokens.ts'
import type { Tokenizer } from './tokenizer/tokenizer.ts'

/** A conversation as the model reads it. */
export interface Encoding {
  readonly ids: Int32Array
  /** For each token the last position that it sees: a prompt is seen as a whole, an answer only up to itself. */
  readonly seesTo: Int32Array
  /** Positions whose output must predict the next token: those before each token of an answer and before its end. */
  readonly predicts: Int32Array
}

const roleTokens = { system: special.system, user: special.user, assistant: special.assistant } as const

/** Encodes a conversation; an assistant message ends with the END token, which is learned too. */
export function encodeExample(tokenizer: Tokenizer, example: TrainingExample): Encoding {
  const writer = createWriter()
  for (const message of example.messages) writer.message(tokenizer, message)
  return writer.finish()
}

/** Encodes the messages before an answer, up to and including the token that asks for it. */
export function encodePrompt(tokenizer: Tokenizer, messages: readonly ChatMessage[]): Encoding {
  const writer = createWriter()
  for (const message of messages) writer.message(tokenizer, message)
  writer.read([special.assistant])
  return writer.finish()
}

function createWriter() {
  const ids: number[] = [special.begin]
  const seesTo: number[] = [0]
  const predicts: number[] = []
  let promptStart = 0
  const read = (tokens: readonly number[]) => {
    for (const token of tokens) {
      ids.push(token)
      seesTo.push(0)
    }
    seesTo.fill(ids.length - 1, promptStart)
  }
  const answer = (tokens: readonly number[]) => {
    for (const token of tokens) {
      predicts.push(ids.length - 1)
      ids.push(token)
      seesTo.push(ids.length - 1)
    }
    promptStart = ids.length
  }
  return {
    read,
    message(tokenizer: Tokenizer, { role, content }: ChatMessage) {
      const text = tokenizer.encode(content)
      if (role !== 'assistant') return read([roleTokens[role], ...text])
      read([special.assistant])
      answer([...text, special.end])
    },
    finish: (): Encoding => ({
      ids: Int32Array.from(ids),
      seesTo: Int32Array.from(seesTo),
      predicts: Int32Array.from(predicts),
    }),
  }
}
