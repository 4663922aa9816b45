import { createHash } from 'node:crypto'
import type { AssistantMessage, FunctionDefinition, JsonObject, Message, Tool } from './example.ts'
import { CODECS } from './formats/formats.ts'
import { functions, messages, toolMembers, tools } from './formats/openai-message.ts'
import { boolean, checkShape, fault, shape, text, within } from './formats/shape.ts'
import { lineBatches, type LineOptions } from './lines.ts'
import { isBlank, readRow, reject, type RejectedRow } from './read.ts'
import type { Fault } from './rules.ts'
import type { DatasetSource } from './source.ts'

/** What a model is asked: a row without its answer. */
export interface Prompt {
  /** At least one; the last is not the assistant's. */
  readonly messages: readonly Message[]
  readonly tools?: readonly Tool[]
  readonly parallelToolCalls?: boolean
  readonly functions?: readonly Omit<FunctionDefinition, 'strict'>[]
  /** The answer that the row holds: the assistant's last turn, the preferred output or the completion. No part of the question. */
  readonly reference?: AssistantMessage
}

/** A row that asks something. */
export interface PromptRow {
  /** 1-based number of the physical line. */
  readonly line: number
  readonly prompt: Prompt
  /** Lower-case hex SHA-256 of the row's own text, without white space around it. */
  readonly sha256: string
  readonly rejection?: undefined
}

/**
 * The questions of a file, in order: rows of any known format, or the same without the answer (`{"messages": […]}`, `{"prompt": "…"}`).
 * A file may mix them. Every row that is not blank is given, accepted or refused.
 * Throws DatasetError when the source cannot be read and, once aborted, the signal's reason.
 */
export async function* readPrompts(
  source: DatasetSource,
  options: LineOptions = {},
): AsyncGenerator<PromptRow | (RejectedRow & { readonly prompt?: undefined })> {
  for await (const lines of lineBatches(source, options)) {
    for (const line of lines) {
      if (isBlank(line)) continue
      const read = readRow(line)
      const decoded = read.rejection ? read : decode(read.row)
      if ('rejection' in decoded) yield { line: line.number, rejection: decoded.rejection }
      else if ('fault' in decoded) yield { line: line.number, rejection: reject(line.number, decoded.fault) }
      else {
        const sha256 = createHash('sha256').update(line.bytes.subarray(line.start, line.end)).digest('hex')
        yield { line: line.number, prompt: decoded.prompt, sha256 }
      }
    }
  }
}

type DecodedPrompt = { readonly prompt: Prompt } | { readonly fault: Fault }

/** The forms of a row, told apart by a key that only one of them has. */
function decode(row: JsonObject): DecodedPrompt {
  if (CODECS['openai-preference'].looksLike(row)) return decodePreference(row)
  return Object.hasOwn(row, 'prompt') ? decodeText(row) : decodeChat(row)
}

function decodePreference(row: JsonObject): DecodedPrompt {
  const decoded = CODECS['openai-preference'].decode(row)
  if ('fault' in decoded) return decoded
  // The codec of preference rows makes no other kind.
  if (decoded.example.kind !== 'preference') throw new Error('a preference row became another kind of example')
  const { kind: _kind, preferred, nonPreferred: _other, ...question } = decoded.example
  return asked({ ...question, reference: preferred })
}

const TEXT_ROW = shape({ prompt: text }, { completion: text })

function decodeText(row: JsonObject): DecodedPrompt {
  const found = checkShape(row, TEXT_ROW)
  if (found) return { fault: found }
  // TEXT_ROW has established that both are strings.
  const { prompt, completion } = row as { prompt: string; completion?: string }
  return asked({
    messages: [{ role: 'user', content: prompt }],
    ...(completion !== undefined && { reference: { role: 'assistant', content: completion } }),
  })
}

const CHAT_ROW = shape({ messages }, { tools, parallel_tool_calls: boolean, functions })

function decodeChat(row: JsonObject): DecodedPrompt {
  const found = checkShape(row, CHAT_ROW)
  if (found) return { fault: found }
  // CHAT_ROW has established the shape of messages and functions.
  const turns = row['messages'] as unknown as readonly Message[]
  const deprecated = row['functions'] as unknown as Prompt['functions']
  const last = turns.at(-1)
  return asked({
    ...(last?.role === 'assistant' ? { messages: turns.slice(0, -1), reference: last } : { messages: turns }),
    ...toolMembers(row),
    ...(deprecated !== undefined && { functions: deprecated }),
  })
}

function asked(prompt: Prompt): DecodedPrompt {
  const last = prompt.messages.at(-1)
  if (last === undefined) return { fault: within('messages', nothingAsked) }
  return last.role === 'assistant' ? { fault: within('messages', alreadyAnswered) } : { prompt }
}

const nothingAsked = fault('empty-messages', 'nothing is asked: the only message is the answer')
const alreadyAnswered = fault(
  'invalid-value',
  'the message before the answer is the assistant’s, so nothing is left to answer',
  'end the row with what is asked and, if there is one, one answer to it',
)
