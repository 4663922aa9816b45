import { createHash } from 'node:crypto'
import type { ChatMessage } from '@anytune/core'
import { readPrompts, type DatasetSource, type Prompt, type Rejection } from '@anytune/dataset'

/** One question of a prompts file, as it is sent. */
export interface Question {
  /** 0-based among the questions of the file: rejected rows have no number. */
  readonly index: number
  /** 1-based number of the physical line. */
  readonly line: number
  /** Lower-case hex SHA-256 of the row's own text. */
  readonly row: string
  readonly messages: readonly ChatMessage[]
  /** The answer that the row holds; it is kept beside the model's and not sent. */
  readonly reference?: NonNullable<Prompt['reference']>
}

/** The questions of a file in order, and the rows that cannot be asked. @throws DatasetError when the file cannot be read. */
export async function* readQuestions(
  source: DatasetSource,
  signal: AbortSignal,
): AsyncGenerator<{ readonly question: Question } | { readonly rejection: Rejection }> {
  let index = 0
  for await (const row of readPrompts(source, { signal })) {
    if (row.rejection) {
      yield { rejection: row.rejection }
      continue
    }
    const { line, prompt, sha256 } = row
    const unsendable = whyUnsendable(prompt)
    if (unsendable !== undefined) {
      yield { rejection: { line, rule: 'not-representable', ...unsendable } }
      continue
    }
    const { reference } = prompt
    const messages = prompt.messages.map(toChatMessage)
    yield { question: { index: index++, line, row: sha256, messages, ...(reference !== undefined && { reference }) } }
  }
}

/** Lower-case hex SHA-256 of what is sent: the same for two rows that ask the same in different words of JSON. */
export function digestOfMessages(messages: readonly ChatMessage[]): string {
  const canonical = messages.map(({ role, content }) => [role, content])
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}

type Unsendable = Pick<Rejection, 'field' | 'message' | 'hint'>

const HINT = 'a question is sent as messages of the system, the user and the assistant, with text alone'

/** What of the prompt could only be dropped. */
function whyUnsendable({ messages, tools, functions, parallelToolCalls }: Prompt): Unsendable | undefined {
  const offered = Object.entries({ tools, functions, parallel_tool_calls: parallelToolCalls })
  const field = offered.find(([, value]) => value !== undefined)?.[0]
  if (field !== undefined) return { field, message: 'a question cannot offer tools', hint: HINT }
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`
    if (!isSpoken(message)) return { field: at, message: `a question cannot hold this message`, hint: HINT }
    if (textOf(message.content) === undefined) {
      return { field: `${at}.content`, message: 'the content is not one text', hint: HINT }
    }
  }
  return undefined
}

const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant'] satisfies ChatMessage['role'][])
/** `weight` speaks of training alone, so that leaving it out changes no question. */
const SENT_OR_IRRELEVANT: ReadonlySet<string> = new Set(['role', 'content', 'weight'])

/** True when role and content say all of it. */
function isSpoken(message: Prompt['messages'][number]): boolean {
  const others = Object.entries(message).filter(([key, value]) => !SENT_OR_IRRELEVANT.has(key) && value !== null)
  return ROLES.has(message.role) && others.length === 0
}

/** The one text of a content; several parts could only be joined by a rule of ours. */
function textOf(content: Prompt['messages'][number]['content']): string | undefined {
  if (typeof content === 'string') return content
  const [part, more] = content ?? []
  return part?.type === 'text' && part.prompt_cache_breakpoint === undefined && more === undefined
    ? part.text
    : undefined
}

function toChatMessage(message: Prompt['messages'][number]): ChatMessage {
  const content = textOf(message.content)
  // Both were established by whyUnsendable.
  if (content === undefined) throw new Error('a question without one text was let through')
  return { role: message.role as ChatMessage['role'], content }
}
