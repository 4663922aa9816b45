import type { Example, JsonObject, JsonValue } from '../example.ts'
import { isList, isObject } from '../formats/shape.ts'
import { parseRow } from '../json-row.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * One text for all ways to write a row that teach a model the same: whatever the file's format, the order of keys, white space,
 * escapes and the spelling of numbers. Besides that, equal are: text and a single text part; a member that is null, an empty
 * list or the default (`weight` 1, parallel tool calls) and an absent one; the ids of tool calls, which are numbered as they
 * appear; and the spellings of arguments that are a JSON object. Nothing else is: text counts code unit by code unit.
 */
export function canonicalRow(example: Example): string {
  return canonicalJson(meaningOf(membersOf(example)))
}

/** What a model is asked in a row, in the same way: the row without what is learned or graded by. A text alone is all of it. */
export function canonicalPrompt(example: Example): string {
  // The table is keyed by the kind that discriminates the union.
  const prompt = PROMPTS[example.kind] as (example: Example) => object
  return canonicalJson(meaningOf({ ...membersOf(prompt(example)), kind: 'prompt' }))
}

/** The instructions at the start of a conversation, in the same way; undefined for a row that has none. */
export function canonicalInstructions(example: Example): string | undefined {
  if (!('messages' in example)) return undefined
  const end = example.messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  const messages = example.messages.slice(0, end === -1 ? undefined : end)
  return messages.length === 0 ? undefined : canonicalJson(meaningOf(membersOf({ kind: 'instructions', messages })))
}

const PROMPTS: { readonly [K in Example['kind']]: (example: Extract<Example, { readonly kind: K }>) => object } = {
  chat: (example) => ({ ...example, messages: example.messages.slice(0, -1) }),
  preference: ({ preferred: _better, nonPreferred: _worse, ...asked }) => asked,
  reinforcement: ({ item: _graded, ...asked }) => asked,
  completion: ({ prompt }) => ({ prompt }),
  text: ({ text }) => ({ text }),
}

/** An example is JSON data, whose interfaces have no index signature. */
function membersOf(example: object): JsonObject {
  return example as JsonObject
}

/** Members of an example that are a message or a list of them; all others count as they are. */
const MESSAGES: ReadonlySet<string> = new Set(['messages', 'preferred', 'nonPreferred'])

function meaningOf(example: JsonObject): JsonObject {
  const callNumbers = new Map<string, number>()
  const members: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(example)) {
    if (isAbsent(value) || (name === 'parallelToolCalls' && value === true)) continue
    members[name] = MESSAGES.has(name) ? turns(value, callNumbers) : value
  }
  return members
}

function turns(value: JsonValue, callNumbers: Map<string, number>): JsonValue {
  if (isList(value)) return value.map((message) => turns(message, callNumbers))
  if (!isObject(value)) return value
  const turn: Record<string, JsonValue> = {}
  for (const [name, member] of Object.entries(value)) {
    const said = isAbsent(member) ? undefined : (MEMBERS[name]?.(member, callNumbers, value) ?? member)
    if (said !== undefined && said !== ABSENT) turn[name] = said
  }
  return turn
}

/** Stands for a member that says what its absence says; no row has it, because rows are objects. */
const ABSENT = Symbol('absent')

/** Members of a message that can be written in more ways than one. */
const MEMBERS: Readonly<
  Record<string, (value: JsonValue, callNumbers: Map<string, number>, message: JsonObject) => JsonValue | typeof ABSENT>
> = {
  content: (value, _callNumbers, { role }) => {
    if (typeof value !== 'string') return value
    return value === '' && role === 'assistant' ? ABSENT : [{ type: 'text', text: value }]
  },
  weight: (value) => (value === 1 ? ABSENT : value),
  tool_calls: (value, callNumbers) => (isList(value) ? value.map((call) => callOf(call, callNumbers)) : value),
  tool_call_id: (value, callNumbers) => numberOf(value, callNumbers),
  function_call: (value) => withArguments(value),
}

function callOf(value: JsonValue, callNumbers: Map<string, number>): JsonValue {
  if (!isObject(value)) return value
  const { id = null, function: called = null, ...rest } = value
  return { ...rest, id: numberOf(id, callNumbers), ...(called !== null && { function: withArguments(called) }) }
}

/** Calls are told apart by their place in the row: their ids link an answer to its call and mean nothing else. */
function numberOf(id: JsonValue, callNumbers: Map<string, number>): JsonValue {
  if (typeof id !== 'string') return id
  const number = callNumbers.get(id) ?? callNumbers.size
  callNumbers.set(id, number)
  return number
}

function withArguments(value: JsonValue): JsonValue {
  if (!isObject(value) || typeof value['arguments'] !== 'string') return value
  const parsed = parseRow(value['arguments'])
  return 'fault' in parsed ? value : { ...value, arguments: canonicalJson(parsed.row) }
}

/** Members made in the program may be undefined, which JSON has not. */
function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0)
}
