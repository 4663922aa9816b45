import { z } from 'zod'
import type { Method } from '../driver.ts'

/** What the table keeps of one example: what was asked, and what shall be answered. */
export interface Lesson {
  readonly asked: string
  readonly answer: string
}

const MESSAGE = z.looseObject({ role: z.string(), content: z.unknown().optional(), tool_calls: z.unknown().optional() })
const MESSAGES = z.array(MESSAGE).min(1)
const CHAT_ROW = z.looseObject({ messages: MESSAGES })
const PREFERENCE_ROW = z.looseObject({
  input: z.looseObject({ messages: MESSAGES }),
  preferred_output: MESSAGES,
  non_preferred_output: MESSAGES,
})
type Message = z.infer<typeof MESSAGE>

/**
 * Reads a training file as the provider does, with a reader of its own.
 * A row that cannot be used ends it with the line and the reason, without content.
 */
export function readLessons(bytes: Uint8Array): {
  readonly lessons: readonly Lesson[]
  readonly kind?: Method
  readonly failure?: string
} {
  const lessons: Lesson[] = []
  let kind: Method | undefined
  for (const [index, line] of textOf(bytes).split('\n').entries()) {
    if (line.trim() === '') continue
    const read = readRow(line)
    if (read === undefined || (kind !== undefined && read.kind !== kind)) {
      return { lessons: [], failure: `line ${index + 1} of the training file cannot be used` }
    }
    kind = read.kind
    lessons.push(read.lesson)
  }
  return kind === undefined ? { lessons, failure: 'the training file has no row' } : { lessons, kind }
}

/** The lesson whose question shares the most words with what is asked; the earlier one of two alike. */
export function closest(lessons: readonly Lesson[], asked: string): Lesson | undefined {
  const words = wordsOf(asked)
  let best: { readonly lesson: Lesson; readonly score: number } | undefined
  for (const lesson of lessons) {
    const score = lesson.asked === asked ? Infinity : likeness(words, wordsOf(lesson.asked))
    if (best === undefined || score > best.score) best = { lesson, score }
  }
  return best?.lesson
}

/** The last thing the user said. */
export function askedBy(messages: readonly { readonly role: string; readonly content?: unknown }[]): string {
  return textIn(messages.findLast(({ role }) => role === 'user')?.content)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false }).decode(bytes)
}

function readRow(line: string): { readonly kind: Method; readonly lesson: Lesson } | undefined {
  const row = parseJson(line)
  const chat = CHAT_ROW.safeParse(row)
  if (chat.success) return learnt('supervised', chat.data.messages, chat.data.messages.at(-1))
  const preference = PREFERENCE_ROW.safeParse(row)
  if (!preference.success) return undefined
  return learnt('preference', preference.data.input.messages, preference.data.preferred_output.at(-1))
}

function learnt(kind: Method, messages: readonly Message[], target: Message | undefined) {
  if (target?.role !== 'assistant') return undefined
  const answer = textIn(target.content) || JSON.stringify(target.tool_calls ?? '')
  return { kind, lesson: { asked: askedBy(messages), answer } }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const PARTS = z.array(z.looseObject({ text: z.string().default('') }))

function textIn(content: unknown): string {
  if (typeof content === 'string') return content
  const parts = PARTS.safeParse(content)
  return parts.success ? parts.data.map(({ text }) => text).join('') : ''
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length
  return shared / Math.max(1, one.size + other.size - shared)
}
