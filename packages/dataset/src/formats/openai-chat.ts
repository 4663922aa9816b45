import type { ChatExample, Example, JsonObject, Message } from '../example.ts'
import type { Fault } from '../rules.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { lastNotAssistant } from './faults.ts'
import {
  functions,
  messages,
  messageText,
  OPENAI_PARTLY,
  OPENAI_SAYS,
  OPENAI_SOURCE,
  TOOL_NAME,
  toolMembers,
  tools,
} from './openai-message.ts'
import { jsonText, listText, objectText, type Quote } from './row-text.ts'
import { boolean, checkShape, fault, isList, shape, within } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** OpenAI's supervised rows (FineTuneChatRequestInput): `messages`, and optionally the tools offered. */
export const openaiChat: Codec = {
  summary: 'OpenAI chat: {"messages": [{"role", "content"}, …], "tools"?, …}',
  source: `${OPENAI_SOURCE}, FineTuneChatRequestInput`,
  says: new Set(['chat', 'weight', 'functions', ...OPENAI_SAYS]),
  partly: OPENAI_PARTLY,
  // `schemaVersion` is how Bedrock's conversation rows, which also have messages, name themselves.
  looksLike: (row) => isList(own(row, 'messages')) && !Object.hasOwn(row, 'schemaVersion'),
  decode,
  encode,
}

const ROW = shape({ messages }, { tools, parallel_tool_calls: boolean, functions })

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established the shape of messages and functions.
  const turns = row['messages'] as unknown as readonly Message[]
  const untrained = checkTarget(turns)
  if (untrained) return { fault: within('messages', untrained) }
  const deprecated = row['functions'] as unknown as ChatExample['functions']
  return {
    example: {
      kind: 'chat',
      messages: turns,
      ...toolMembers(row),
      ...(deprecated !== undefined && { functions: deprecated }),
    },
  }
}

const unsaidIn = createUnsaid(openaiChat.says, { toolName: TOOL_NAME })

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  return {
    text: objectText({
      messages: listText(example.messages, (message) => messageText(message, quote)),
      tools: jsonText(example.tools),
      parallel_tool_calls: jsonText(example.parallelToolCalls),
      functions: jsonText(example.functions),
    }),
  }
}

function checkTarget(turns: readonly Message[]): Fault | undefined {
  const last = turns.length - 1
  let learned = 0
  let spoken = 0
  for (const turn of turns) {
    if (turn.role !== 'assistant') continue
    spoken++
    if (turn.weight !== 0) learned++
  }
  if (spoken === 0) return fault('no-target', 'no message is the assistant’s, so nothing would be learned')
  if (turns[last]?.role !== 'assistant') return within(last, within('role', lastNotAssistant))
  if (learned === 0) return fault('no-target', 'every assistant message has weight 0, so nothing would be learned')
  return undefined
}

function own(row: JsonObject, key: string) {
  return Object.hasOwn(row, key) ? row[key] : undefined
}
