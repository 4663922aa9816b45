import type { Example } from '@anytune/core/driver'
import type { TrainingExample } from '@anytune/trainer'

type ChatExample = Extract<Example, { readonly kind: 'chat' }>
type Message = ChatExample['messages'][number]
type TrainingMessage = TrainingExample['messages'][number]

/** The trainer's example, or what in the row it has no way to learn; `field` is a path of known names. */
export type Conversation =
  | { readonly example: TrainingExample }
  | { readonly problem: { readonly field: string; readonly message: string } }

/**
 * A row as the plain conversation that the trainer learns from. Nothing is left out on the way: `developer` becomes `system`,
 * which the trainer reads alike, text parts are joined as they stand, and whatever else a row may have is a problem.
 */
export function toConversation(example: Example): Conversation {
  if (example.kind !== 'chat') return problem('messages', 'only chat rows can be trained on here')
  for (const field of ['tools', 'functions', 'parallelToolCalls'] as const) {
    if (example[field] !== undefined) return problem(WIRE_NAMES[field], 'tools are not understood here')
  }
  const messages: TrainingMessage[] = []
  for (const [index, message] of example.messages.entries()) {
    const converted = toMessage(message)
    if ('field' in converted) return problem(`messages[${index}].${converted.field}`, converted.message)
    messages.push(converted)
  }
  return { example: { messages } }
}

const WIRE_NAMES = { tools: 'tools', functions: 'functions', parallelToolCalls: 'parallel_tool_calls' } as const

const ROLES = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: undefined,
  function: undefined,
} as const satisfies Record<Message['role'], TrainingMessage['role'] | undefined>

/** What a message may have besides role and content, and why it cannot be learned from. */
const FOREIGN: Readonly<Record<string, string>> = {
  name: 'names of participants are not understood here',
  refusal: 'refusals apart from the text are not understood here',
  audio: 'audio is not understood here',
  tool_calls: 'tool calls are not understood here',
  function_call: 'function calls are not understood here',
}

interface Problem {
  readonly field: string
  readonly message: string
}

function toMessage(message: Message): TrainingMessage | Problem {
  const role = ROLES[message.role]
  if (role === undefined) return { field: 'role', message: 'answers of tools are not understood here' }
  for (const [field, reason] of Object.entries(FOREIGN)) {
    const value: unknown = Reflect.get(message, field)
    // `null` says that there is none.
    if (value !== undefined && value !== null) return { field, message: reason }
  }
  if ('weight' in message && message.weight === 0) {
    return { field: 'weight', message: 'every assistant message is learned here; one of weight 0 cannot be left out' }
  }
  const content = textOf(message.content)
  return typeof content === 'string' ? { role, content } : content
}

function textOf(content: Message['content']): string | Problem {
  if (typeof content === 'string') return content
  const texts: string[] = []
  for (const [index, part] of (content ?? []).entries()) {
    if (part.type !== 'text') return { field: `content[${index}].type`, message: 'only text is understood here' }
    if (part.prompt_cache_breakpoint !== undefined) {
      return { field: `content[${index}].prompt_cache_breakpoint`, message: 'there is no prompt cache here' }
    }
    texts.push(part.text)
  }
  return texts.join('')
}

function problem(field: string, message: string): Conversation {
  return { problem: { field, message } }
}
