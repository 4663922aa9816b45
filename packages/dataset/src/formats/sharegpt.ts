import type { AssistantMessage, Example, JsonObject, JsonValue, Message, Tool, ToolCall } from '../example.ts'
import type { Fault } from '../rules.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { textsOf } from './content.ts'
import { emptyTarget, lastNotAssistant, unasked } from './faults.ts'
import { parseObjectText, parseValueText } from './json-text.ts'
import { createLinks, misleadingAnswer, type Links } from './links.ts'
import { functionDefinitions, OPENAI_PARTLY, TOOL_NAME } from './openai-message.ts'
import { listText, objectText, textsText, type Quote } from './row-text.ts'
import { anyObject, checkShape, fault, isList, isObject, listOf, objectOf, shape, text, within } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** ShareGPT's conversations, with the turns for tools that LLaMA Factory added; calls and tools are JSON inside texts. */
export const sharegpt: Codec = {
  summary:
    'ShareGPT: {"conversations": [{"from": "human" | "gpt" | …, "value": "…"}, …], "system"?: "…", "tools"?: "…"}',
  source: 'hiyouga/LLaMA-Factory, data/README.md, “Sharegpt Format”; lm-sys/FastChat, conversation data',
  says: new Set([
    'chat',
    'system-message',
    'empty-instructions',
    'several-turns',
    'tools',
    'tool-without-parameters',
    'tool-calls',
    'call-id',
    'tool-name',
    'tool-results',
  ]),
  partly: OPENAI_PARTLY,
  looksLike: (row) => Object.hasOwn(row, 'conversations'),
  decode,
  encode,
}

/** Who speaks a turn, by the names found in published data; the first of each is the one written. */
const SPEAKERS = {
  system: ['system'],
  user: ['human', 'user'],
  assistant: ['gpt', 'assistant', 'chatgpt', 'model', 'bot'],
  calls: ['function_call', 'tool_call'],
  answer: ['observation', 'tool', 'function_response'],
} as const
type Speaker = keyof typeof SPEAKERS

const SPEAKER_OF: ReadonlyMap<string, Speaker> = new Map(
  // Object.entries forgets the literal types.
  (Object.entries(SPEAKERS) as [Speaker, readonly string[]][]).flatMap(([speaker, names]) =>
    names.map((name) => [name, speaker] as const),
  ),
)
const NAMES = [...SPEAKER_OF.keys()].map((name) => `"${name}"`).join(', ')

const turn = objectOf(shape({ from: text, value: text }))
const turns = listOf(turn, fault('empty-messages', 'needs at least one turn'))
const ROW = shape({ conversations: turns }, { system: text, tools: text })

interface Row {
  readonly conversations: readonly { readonly from: string; readonly value: string }[]
  readonly system?: string
  readonly tools?: string
}

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { conversations, system, tools } = row as unknown as Row
  const offered = tools === undefined || tools === '' ? [] : decodeTools(tools)
  if (offered === undefined) return { fault: within('tools', notTools) }
  const decoded = decodeTurns(conversations)
  if ('rule' in decoded) return { fault: within('conversations', decoded) }
  if (system !== undefined && decoded[0]?.role === 'system') return { fault: within('system', twoSystems) }
  const instructions: Message[] = system === undefined ? [] : [{ role: 'system', content: system }]
  return {
    example: {
      kind: 'chat',
      messages: [...instructions, ...decoded],
      ...(offered.length > 0 && { tools: offered }),
    },
  }
}

function decodeTurns(conversations: Row['conversations']): readonly Message[] | Fault {
  const links = createLinks()
  const messages: Message[] = []
  for (const [index, { from, value }] of conversations.entries()) {
    const speaker = SPEAKER_OF.get(from)
    if (speaker === undefined) return within(index, within('from', fault('unknown-role', `must be one of ${NAMES}`)))
    const speaks = speaker === 'assistant' || speaker === 'calls'
    if (speaks && messages.at(-1)?.role !== 'assistant') links.forget()
    const message = DECODE[speaker](value, links, index)
    if ('rule' in message) return within(index, message)
    messages.push(message)
  }
  return messages.at(-1)?.role === 'assistant'
    ? messages
    : within(messages.length - 1, within('from', lastNotAssistant))
}

const DECODE: Readonly<Record<Speaker, (value: string, links: Links, index: number) => Message | Fault>> = {
  system: (value, _links, index) => (index === 0 ? { role: 'system', content: value } : within('from', lateSystem)),
  user: (value) => ({ role: 'user', content: value }),
  assistant: (value) => (value === '' ? within('value', emptyTarget) : { role: 'assistant', content: value }),
  calls: (value, links) => {
    const calls = decodeCalls(value)
    if (calls === undefined) return within('value', notCalls)
    const made = calls.map((call): ToolCall => ({ id: links.call(call.name), type: 'function', function: call }))
    return { role: 'assistant', tool_calls: made }
  },
  answer: (value, links) => {
    const id = links.answer()
    return id === undefined ? within('from', unasked) : { role: 'tool', tool_call_id: id, content: value }
  },
}

const CALL = shape({ name: text, arguments: anyObject })

function decodeCalls(value: string): { readonly name: string; readonly arguments: string }[] | undefined {
  const calls = listed(parseValueText(value))
  if (calls.length === 0 || !calls.every((call) => isObject(call) && !checkShape(call, CALL))) return undefined
  // CALL has established it.
  return (calls as unknown as { name: string; arguments: JsonObject }[]).map(({ name, arguments: given }) => ({
    name,
    arguments: JSON.stringify(given),
  }))
}

function listed(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

function decodeTools(value: string): readonly Tool[] | undefined {
  const parsed = parseValueText(value)
  if (!isList(parsed)) return undefined
  const definitions = parsed.map(unwrapped)
  if (functionDefinitions(definitions)) return undefined
  // functionDefinitions has established it.
  return (definitions as unknown as Tool['function'][]).map((definition) => ({
    type: 'function',
    function: definition,
  }))
}

/** A definition as OpenAI wraps it, or as it is. */
function unwrapped(tool: JsonValue): JsonValue {
  const wrapped = isObject(tool) && tool['type'] === 'function' && Object.keys(tool).length === 2
  return wrapped ? (tool['function'] ?? tool) : tool
}

const notTools = fault(
  'invalid-value',
  'must be the JSON text of a list of functions, each {"name", "description", "parameters"}',
)
const notCalls = fault(
  'invalid-value',
  'must be the JSON text of one call or of a list of calls, each {"name", "arguments"} with an object of arguments',
)
const lateSystem = fault('invalid-value', 'only the first turn can be the system’s')
const twoSystems = fault('invalid-value', 'the first turn is the system’s already', 'keep one of the two')

const unsaidIn = createUnsaid(sharegpt.says, { toolName: TOOL_NAME })

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const misleading = misleadingAnswer(example.messages, false)
  if (misleading !== undefined) {
    return { unsaid: { feature: 'tool-result-order', field: `messages[${misleading}].tool_call_id` } }
  }
  const conversations = listText(example.messages, (message) => textsText(encodeTurn(message), quote))
  const offered = example.tools?.map(({ function: { strict: _none, ...definition } }) => definition)
  return { text: objectText({ conversations, tools: offered?.length ? quote(JSON.stringify(offered)) : undefined }) }
}

function encodeTurn(message: Message): { readonly from: string; readonly value: string } {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : []
  if (calls.length > 0) return { from: SPEAKERS.calls[0], value: encodeCalls(calls) }
  const [value = ''] = textsOf(message.content)
  return { from: SPEAKERS[WRITTEN[message.role]][0], value }
}

/** Roles beyond these are features that this format does not say. */
const WRITTEN: Readonly<Record<Message['role'], Exclude<Speaker, 'calls'>>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'answer',
  function: 'answer',
}

function encodeCalls(calls: NonNullable<AssistantMessage['tool_calls']>): string {
  // Calls of custom tools are a feature that this format does not say.
  const written = calls.flatMap((call) =>
    call.type === 'function' ? [{ name: call.function.name, arguments: parseObjectText(call.function.arguments) }] : [],
  )
  return JSON.stringify(written.length === 1 ? written[0] : written)
}
