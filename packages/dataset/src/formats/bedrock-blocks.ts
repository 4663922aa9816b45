import type {
  AssistantMessage,
  AssistantPart,
  FunctionCall,
  JsonObject,
  Message,
  ToolCall,
  ToolMessage,
  ToolPart,
  UserPart,
} from '../example.ts'
import { decodeMedia, encodeMedia, MEDIA_BLOCKS } from './bedrock-media.ts'
import { partsOf, shortest } from './content.ts'
import { parseObjectText } from './json-text.ts'
import { itemsText, listText, textsText, type Quote } from './row-text.ts'
import {
  anyObject,
  anything,
  fault,
  listOf,
  objectOf,
  oneKeyOf,
  oneOf,
  shape,
  text,
  textLike,
  type Check,
} from './shape.ts'

// Source of every table here: ContentBlock of Amazon's service model bedrock-runtime 2023-09-30 (botocore 1.43.107);
// which block belongs to whom: Bedrock User Guide, Converse API.

const OTHERS = [
  'audio',
  'guardContent',
  'cachePoint',
  'citationsContent',
  'searchResult',
  'toolAddition',
  'toolRemoval',
] as const

const usersOnly: Check = () => fault('invalid-value', 'only the user’s messages can have this block')
const assistantsOnly: Check = () => fault('invalid-value', 'only the assistant’s messages can have this block')
const noBlocks = fault('empty-content', 'a list of content blocks needs at least one block')

/** ToolUseId and ToolName of the service model. */
export const CALL_ID = /^[\w.:-]{1,64}$/
export const CALL_NAME = /^[\w-]{1,64}$/

const toolUseId = textLike(CALL_ID, '1 to 64 letters, digits, and any of _ . : -')
const toolName = textLike(CALL_NAME, '1 to 64 letters, digits, underscores or dashes')

const resultBlock = oneKeyOf({ text, json: anything, ...MEDIA_BLOCKS }, ['searchResult'])
const toolResult = objectOf(
  shape({ toolUseId, content: listOf(resultBlock) }, { status: oneOf('success', 'error') }, ['type']),
)
const toolUse = objectOf(shape({ toolUseId, name: toolName, input: anyObject }, {}, ['type']))
const reasoningContent = oneKeyOf({
  reasoningText: objectOf(shape({ text }, { signature: text })),
  redactedContent: text,
})

/** `content` of a user's message. */
export const userBlocks: Check = listOf(
  oneKeyOf({ text, ...MEDIA_BLOCKS, toolResult, toolUse: assistantsOnly, reasoningContent: assistantsOnly }, OTHERS),
  noBlocks,
)

/** `content` of an assistant's message. */
export const assistantBlocks: Check = listOf(
  oneKeyOf(
    { text, toolUse, reasoningContent, toolResult: usersOnly, image: usersOnly, video: usersOnly, document: usersOnly },
    OTHERS,
  ),
  noBlocks,
)

interface ToolUse {
  readonly toolUseId: string
  readonly name: string
  readonly input: JsonObject
}

interface ToolResult {
  readonly toolUseId: string
  readonly content: readonly JsonObject[]
  readonly status?: 'success' | 'error'
}

/** What a checked block of the user's says. */
export function decodeUserBlock(block: JsonObject): UserPart | ToolMessage {
  const media = decodeMedia(block)
  if (media) return media
  // userBlocks has established it.
  if (!Object.hasOwn(block, 'toolResult')) return { type: 'text', text: block['text'] as string }
  const { toolUseId, content, status } = block['toolResult'] as unknown as ToolResult
  const said = content.length === 0 ? '' : shortest(content.map(decodeResultBlock))
  return { role: 'tool', tool_call_id: toolUseId, content: said, ...(status === 'error' && { is_error: true }) }
}

function decodeResultBlock(block: JsonObject): ToolPart {
  const media = decodeMedia(block)
  if (media) return media
  if (Object.hasOwn(block, 'json')) return { type: 'json', json: block['json'] ?? null }
  // resultBlock has established it.
  return { type: 'text', text: block['text'] as string }
}

/** What a checked block of the assistant's says. */
export function decodeAssistantBlock(block: JsonObject): AssistantPart | ToolCall {
  // assistantBlocks has established these shapes.
  if (Object.hasOwn(block, 'toolUse')) {
    const { toolUseId, name, input } = block['toolUse'] as unknown as ToolUse
    return { id: toolUseId, type: 'function', function: { name, arguments: JSON.stringify(input) } }
  }
  if (!Object.hasOwn(block, 'reasoningContent')) return { type: 'text', text: block['text'] as string }
  const reasoning = block['reasoningContent'] as JsonObject
  if (Object.hasOwn(reasoning, 'redactedContent')) {
    return { type: 'redacted_reasoning', data: reasoning['redactedContent'] as string }
  }
  return { type: 'reasoning', ...(reasoning['reasoningText'] as unknown as { text: string; signature?: string }) }
}

/** The blocks of a message that the format can say, as JSON text with commas between them. */
export function blocksText(message: Message, quote: Quote): string {
  if (message.role === 'tool') return resultText(message, quote)
  const { content } = message
  const calls = message.role === 'assistant' ? functionCalls(message) : NO_CALLS
  if (typeof content === 'string' && calls.length === 0) return `{"text":${quote(content)}}`
  // An empty text beside calls says nothing.
  const said = calls.length > 0 ? withoutText(partsOf<Part>(content)) : partsOf<Part>(content)
  return itemsText([itemsText(said, (part) => partText(part, quote)), itemsText(calls, callText)], (text) => text)
}

function resultText({ content, tool_call_id: id, is_error: failed }: ToolMessage, quote: Quote): string {
  const said = listText(partsOf<ToolPart>(content), (part) => partText(part, quote))
  return `{"toolResult":{"toolUseId":${quote(id)},"content":${said}${failed ? ',"status":"error"' : ''}}}`
}

type Part = UserPart | AssistantPart | ToolPart

function withoutText(parts: readonly Part[]): readonly Part[] {
  return parts.filter((part) => part.type !== 'text' || part.text !== '')
}

function partText(part: Part, quote: Quote): string {
  // The table is keyed by the type that discriminates the union.
  const write = PARTS[part.type] as ((part: Part, quote: Quote) => string) | undefined
  if (write === undefined) throw new Error(`a part of type ${part.type} was let through`)
  return write(part, quote)
}

/** Types absent here are features that the format does not say. */
const PARTS: {
  readonly [T in Part['type']]?: (part: Extract<Part, { readonly type: T }>, quote: Quote) => string
} = {
  text: ({ text }, quote) => `{"text":${quote(text)}}`,
  image_url: (part) => JSON.stringify(encodeMedia(part)),
  media: (part) => JSON.stringify(encodeMedia(part)),
  json: ({ json }) => JSON.stringify({ json }),
  reasoning: ({ text, signature }, quote) =>
    `{"reasoningContent":{"reasoningText":${textsText({ text, signature }, quote)}}}`,
  redacted_reasoning: ({ data }) => JSON.stringify({ reasoningContent: { redactedContent: data } }),
}

const NO_CALLS: readonly { id: string; function: FunctionCall }[] = []

/** The calls of a message; custom ones are a feature of their own. */
function functionCalls({ tool_calls: calls }: AssistantMessage): typeof NO_CALLS {
  return calls?.flatMap((call) => (call.type === 'function' ? [call] : [])) ?? NO_CALLS
}

function callText({ id, function: { name, arguments: given } }: { id: string; function: FunctionCall }): string {
  return JSON.stringify({ toolUse: { toolUseId: id, name, input: parseObjectText(given) } })
}
