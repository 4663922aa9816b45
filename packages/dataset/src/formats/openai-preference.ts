import type { AssistantMessage, Example, JsonObject, Message } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import {
  inputMessages,
  OPENAI_PARTLY,
  OPENAI_SAYS,
  OPENAI_SOURCE,
  preferenceOutput,
  TOOL_NAME,
  toolMembers,
  tools,
  messageText,
  unweighed,
} from './openai-message.ts'
import { jsonText, listText, objectText, type Quote } from './row-text.ts'
import { boolean, checkShape, objectOf, shape } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** OpenAI's preference rows (FineTunePreferenceRequestInput): a conversation and two answers, one message each. */
export const openaiPreference: Codec = {
  summary: 'OpenAI preference: {"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}',
  source: `${OPENAI_SOURCE}, FineTunePreferenceRequestInput`,
  says: new Set(['preference', ...OPENAI_SAYS]),
  partly: OPENAI_PARTLY,
  looksLike: (row) => Object.hasOwn(row, 'preferred_output') || Object.hasOwn(row, 'non_preferred_output'),
  decode,
  encode,
}

const ROW = shape({
  input: objectOf(shape({ messages: inputMessages }, { tools, parallel_tool_calls: boolean })),
  preferred_output: preferenceOutput,
  non_preferred_output: preferenceOutput,
})

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established these shapes.
  const input = row['input'] as JsonObject
  const [preferred] = row['preferred_output'] as unknown as readonly [AssistantMessage]
  const [nonPreferred] = row['non_preferred_output'] as unknown as readonly [AssistantMessage]
  const turns = input['messages'] as unknown as readonly Message[]
  return { example: { kind: 'preference', messages: turns, ...toolMembers(input), preferred, nonPreferred } }
}

const unsaidIn = createUnsaid(openaiPreference.says, { toolName: TOOL_NAME })

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'preference') return { unsaid: unsaid ?? { feature: example.kind } }
  const written = (message: Message) => messageText(unweighed(message), quote)
  return {
    text: objectText({
      input: objectText({
        messages: listText(example.messages, written),
        tools: jsonText(example.tools),
        parallel_tool_calls: jsonText(example.parallelToolCalls),
      }),
      preferred_output: listText([example.preferred], written),
      non_preferred_output: listText([example.nonPreferred], written),
    }),
  }
}
