import type { AssistantMessage, Example, Message, Tool, ToolCall } from '../example.ts'
import { partsOf, shortest, withoutEmptyTexts } from './content.ts'
import { parseObjectText } from './json-text.ts'

/**
 * The one form of all examples that mean the same, so that equal meaning is deep equality whatever the format said it
 * in. Vendors' formats differ in these alone, and a conversion may change them:
 * - absence, null, an empty list of tools or calls, an empty description; empty text beside anything else the assistant says;
 * - a text, and a list of that one text;
 * - defaults that are said: weight 1, parallel calls allowed;
 * - ids of calls, which only link: numbered in order (`call_1`, `call_2`, …);
 * - white space in call arguments that are the text of one JSON object.
 *
 * The identity of rows (`rowHash`) is made of it and is kept: what changes here needs another name there.
 */
export function canonicalExample(example: Example): Example {
  if (example.kind === 'completion' || example.kind === 'text') return example
  const number = createNumbering()
  const { tools, parallelToolCalls, ...rest } = example
  const offer = {
    ...(tools?.length && { tools: tools.map(canonicalTool) }),
    ...(parallelToolCalls === false && { parallelToolCalls }),
  }
  const messages = rest.messages.map((message) => canonicalMessage(message, number))
  if (rest.kind !== 'preference') return { ...rest, ...offer, messages }
  const preferred = canonicalAssistant(rest.preferred, createNumbering(number))
  const nonPreferred = canonicalAssistant(rest.nonPreferred, createNumbering(number))
  return { ...rest, ...offer, messages, preferred, nonPreferred }
}

interface Numbering {
  readonly last: () => number
  readonly made: (id: string) => string
  readonly meant: (id: string) => string
}

/** Numbers calls; an id used twice means the latest call that has it. */
function createNumbering(after?: Numbering): Numbering {
  const latest = new Map<string, string>()
  let count = after?.last() ?? 0
  return {
    last: () => count,
    made: (id) => {
      latest.set(id, `call_${++count}`)
      return `call_${count}`
    },
    meant: (id) => latest.get(id) ?? id,
  }
}

function canonicalTool({ type, function: { name, description, parameters, strict } }: Tool): Tool {
  return {
    type,
    function: {
      name,
      ...(description && { description }),
      ...(parameters !== undefined && { parameters }),
      ...(strict !== undefined && strict !== null && { strict }),
    },
  }
}

function canonicalMessage(message: Message, number: Numbering): Message {
  // Each branch keeps its message's role; spreading the union forgets that.
  if (message.role === 'assistant') return canonicalAssistant(message, number)
  if (message.role === 'function') return message
  const content = shortest(partsOf<{ readonly type: string }>(message.content))
  if (message.role !== 'tool') return { ...message, content } as Message
  return { ...message, content, tool_call_id: number.meant(message.tool_call_id) } as Message
}

function canonicalAssistant(message: AssistantMessage, number: Numbering): AssistantMessage {
  const { name, refusal, audio, tool_calls: calls = [], function_call: functionCall, weight } = message
  const content = shortest(withoutEmptyTexts(partsOf(message.content)))
  const silent = content.length === 0 && (refusal || audio || functionCall || calls.length > 0)
  return {
    role: 'assistant',
    ...(message.content !== undefined && message.content !== null && !silent && { content }),
    ...(name !== undefined && { name }),
    ...(refusal && { refusal }),
    ...(audio && { audio }),
    ...(calls.length > 0 && { tool_calls: calls.map((call) => canonicalCall(call, number)) }),
    ...(functionCall && { function_call: functionCall }),
    ...(weight === 0 && { weight }),
  }
}

function canonicalCall(call: ToolCall, number: Numbering): ToolCall {
  const id = number.made(call.id)
  if (call.type === 'custom') return { ...call, id }
  const given = parseObjectText(call.function.arguments)
  const text = given === undefined ? call.function.arguments : JSON.stringify(given)
  return { id, type: 'function', function: { name: call.function.name, arguments: text } }
}
