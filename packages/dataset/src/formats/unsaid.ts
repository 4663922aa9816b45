import type {
  AssistantMessage,
  AssistantPart,
  Example,
  ImagePart,
  InstructionMessage,
  MediaPart,
  Message,
  Role,
  Tool,
  ToolCall,
  ToolMessage,
  ToolPart,
  UserMessage,
  UserPart,
} from '../example.ts'
import type { Feature, Unsaid } from './features.ts'
import { parseObjectText } from './json-text.ts'
import { imageFeature, isDocument, mediaFeature, mediaTypeOf } from './media.ts'

interface Says extends Limits {
  readonly has: (feature: Feature) => boolean
}

/** What a format says of a feature only for some values. */
export interface Limits {
  /** Media types the format has a name for. */
  readonly mediaType?: (mediaType: string) => boolean
  /** Addresses of images and other media, where they are neither inside the row nor in S3. */
  readonly address?: RegExp
  readonly callId?: RegExp
  /** Names of tools called. */
  readonly callName?: RegExp
  /** Names of tools offered. */
  readonly toolName?: RegExp
}

/** The first thing in the example that is not among what a format says. */
export function firstUnsaid(example: Example, features: ReadonlySet<Feature>, limits: Limits = {}): Unsaid | undefined {
  const says: Says = { has: (feature) => features.has(feature), ...limits }
  if (!says.has(example.kind)) return { feature: example.kind }
  if (example.kind === 'completion' || example.kind === 'text') return undefined
  const found = ofOffer(example, says) ?? ofConversation(example.messages, says)
  if (found || example.kind !== 'preference') return found
  return (
    under('preferred', ofAssistant(example.preferred, says)) ??
    under('nonPreferred', ofAssistant(example.nonPreferred, says))
  )
}

/** The same thing seen from its container. */
export function under(segment: string, inner: Unsaid | undefined): Unsaid | undefined {
  return inner && { ...inner, field: inner.field === undefined ? segment : `${segment}.${inner.field}` }
}

function ofOffer(example: Exclude<Example, { kind: 'completion' | 'text' }>, says: Says): Unsaid | undefined {
  if (example.kind === 'chat' && example.functions !== undefined) {
    const unsaid = unless(says, 'functions', 'functions')
    if (unsaid) return unsaid
  }
  if (example.parallelToolCalls === false) {
    const unsaid = unless(says, 'no-parallel-calls', 'parallelToolCalls')
    if (unsaid) return unsaid
  }
  if (!example.tools?.length) return undefined
  return unless(says, 'tools', 'tools') ?? firstOf('tools', example.tools, (tool) => ofTool(tool, says))
}

function ofTool({ function: { name, parameters, strict } }: Tool, says: Says): Unsaid | undefined {
  if (says.toolName?.test(name) === false) return { feature: 'tool-name', field: 'function.name' }
  if (parameters === undefined && !says.has('tool-without-parameters')) {
    return { feature: 'tool-without-parameters', field: 'function' }
  }
  if (strict === undefined || strict === null) return undefined
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
    unless(says, 'developer-message') ?? ofAuthor(name, says) ?? ofParts(content, says, () => undefined),
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
  return ofParts(content, says, () => undefined)
}

function ofUser(content: UserMessage['content'], says: Says): Unsaid | undefined {
  return ofParts(content, says, (part) => USER_PARTS[part.type](part as never, says))
}

const USER_PARTS: {
  readonly [T in UserPart['type']]: (part: Extract<UserPart, { readonly type: T }>, says: Says) => Unsaid | undefined
} = {
  text: () => undefined,
  image_url: (part, says) =>
    unless(says, imageFeature(part)) ??
    ofAddress(imageFeature(part), part.image_url.url, says) ??
    ofMediaType(part, says) ??
    (part.image_url.detail === undefined ? undefined : unless(says, 'image-detail', 'image_url.detail')),
  input_audio: (_part, says) => unless(says, 'audio'),
  file: (_part, says) => unless(says, 'file'),
  media: (part, says) =>
    unless(says, mediaFeature(part)) ??
    ofAddress(mediaFeature(part), part.media.url, says) ??
    ofName(part, says) ??
    ofMediaType(part, says),
}

function ofAddress(feature: Feature, url: string, says: Says): Unsaid | undefined {
  const fits = !ADDRESSED.has(feature) || says.address === undefined || says.address.test(url)
  return fits ? undefined : { feature }
}

const ADDRESSED: ReadonlySet<Feature> = new Set(['image-uri', 'media-uri'])

function ofName(part: MediaPart, says: Says): Unsaid | undefined {
  const named = part.media.name !== undefined
  // No format names a video.
  if (!isDocument(part)) return named ? { feature: 'media-name' } : undefined
  return unless(says, named ? 'media-name' : 'unnamed-document')
}

function ofMediaType(part: ImagePart | MediaPart, says: Says): Unsaid | undefined {
  const mediaType = mediaTypeOf(part)
  const named = mediaType === undefined || says.mediaType === undefined || says.mediaType(mediaType)
  return named ? undefined : { feature: 'media-type' }
}

/** Nulls and empty lists say the same as absence, as `canonicalExample` has it. */
function ofAssistant(message: AssistantMessage, says: Says): Unsaid | undefined {
  const { content, name, refusal, audio, tool_calls: calls, function_call: functionCall, weight } = message
  if (name !== undefined && !says.has('message-name')) return { feature: 'message-name', field: 'name' }
  if (refusal) return unless(says, 'refusal', 'refusal')
  if (audio) return unless(says, 'assistant-audio', 'audio')
  if (functionCall) return unless(says, 'function-calls', 'function_call')
  if (weight === 0 && !says.has('weight')) return { feature: 'weight', field: 'weight' }
  if (calls?.length) {
    const found = firstOf('tool_calls', calls, (call) => ofCall(call, says))
    if (found) return found
    if (content && content.length > 0 && !says.has('text-with-calls')) return { feature: 'text-with-calls' }
  }
  return content ? ofParts(content, says, (part) => ofAssistantPart(part, says)) : undefined
}

function ofAssistantPart(part: AssistantPart, says: Says): Unsaid | undefined {
  if (part.type === 'text') return undefined
  if (part.type === 'refusal') return unless(says, 'refusal')
  if (part.type === 'redacted_reasoning') return unless(says, 'redacted-reasoning')
  return unless(says, 'reasoning') ?? (part.signature === undefined ? undefined : unless(says, 'reasoning-signature'))
}

function ofCall(call: ToolCall, says: Says): Unsaid | undefined {
  if (call.type === 'custom') return unless(says, 'custom-tool-call')
  const missing = unless(says, 'tool-calls')
  if (missing) return missing
  if (says.callId?.test(call.id) === false) return { feature: 'call-id', field: 'id' }
  if (says.callName?.test(call.function.name) === false) return { feature: 'tool-name', field: 'function.name' }
  if (says.has('call-arguments-text')) return undefined
  if (parseObjectText(call.function.arguments) !== undefined) return undefined
  return { feature: 'call-arguments-text', field: 'function.arguments' }
}

function ofToolResult({ content, is_error: failed }: ToolMessage, says: Says): Unsaid | undefined {
  const missing = unless(says, 'tool-results') ?? (failed ? unless(says, 'tool-result-error', 'is_error') : undefined)
  if (missing) return missing
  if (typeof content !== 'string' && content.length > 1 && !says.has('tool-result-parts')) {
    return { feature: 'tool-result-parts', field: 'content' }
  }
  return ofEach(content, says, (part) => ofToolPart(part, says))
}

function ofToolPart(part: ToolPart, says: Says): Unsaid | undefined {
  if (part.type === 'text') return undefined
  if (part.type === 'json') {
    return unless(says, typeof part.json === 'string' ? 'tool-result-json-text' : 'tool-result-json')
  }
  return unless(says, 'tool-result-media') ?? USER_PARTS[part.type](part as never, says)
}

function ofParts<P extends object>(
  content: string | readonly P[],
  says: Says,
  check: (part: P) => Unsaid | undefined,
): Unsaid | undefined {
  if (typeof content === 'string') return undefined
  if (content.length > 1 && !says.has('text-parts')) return { feature: 'text-parts', field: 'content' }
  return ofEach(content, says, check)
}

function ofEach<P extends object>(
  content: string | readonly P[],
  says: Says,
  check: (part: P) => Unsaid | undefined,
): Unsaid | undefined {
  if (typeof content === 'string') return undefined
  return firstOf('content', content, (part) =>
    'prompt_cache_breakpoint' in part ? (unless(says, 'cache-breakpoint') ?? check(part)) : check(part),
  )
}

function firstOf<Item>(
  name: string,
  items: readonly Item[],
  check: (item: Item, index: number) => Unsaid | undefined,
): Unsaid | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index)
    if (found) return under(`${name}[${index}]`, found)
  }
  return undefined
}

function unless(says: Says, feature: Feature, field?: string): Unsaid | undefined {
  if (says.has(feature)) return undefined
  return field === undefined ? { feature } : { feature, field }
}
