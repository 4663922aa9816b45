import type { AssistantMessage, Example, InstructionMessage, Message, Role, Tool, ToolCall } from '../example.ts'
import type { Feature, Unsaid } from './features.ts'
import { parseObjectText } from './json-text.ts'
import { rememberLast } from './repeated.ts'
import { firstOf, ofJson, under, unless, type Limits, type Says } from './says.ts'
import { ofParts, ofSaid, ofToolResult, ofUser } from './unsaid-parts.ts'

/** Finds the first thing in an example that is not among what a format says; undefined when there is none. */
export function createUnsaid(
  features: ReadonlySet<Feature>,
  limits: Limits = {},
): (example: Example) => Unsaid | undefined {
  const says: Says = { has: (feature) => features.has(feature), ...limits }
  const ofTools = rememberLast((tools: readonly Tool[]) => firstOf('tools', tools, (tool) => ofTool(tool, says)))
  return (example) => {
    if (!says.has(example.kind)) return { feature: example.kind }
    if (example.kind === 'completion' || example.kind === 'text') return undefined
    const tools = example.tools ?? []
    const found =
      ofOffer(example, says) ??
      (tools.length === 0 ? undefined : (unless(says, 'tools', 'tools') ?? ofTools(tools))) ??
      ofConversation(example.messages, says)
    if (found || example.kind !== 'preference') return found
    return (
      under('preferred', ofAssistant(example.preferred, says)) ??
      under('nonPreferred', ofAssistant(example.nonPreferred, says))
    )
  }
}

function ofOffer(example: Exclude<Example, { kind: 'completion' | 'text' }>, says: Says): Unsaid | undefined {
  if (example.kind === 'chat' && example.functions !== undefined) {
    const unsaid = unless(says, 'functions', 'functions')
    if (unsaid) return unsaid
  }
  return example.parallelToolCalls === false ? unless(says, 'no-parallel-calls', 'parallelToolCalls') : undefined
}

function ofTool({ function: { name, parameters, strict } }: Tool, says: Says): Unsaid | undefined {
  if (says.toolName?.test(name) === false) return { feature: 'tool-name', field: 'function.name' }
  if (parameters === undefined && !says.has('tool-without-parameters')) {
    return { feature: 'tool-without-parameters', field: 'function' }
  }
  const deep = parameters && under('function.parameters', ofJson(parameters, says))
  if (deep || strict === undefined || strict === null) return deep
  return unless(says, 'tool-strict', 'function.strict')
}

function ofConversation(messages: readonly Message[], says: Says): Unsaid | undefined {
  const found = firstOf('messages', messages, (message, index) => ofMessage(message, index, says))
  return found ?? ofTurns(messages, says)
}

function ofTurns(messages: readonly Message[], says: Says): Unsaid | undefined {
  if (!says.has('several-turns') && messages.filter(({ role }) => role === 'assistant').length > 1) {
    return { feature: 'several-turns', field: 'messages' }
  }
  if (says.has('uneven-turns')) return undefined
  const turns = messages.filter(({ role }) => role !== 'system' && role !== 'developer')
  const even = turns.every(({ role }, index) => (role === 'assistant') === (index % 2 === 1))
  return even ? undefined : { feature: 'uneven-turns', field: 'messages' }
}

function ofMessage(message: Message, index: number, says: Says): Unsaid | undefined {
  // The table is keyed by the role that discriminates the union.
  const check = BY_ROLE[message.role] as (message: Message, index: number, says: Says) => Unsaid | undefined
  return check(message, index, says)
}

type MessageOf<R extends Role> = Extract<Message, { readonly role: R }>

const BY_ROLE: {
  readonly [R in Role]: (message: MessageOf<R>, index: number, says: Says) => Unsaid | undefined
} = {
  system: ofSystem,
  developer: ({ content, name }, _index, says) =>
    unless(says, 'developer-message') ?? ofAuthor(name, says) ?? ofParts(content, says),
  user: ({ content, name }, _index, says) => ofAuthor(name, says) ?? ofUser(content, says),
  assistant: (message, _index, says) => ofAssistant(message, says),
  tool: (message, _index, says) => ofToolResult(message, says),
  function: (_message, _index, says) => unless(says, 'function-calls'),
}

function ofAuthor(name: string | undefined, says: Says): Unsaid | undefined {
  return name === undefined ? undefined : unless(says, 'message-name', 'name')
}

function ofSystem({ content, name }: InstructionMessage, index: number, says: Says): Unsaid | undefined {
  const missing = unless(says, index === 0 ? 'system-message' : 'later-system-message') ?? ofAuthor(name, says)
  if (missing) return missing
  const texts = typeof content === 'string' ? [content] : content.map(({ text }) => text)
  if (texts.includes('') && !says.has('empty-instructions')) return { feature: 'empty-instructions', field: 'content' }
  return ofParts(content, says)
}

/** Nulls and empty lists say the same as absence, as `canonicalExample` has it. */
function ofAssistant(message: AssistantMessage, says: Says): Unsaid | undefined {
  const { content, name, refusal, audio, tool_calls: calls, function_call: functionCall, weight } = message
  return (
    ofAuthor(name, says) ??
    (refusal ? unless(says, 'refusal', 'refusal') : undefined) ??
    (audio ? unless(says, 'assistant-audio', 'audio') : undefined) ??
    (functionCall ? unless(says, 'function-calls', 'function_call') : undefined) ??
    (weight === 0 ? unless(says, 'weight', 'weight') : undefined) ??
    (calls?.length ? ofCalls(calls, content, says) : undefined) ??
    (content ? ofSaid(content, says) : undefined)
  )
}

function ofCalls(calls: readonly ToolCall[], content: AssistantMessage['content'], says: Says): Unsaid | undefined {
  const found = firstOf('tool_calls', calls, (call) => ofCall(call, says))
  return found ?? (content && content.length > 0 ? unless(says, 'text-with-calls') : undefined)
}

function ofCall(call: ToolCall, says: Says): Unsaid | undefined {
  if (call.type === 'custom') return unless(says, 'custom-tool-call')
  const missing = unless(says, 'tool-calls')
  if (missing) return missing
  if (says.callId?.test(call.id) === false) return { feature: 'call-id', field: 'id' }
  if (says.callName?.test(call.function.name) === false) return { feature: 'tool-name', field: 'function.name' }
  if (says.has('call-arguments-text')) return undefined
  const given = parseObjectText(call.function.arguments)
  if (given === undefined) return { feature: 'call-arguments-text', field: 'function.arguments' }
  return under('function.arguments', ofJson(given, says))
}
