import type { Example, JsonObject, JsonValue, Message, TextPart, Tool } from '../example.ts'
import type { Fault } from '../rules.ts'
import {
  assistantBlocks,
  blocksText,
  CALL_ID,
  CALL_NAME,
  decodeAssistantBlock,
  decodeUserBlock,
  userBlocks,
} from './bedrock-blocks.ts'
import { isBedrockMedia } from './bedrock-media.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { shortest, splitSystem, textsOf } from './content.ts'
import { emptyTarget, lastNotAssistant, unmatched } from './faults.ts'
import { functionName } from './openai-message.ts'
import {
  anyObject,
  boolean,
  checkShape,
  fault,
  isList,
  isObject,
  listOf,
  objectOf,
  oneKeyOf,
  shape,
  someText,
  text,
  within,
  wrongType,
  type Check,
} from './shape.ts'
import { assistantMessages, turnsText, userMessages } from './turns.ts'
import type { Limits } from './says.ts'
import { rememberLast } from './repeated.ts'
import { listText, objectText, type Quote } from './row-text.ts'
import { createUnsaid } from './unsaid.ts'

/** Amazon Bedrock's conversations, for Nova and Llama. `schemaVersion` may be any text and says nothing but its own name. */
export const bedrockConversation: Codec = {
  summary:
    'Bedrock conversation: {"schemaVersion": "bedrock-conversation-2024", "system"?: [{"text"}], "messages": [{"role", "content": [{"text"}, …]}, …]}',
  source:
    'AWS, Bedrock User Guide, “Prepare data for fine-tuning”; service model bedrock-runtime 2023-09-30 (botocore 1.43.107), Message, SystemContentBlock, ToolConfiguration',
  says: new Set([
    'chat',
    'system-message',
    'several-turns',
    'uneven-turns',
    'text-parts',
    'image-data',
    'image-s3',
    'media-data',
    'media-s3',
    'media-name',
    'media-type',
    'reasoning',
    'reasoning-signature',
    'redacted-reasoning',
    'tools',
    'tool-strict',
    'tool-calls',
    'text-with-calls',
    'call-id',
    'tool-name',
    'tool-results',
    'tool-result-order',
    'tool-result-parts',
    'tool-result-json',
    'tool-result-json-text',
    'tool-result-media',
    'tool-result-error',
  ]),
  partly: {
    'media-type': 'those the service model has a word for',
    'call-id': '1 to 64 letters, digits, and any of _ . : -',
    'tool-name': '1 to 64 letters, digits, underscores or dashes',
  },
  looksLike: (row) => Object.hasOwn(row, 'schemaVersion') || (isList(row['system']) && Object.hasOwn(row, 'messages')),
  decode,
  encode,
}

const LIMITS: Limits = { mediaType: isBedrockMedia, callId: CALL_ID, callName: CALL_NAME, toolName: CALL_NAME }

const user = shape({ role: text, content: userBlocks })
const assistant = shape({ role: text, content: assistantBlocks })
const noRole = fault('unknown-role', 'must be "user" or "assistant"; instructions go into "system"')

const message: Check = (value) => {
  if (!isObject(value)) return wrongType('an object', value)
  if (value['role'] === 'assistant') return checkShape(value, assistant)
  const known = value['role'] === 'user' || typeof value['role'] !== 'string'
  return known ? checkShape(value, user) : within('role', noRole)
}

const toolSpec = objectOf(
  shape(
    { name: functionName, inputSchema: objectOf(shape({ json: anyObject })) },
    { description: someText, strict: boolean },
  ),
)
const tools = listOf(
  oneKeyOf({ toolSpec }, ['systemTool', 'cachePoint']),
  fault('invalid-value', 'needs at least one tool', 'remove "toolConfig" where the row has none'),
)

const ROW = shape(
  {
    schemaVersion: text,
    messages: listOf(message, fault('empty-messages', 'needs at least one message')),
  },
  {
    system: listOf(oneKeyOf({ text: someText }, ['guardContent', 'cachePoint'])),
    toolConfig: objectOf(shape({ tools }, {}, ['toolChoice'])),
  },
)

interface Row {
  readonly system?: readonly { readonly text: string }[]
  readonly messages: readonly Turn[]
  readonly toolConfig?: { readonly tools: readonly { readonly toolSpec: ToolSpec }[] }
}
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: readonly JsonObject[]
}
interface ToolSpec {
  readonly name: string
  readonly description?: string
  readonly inputSchema: { readonly json: JsonObject }
  readonly strict?: boolean
}

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { system = [], messages: turns, toolConfig } = row as unknown as Row
  const fault = checkTurns(turns)
  if (fault) return { fault: within('messages', fault) }
  const instructions = shortest(system.map(({ text }): TextPart => ({ type: 'text', text })))
  const messages: Message[] = turns.flatMap(({ role, content }) =>
    role === 'user' ? userMessages(content.map(decodeUserBlock)) : assistantMessages(content.map(decodeAssistantBlock)),
  )
  if (instructions.length > 0) messages.unshift({ role: 'system', content: instructions })
  return { example: { kind: 'chat', messages, ...(toolConfig && { tools: toolConfig.tools.map(decodeTool) }) } }
}

function checkTurns(turns: readonly Turn[]): Fault | undefined {
  const called = new Set<JsonValue>()
  for (const [index, { role, content }] of turns.entries()) {
    const found = role === 'user' ? checkAnswers(content, called) : checkSaid(content, called)
    if (found) return within(index, within('content', found))
  }
  const last = turns.length - 1
  return turns[last]?.role === 'assistant' ? undefined : within(last, within('role', lastNotAssistant))
}

function checkAnswers(blocks: readonly JsonObject[], called: ReadonlySet<JsonValue>): Fault | undefined {
  for (const [index, block] of blocks.entries()) {
    if (!Object.hasOwn(block, 'toolResult')) continue
    // userBlocks has established it.
    const { toolUseId } = block['toolResult'] as { toolUseId: string }
    if (!called.has(toolUseId)) return within(index, within('toolResult', within('toolUseId', unmatched)))
  }
  return undefined
}

function checkSaid(blocks: readonly JsonObject[], called: Set<JsonValue>): Fault | undefined {
  for (const block of blocks) {
    // assistantBlocks has established it.
    if (Object.hasOwn(block, 'toolUse')) called.add((block['toolUse'] as { toolUseId: string }).toolUseId)
  }
  return blocks.every(saysNothing) ? emptyTarget : undefined
}

/** An empty text, or reasoning without a word; a signature proves that there was some. */
function saysNothing(block: JsonObject): boolean {
  // assistantBlocks has established it.
  const { reasoningText } = (block['reasoningContent'] ?? {}) as { reasoningText?: JsonObject }
  const said = reasoningText ?? block
  return said['text'] === '' && said['signature'] === undefined
}

function decodeTool({ toolSpec: { name, description, inputSchema, strict } }: { readonly toolSpec: ToolSpec }): Tool {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: inputSchema.json,
      ...(strict !== undefined && { strict }),
    },
  }
}

const unsaidIn = createUnsaid(bedrockConversation.says, LIMITS)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const { system, rest } = splitSystem(example.messages)
  return {
    text: objectText({
      schemaVersion: '"bedrock-conversation-2024"',
      system: system === undefined ? undefined : listText(textsOf(system), (text) => `{"text":${quote(text)}}`),
      messages: turnsText(rest, HEADS, (message) => blocksText(message, quote)),
      toolConfig: example.tools?.length ? toolsText(example.tools) : undefined,
    }),
  }
}

const HEADS = { user: '{"role":"user","content":[', assistant: '{"role":"assistant","content":[' } as const

const toolsText = rememberLast((tools: readonly Tool[]) => JSON.stringify({ tools: tools.map(encodeTool) }))

function encodeTool({ function: { name, description, parameters, strict } }: Tool): object {
  return {
    toolSpec: {
      name,
      // The service takes no empty description, and none says the same.
      description: description === '' ? undefined : description,
      inputSchema: { json: parameters },
      strict: strict ?? undefined,
    },
  }
}
