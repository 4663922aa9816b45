import { createHash } from 'node:crypto'
import type { AssistantMessage, Example, FunctionDefinition, JsonObject, Message, Tool } from './example.ts'
import { CODECS, FORMAT_IDS } from './formats/formats.ts'
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

/** Formats whose rows show themselves by a key; they hold the answer with the question. */
const WHOLE = FORMAT_IDS.filter((id) => !['openai-chat', 'openai-reinforcement', 'prompt-completion'].includes(id))

/** The forms of a row, told apart by a key that only one of them has. */
function decode(row: JsonObject): DecodedPrompt {
  const format = WHOLE.find((id) => CODECS[id].looksLike(row))
  if (format === undefined) return Object.hasOwn(row, 'prompt') ? decodeText(row) : decodeChat(row)
  const decoded = CODECS[format].decode(row)
  if ('fault' in decoded) return decoded
  // The table is keyed by the kind that discriminates the union.
  const question = QUESTION_OF[decoded.example.kind] as (example: Example) => Prompt | undefined
  const prompt = question(decoded.example)
  return prompt ? asked(prompt) : { fault: noQuestion }
}

const QUESTION_OF: {
  readonly [K in Example['kind']]: (example: Extract<Example, { readonly kind: K }>) => Prompt | undefined
} = {
  chat: ({ kind: _kind, messages: turns, ...offer }) => splitAnswer(turns, offer),
  preference: ({ kind: _kind, preferred, nonPreferred: _other, ...question }) => ({
    ...question,
    reference: preferred,
  }),
  reinforcement: ({ kind: _kind, item: _item, ...question }) => question,
  completion: ({ prompt, completion }) => ({
    messages: [{ role: 'user', content: prompt }],
    reference: { role: 'assistant', content: completion },
  }),
  text: () => undefined,
}

/** An answer at the end is no part of the question. */
function splitAnswer(turns: readonly Message[], offer: Omit<Prompt, 'messages'>): Prompt {
  const last = turns.at(-1)
  return last?.role === 'assistant'
    ? { ...offer, messages: turns.slice(0, -1), reference: last }
    : { ...offer, messages: turns }
}

const noQuestion = fault('invalid-value', 'the row is a text to learn, so nothing is asked')

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
  return asked(splitAnswer(turns, { ...toolMembers(row), ...(deprecated !== undefined && { functions: deprecated }) }))
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
