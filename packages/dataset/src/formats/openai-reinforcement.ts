import type { Example, JsonObject, Message } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { lastNotUser } from './faults.ts'
import {
  inputMessages,
  OPENAI_PARTLY,
  OPENAI_SAYS,
  TOOL_NAME,
  toolMembers,
  tools,
  messageText,
  unweighed,
} from './openai-message.ts'
import { jsonText, listText, objectText, type Quote } from './row-text.ts'
import { boolean, checkShape, isList, isObject, shape, within } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** OpenAI's reinforcement rows: a conversation that ends with what is asked, and whatever else its grader reads as `item`. */
export const openaiReinforcement: Codec = {
  summary: 'OpenAI reinforcement: {"messages": [… ending with the user’s], …keys for the grader}',
  source: 'OpenAI, guide to reinforcement fine-tuning (read 2026-11-22); Bedrock takes the same rows for Nova',
  says: new Set(['reinforcement', ...OPENAI_SAYS]),
  partly: OPENAI_PARTLY,
  // A conversation alone, without anything to grade by, is more likely a chat row whose answer was forgotten.
  looksLike: (row) => endsWithUser(row) && Object.keys(row).some((key) => !CHAT_KEYS.has(key)),
  decode,
  encode,
}

const CHAT_KEYS: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'parallel_tool_calls',
  'functions',
  'schemaVersion',
])

const CONVERSATION = shape({ messages: inputMessages }, { tools, parallel_tool_calls: boolean })

function decode(row: JsonObject): Decoded {
  const keys = Object.entries(row)
  const conversation = Object.fromEntries(keys.filter(([key]) => CONVERSATION.checks.has(key)))
  const found = checkShape(conversation, CONVERSATION)
  if (found) return { fault: found }
  // CONVERSATION has established the shape of the messages.
  const turns = row['messages'] as unknown as readonly Message[]
  const last = turns.length - 1
  if (turns[last]?.role !== 'user') return { fault: within('messages', within(last, within('role', lastNotUser))) }
  const item = Object.fromEntries(keys.filter(([key]) => !CONVERSATION.checks.has(key)))
  return { example: { kind: 'reinforcement', messages: turns, ...toolMembers(row), item } }
}

const unsaidIn = createUnsaid(openaiReinforcement.says, { toolName: TOOL_NAME })

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'reinforcement') return { unsaid: unsaid ?? { feature: example.kind } }
  const conversation = objectText({
    messages: listText(example.messages, (message) => messageText(unweighed(message), quote)),
    tools: jsonText(example.tools),
    parallel_tool_calls: jsonText(example.parallelToolCalls),
  })
  // Keys of the user's own need quoting.
  const item = JSON.stringify(example.item)
  return { text: item === '{}' ? conversation : `${conversation.slice(0, -1)},${item.slice(1)}` }
}

function endsWithUser(row: JsonObject): boolean {
  const turns = Object.hasOwn(row, 'messages') ? row['messages'] : undefined
  const last = isList(turns) ? turns.at(-1) : undefined
  return isObject(last) && Object.hasOwn(last, 'role') && last['role'] === 'user'
}
