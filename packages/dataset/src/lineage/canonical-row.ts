import type { Example, FunctionCall, JsonObject, JsonValue, Message } from '../example.ts'
import { canonicalExample } from '../formats/canonical.ts'
import { parseObjectText } from '../formats/json-text.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * One text for all rows that mean the same (`canonicalExample`), whatever the file's format, the order of keys, white space,
 * escapes and the spelling of numbers; also inside the arguments of calls where these are a JSON object. Text counts code unit by
 * code unit.
 */
export function canonicalRow(example: Example): string {
  return canonicalJson(meaningOf(example))
}

/** What a model is asked in a row, in the same way: the row without what is learned or graded by. A text alone is all of it. */
export function canonicalPrompt(example: Example): string {
  // The table is keyed by the kind that discriminates the union.
  const prompt = PROMPTS[example.kind] as (example: Example) => Example
  return canonicalJson({ ...meaningOf(prompt(example)), kind: 'prompt' })
}

/** The instructions at the start of a conversation, in the same way; undefined for a row that has none. */
export function canonicalInstructions(example: Example): string | undefined {
  if (!('messages' in example)) return undefined
  const end = example.messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  const messages = example.messages.slice(0, end === -1 ? undefined : end)
  return messages.length === 0
    ? undefined
    : canonicalJson({ ...meaningOf({ kind: 'chat', messages }), kind: 'instructions' })
}

const PROMPTS: { readonly [K in Example['kind']]: (example: Extract<Example, { readonly kind: K }>) => Example } = {
  chat: (example) => ({ ...example, messages: example.messages.slice(0, -1) }),
  preference: ({ kind: _kind, preferred: _better, nonPreferred: _worse, ...asked }) => ({ kind: 'chat', ...asked }),
  reinforcement: ({ kind: _kind, item: _graded, ...asked }) => ({ kind: 'chat', ...asked }),
  completion: ({ prompt }) => ({ kind: 'text', text: prompt }),
  text: (example) => example,
}

/** Members that hold a message or a list of them. */
const MESSAGES = ['messages', 'preferred', 'nonPreferred'] as const

function meaningOf(example: Example): JsonObject {
  // An example is JSON data, whose interfaces have no index signature.
  const members: Record<string, JsonValue> = { ...(canonicalExample(example) as unknown as JsonObject) }
  for (const name of MESSAGES) {
    const value = members[name]
    if (Array.isArray(value)) members[name] = value.map(withSortedArguments)
    else if (value !== undefined) members[name] = withSortedArguments(value)
  }
  return members
}

function withSortedArguments(message: JsonValue): JsonValue {
  // What MESSAGES names holds messages, which are JSON data.
  const turn = message as unknown as Message
  if (turn.role !== 'assistant') return message
  const { tool_calls: calls, function_call: called } = turn
  if (!calls && !called) return message
  const sorted = {
    ...turn,
    ...(calls && {
      tool_calls: calls.map((call) =>
        call.type === 'function' ? { ...call, function: sortedCall(call.function) } : call,
      ),
    }),
    ...(called && { function_call: sortedCall(called) }),
  }
  return sorted as unknown as JsonValue
}

function sortedCall({ name, arguments: text }: FunctionCall): FunctionCall {
  const given = parseObjectText(text)
  return { name, arguments: given === undefined ? text : canonicalJson(given) }
}
