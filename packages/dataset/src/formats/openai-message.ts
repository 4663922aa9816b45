import type { AssistantMessage, JsonObject, JsonValue, Message, RefusalPart, Role, TextPart, Tool } from '../example.ts'
import type { Fault } from '../rules.ts'
import { emptyTarget, saidNothing, unmatched } from './faults.ts'
import type { Feature } from './features.ts'
import type { Quote } from './row-text.ts'
import { repeated } from './repeated.ts'
import {
  anyObject,
  boolean,
  byType,
  checkShape,
  fault,
  isList,
  isObject,
  listOf,
  objectOf,
  oneOf,
  orNull,
  shape,
  text,
  within,
  wrongType,
  type Check,
  type Shape,
} from './shape.ts'

/** Where OpenAI's rows are defined. */
export const OPENAI_SOURCE = 'OpenAI’s OpenAPI document 2.3.0 (openai/openai-openapi, 2026-08-21)'

/** What any conversation in OpenAI's shape can say. */
export const OPENAI_SAYS: readonly Feature[] = [
  'system-message',
  'later-system-message',
  'developer-message',
  'empty-instructions',
  'several-turns',
  'uneven-turns',
  'text-parts',
  'message-name',
  'cache-breakpoint',
  'image-data',
  'image-url',
  'image-detail',
  'media-type',
  'audio',
  'file',
  'refusal',
  'assistant-audio',
  'tools',
  'tool-without-parameters',
  'tool-strict',
  'no-parallel-calls',
  'tool-calls',
  'text-with-calls',
  'call-arguments-text',
  'deep-json',
  'call-id',
  'tool-name',
  'custom-tool-call',
  'tool-results',
  'tool-result-order',
  'tool-result-parts',
  'function-calls',
]

// Source of every table here: OPENAI_SOURCE, schemas ChatCompletionRequest*Message, ChatCompletionTool, ChatCompletionFunctions; `weight` is
// FineTuneChatCompletionRequestAssistantMessage's.

const emptyParts = fault('empty-content', 'a list of content parts needs at least one part')
const breakpoint = { prompt_cache_breakpoint: objectOf(shape({ mode: oneOf('explicit') })) }
const textPart = shape({ type: text, text }, breakpoint)
const imagePart = shape(
  { type: text, image_url: objectOf(shape({ url: text }, { detail: oneOf('auto', 'low', 'high') })) },
  breakpoint,
)
const audioPart = shape(
  { type: text, input_audio: objectOf(shape({ data: text, format: oneOf('wav', 'mp3') })) },
  breakpoint,
)
const filePart = shape(
  { type: text, file: objectOf(shape({}, { filename: text, file_data: text, file_id: text })) },
  breakpoint,
)
const refusalPart = shape({ type: text, refusal: text })

const textContent = stringOrParts([['text', textPart]])
const userContent = stringOrParts([
  ['text', textPart],
  ['image_url', imagePart],
  ['input_audio', audioPart],
  ['file', filePart],
])
const assistantContent = stringOrParts([
  ['text', textPart],
  ['refusal', refusalPart],
])

const functionCall = objectOf(shape({ name: text, arguments: text }))
const toolCalls = listOf(
  byType(
    new Map([
      ['function', shape({ id: text, type: text, function: functionCall })],
      ['custom', shape({ id: text, type: text, custom: objectOf(shape({ name: text, input: text })) })],
    ]),
  ),
)

const notWeighed: Check = () =>
  fault('invalid-weight', 'only an assistant message of a supervised row can have a weight', 'remove "weight"')

const weight: Check = (value) =>
  value === 0 || value === 1 ? undefined : fault('invalid-weight', 'must be 0 (not learned) or 1 (learned)')

const instruction = shape({ role: text, content: textContent }, { name: text, weight: notWeighed })
const assistantKeys = {
  content: orNull(assistantContent),
  name: text,
  refusal: orNull(text),
  audio: orNull(objectOf(shape({ id: text }))),
  tool_calls: toolCalls,
  function_call: orNull(functionCall),
}
const unweighedAssistant = shape({ role: text }, { ...assistantKeys, weight: notWeighed })

const WEIGHED: ReadonlyMap<string, Shape> = new Map<Role, Shape>([
  ['system', instruction],
  ['developer', instruction],
  ['user', shape({ role: text, content: userContent }, { name: text, weight: notWeighed })],
  ['assistant', shape({ role: text }, { ...assistantKeys, weight })],
  ['tool', shape({ role: text, content: textContent, tool_call_id: text }, { weight: notWeighed })],
  ['function', shape({ role: text, content: orNull(text), name: text }, { weight: notWeighed })],
])
const UNWEIGHED: ReadonlyMap<string, Shape> = new Map([...WEIGHED, ['assistant', unweighedAssistant]])
const ROLES = [...WEIGHED.keys()].map((role) => `"${role}"`).join(', ')

/** What OpenAI takes as the name of a function offered. */
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** What OpenAI's rows say only in part. */
export const OPENAI_PARTLY = {
  'tool-name': 'tools offered: 1 to 64 letters, digits, underscores or dashes',
} as const

/** The name of a function offered. */
export const functionName: Check = (value) => {
  if (typeof value !== 'string') return wrongType('a string', value)
  if (TOOL_NAME.test(value)) return undefined
  return fault('invalid-value', 'a function name has 1 to 64 letters, digits, underscores or dashes')
}
const functionKeys = { description: text, parameters: anyObject }

const offer = repeated(
  listOf(
    objectOf(
      shape({
        type: oneOf('function'),
        function: objectOf(shape({ name: functionName }, { ...functionKeys, strict: orNull(boolean) })),
      }),
    ),
  ),
)

/** `tools` of a row: functions the model may call. */
export const tools: Check = offer.check

/** Definitions of functions, without a wrapper around each. */
export const functionDefinitions: Check = listOf(objectOf(shape({ name: functionName }, functionKeys)))

const functionList = listOf(
  objectOf(shape({ name: functionName }, functionKeys)),
  fault('invalid-value', 'needs 1 to 128 functions', 'remove "functions" where the row has none'),
)

/** `functions` of a row: the deprecated form of `tools`, 1 to 128 of them. */
export const functions: Check = (value) => {
  if (isList(value) && value.length > 128) return fault('invalid-value', 'needs 1 to 128 functions')
  return functionList(value)
}

/** `messages` of a supervised row: well-formed, and every tool message answers a call made before it. */
export const messages: Check = (value) => checkMessages(value, WEIGHED)

/** `messages` of a preference row's input: the same without weights, since none of them is learned. */
export const inputMessages: Check = (value) => checkMessages(value, UNWEIGHED)

function checkMessages(value: JsonValue, shapes: ReadonlyMap<string, Shape>): Fault | undefined {
  if (!isList(value)) return wrongType('a list', value)
  if (value.length === 0) return fault('empty-messages', 'needs at least one message')
  let calls: Set<JsonValue> | undefined
  for (let index = 0; index < value.length; index++) {
    const message = value[index] ?? null
    const found = checkMessage(message, shapes)
    if (found) return within(index, found)
    // checkMessage has just established it.
    const known = message as unknown as Message
    if (known.role === 'assistant' && known.tool_calls) {
      calls ??= new Set()
      for (const call of known.tool_calls) calls.add(call.id)
    }
    if (known.role === 'tool' && !calls?.has(known.tool_call_id))
      return within(index, within('tool_call_id', unmatched))
  }
  return undefined
}

/** The one assistant message of a preference row's output: it has something to say and no weight. */
export const preferenceOutput: Check = (value) => {
  if (!isList(value)) return wrongType('a list', value)
  const message = value[0]
  if (value.length !== 1 || message === undefined) return fault('invalid-output', 'must hold exactly one message')
  if (!isObject(message)) return within(0, wrongType('an object', message))
  if (!Object.hasOwn(message, 'role'))
    return within(0, within('role', fault('missing-key', '"role" is required and absent')))
  if (message['role'] !== 'assistant') {
    return within(0, within('role', fault('invalid-output', 'the output must be an assistant message')))
  }
  const found = checkShape(message, unweighedAssistant) ?? checkSaid(message)
  return found && within(0, found)
}

/** True when the message has the shape of a message of that role and, if the assistant's, says something. */
function checkMessage(value: JsonValue, shapes: ReadonlyMap<string, Shape>): Fault | undefined {
  if (!isObject(value)) return wrongType('an object', value)
  const role = Object.hasOwn(value, 'role') ? value['role'] : undefined
  if (role === undefined) return within('role', fault('missing-key', '"role" is required and absent'))
  if (typeof role !== 'string') return within('role', wrongType('a string', role))
  const shape = shapes.get(role)
  if (shape === undefined) return within('role', fault('unknown-role', `must be one of ${ROLES}`))
  return checkShape(value, shape) ?? (role === 'assistant' ? checkSaid(value) : undefined)
}

interface Spoken {
  readonly content?: string | readonly (TextPart | RefusalPart)[] | null
}

function checkSaid(value: JsonObject): Fault | undefined {
  // The shape has been checked; OpenAI's rows have no other parts.
  const message = value as unknown as Omit<AssistantMessage, 'content'> & Spoken
  if (message.tool_calls?.length || message.function_call || message.audio) return undefined
  const { content } = message
  if (content === undefined || content === null) return message.refusal ? undefined : within('content', saidNothing)
  if (typeof content === 'string') return content !== '' || message.refusal ? undefined : within('content', emptyTarget)
  const refusals = content.filter((part) => part.type === 'refusal').length
  if (refusals > 0 && content.length > 1) return within('content', mixedRefusal)
  const empty = content.every((part) => (part.type === 'text' ? part.text : part.refusal) === '')
  return empty ? within('content', emptyTarget) : undefined
}

const mixedRefusal = fault('mixed-refusal', 'a refusal part must be the only part')

function stringOrParts(parts: readonly (readonly [string, Shape])[]): Check {
  const list = listOf(byType(new Map(parts)), emptyParts)
  return (value) => {
    if (typeof value === 'string') return undefined
    return isList(value) ? list(value) : wrongType('a string or a list of parts', value)
  }
}

/** Wire fields that chat and preference rows share, as the example's members. */
export function toolMembers(row: JsonObject): {
  readonly tools?: readonly Tool[]
  readonly parallelToolCalls?: boolean
} {
  const { tools: offered, parallel_tool_calls: parallel } = row
  if (offered === undefined && parallel === undefined) return {}
  return {
    // Both were checked by the row's shape.
    ...(offered !== undefined && { tools: offer.first(offered) as unknown as readonly Tool[] }),
    ...(parallel !== undefined && { parallelToolCalls: parallel as boolean }),
  }
}

/** A message as it stands in a row; its keys need no quoting, being those of the vendor's. */
export function messageText(message: Message, quote: Quote): string {
  let text = ''
  for (const [key, value] of Object.entries(message)) {
    if (value === undefined) continue
    text += `${text === '' ? '{' : ','}"${key}":${typeof value === 'string' ? quote(value) : JSON.stringify(value)}`
  }
  return `${text}}`
}

/** The message without a weight that says the default, for rows in which none may stand. */
export function unweighed<M extends Message>(message: M): M {
  if (message.role !== 'assistant' || message.weight === undefined) return message
  const { weight: _default, ...rest } = message
  // Only an optional member is gone.
  return rest as M
}
