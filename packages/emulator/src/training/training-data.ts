import { isUtf8 } from 'node:buffer'
import type { TrainingExample } from '@anytune/trainer'
import { isObject } from '../server/shape.ts'

/** A staged file as a training needs it. */
export interface TrainingData {
  readonly examples: number
  /** Characters of the file. */
  readonly characters: number
  /** What the toy engine can learn from: chat rows with plain text. Undefined when some row is something else. */
  readonly conversations?: readonly TrainingExample[] | undefined
}

/** One line of a file: an object, or why it is none. */
export type Line =
  | { readonly line: number; readonly row: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: 'not-json' | 'not-an-object' | 'not-utf8' }

const BYTE_ORDER_MARK = '\uFEFF'

/** The lines of JSONL; empty ones are skipped, and so is a byte order mark. Lines count from 1. */
export function* readLines(bytes: Uint8Array): Generator<Line> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let start = 0, line = 1; start < buffer.length; line++) {
    const found = buffer.indexOf(0x0a, start)
    const end = found === -1 ? buffer.length : found
    const decoded = decode(buffer.subarray(start, end))
    const content = line === 1 && decoded?.startsWith(BYTE_ORDER_MARK) === true ? decoded.slice(1) : decoded
    start = end + 1
    if (content === undefined) yield { line, problem: 'not-utf8' }
    else if (content.trim() !== '') yield parseLine(line, content)
  }
}

function decode(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

function parseLine(line: number, content: string): Line {
  try {
    const row: unknown = JSON.parse(content)
    return isObject(row) ? { line, row } : { line, problem: 'not-an-object' }
  } catch {
    return { line, problem: 'not-json' }
  }
}

/** A checked file's rows as training data. */
export function toTrainingData(rows: readonly Readonly<Record<string, unknown>>[], characters: number): TrainingData {
  const conversations = rows.map(toConversation)
  const plain = conversations.filter((conversation) => conversation !== undefined)
  return { examples: rows.length, characters, conversations: plain.length === rows.length ? plain : undefined }
}

const ROLES: Readonly<Record<string, 'system' | 'user' | 'assistant'>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
}

/** A chat row whose every message is plain text; undefined for tools, images and other formats. */
function toConversation(row: Readonly<Record<string, unknown>>): TrainingExample | undefined {
  if (!Array.isArray(row['messages'])) return undefined
  const messages = row['messages'].map((message: unknown) => toPlainMessage(message))
  const plain = messages.filter((message) => message !== undefined)
  return plain.length === messages.length ? { messages: plain } : undefined
}

/** A message as the toy engine reads it; undefined for one that is not plain text. */
export function toPlainMessage(message: unknown): TrainingExample['messages'][number] | undefined {
  if (!isObject(message) || typeof message['role'] !== 'string') return undefined
  const role = ROLES[message['role']]
  const content = plainContent(message['content'])
  return role === undefined || content === undefined ? undefined : { role, content }
}

function plainContent(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  const texts = content.map((part: unknown) => (isObject(part) && part['type'] === 'text' ? part['text'] : undefined))
  return texts.every((part) => typeof part === 'string') ? texts.join('') : undefined
}
