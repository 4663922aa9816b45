import { describe, expect, it } from 'vitest'
import {
  canonicalExample,
  FEATURES,
  formatsThatSay,
  type Example,
  type Feature,
  type FormatId,
  type Message,
} from '../../src/index.ts'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { decoded, faultOf } from './support.ts'

const user = (content: Extract<Message, { role: 'user' }>['content']): Message => ({ role: 'user', content })
const ASK = user('u')
const SAY: Message = { role: 'assistant', content: 'a' }
const chat = (...messages: readonly Message[]): Example => ({ kind: 'chat', messages })
const saying = (message: Omit<Extract<Message, { role: 'assistant' }>, 'role'>) =>
  chat(ASK, { role: 'assistant', ...message })
const asking = (...content: Exclude<Extract<Message, { role: 'user' }>['content'], string>) => chat(user(content), SAY)
const calling = (id: string, name: string, given: string) =>
  ({ id, type: 'function', function: { name, arguments: given } }) as const
const CALL: Message = { role: 'assistant', tool_calls: [calling('call_1', 'f', '{}')] }
const answering = (message: Omit<Extract<Message, { role: 'tool' }>, 'role' | 'tool_call_id'>) =>
  chat(ASK, CALL, { role: 'tool', tool_call_id: 'call_1', ...message }, SAY)
const offering = (tool: { name?: string; parameters?: object; strict?: boolean }): Example => ({
  kind: 'chat',
  messages: [ASK, SAY],
  // A schema is JSON data.
  tools: [{ type: 'function', function: { name: 'f', parameters: {}, ...tool } as never }],
})

function nested(levels: number): object {
  return levels === 0 ? {} : { a: nested(levels - 1) }
}

/** For each feature an example that says it, and no other one that a format says without it. */
const EXAMPLES: Readonly<Record<Feature, Example>> = {
  chat: chat(ASK, SAY),
  preference: {
    kind: 'preference',
    messages: [{ role: 'user', content: 'u' }],
    preferred: { role: 'assistant', content: 'a' },
    nonPreferred: { role: 'assistant', content: 'b' },
  },
  reinforcement: { kind: 'reinforcement', messages: [{ role: 'user', content: 'u' }], item: { answer: 1 } },
  completion: { kind: 'completion', prompt: 'p', completion: 'c' },
  text: { kind: 'text', text: 't' },
  'system-message': chat({ role: 'system', content: 's' }, ASK, SAY),
  'later-system-message': chat(ASK, { role: 'system', content: 's' }, SAY),
  'developer-message': chat({ role: 'developer', content: 's' }, ASK, SAY),
  'empty-instructions': chat({ role: 'system', content: '' }, ASK, SAY),
  'several-turns': chat(ASK, SAY, ASK, SAY),
  'uneven-turns': chat(ASK, ASK, SAY),
  'text-parts': asking({ type: 'text', text: 'a' }, { type: 'text', text: 'b' }),
  'message-name': chat({ role: 'user', content: 'u', name: 'n' }, SAY),
  weight: chat(ASK, { role: 'assistant', content: 'a', weight: 0 }, ASK, SAY),
  'cache-breakpoint': asking({ type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } }),
  'image-data': asking({ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }),
  'image-url': asking({ type: 'image_url', image_url: { url: 'https://images.test/a' } }),
  'image-s3': asking({ type: 'image_url', image_url: { url: 's3://bucket/a', media_type: 'image/png' } }),
  'image-uri': asking({ type: 'image_url', image_url: { url: 'gs://bucket/a', media_type: 'image/png' } }),
  'image-detail': asking({ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }),
  audio: asking({ type: 'input_audio', input_audio: { data: 'AA==', format: 'mp3' } }),
  file: asking({ type: 'file', file: { file_id: 'file-1' } }),
  'media-data': asking({ type: 'media', media: { url: 'data:video/mp4;base64,AA==', media_type: 'video/mp4' } }),
  'media-s3': asking({ type: 'media', media: { url: 's3://bucket/a', media_type: 'video/mp4' } }),
  'media-uri': asking({ type: 'media', media: { url: 'gs://bucket/a', media_type: 'video/mp4' } }),
  'media-name': asking({
    type: 'media',
    media: { url: 'data:text/csv;base64,AA==', media_type: 'text/csv', name: 'n' },
  }),
  'unnamed-document': asking({ type: 'media', media: { url: 'data:text/csv;base64,AA==', media_type: 'text/csv' } }),
  'media-type': asking({ type: 'image_url', image_url: { url: 'data:image/avif;base64,AA==' } }),
  refusal: saying({ refusal: 'no' }),
  reasoning: saying({ content: [{ type: 'reasoning', text: 'r' }] }),
  'reasoning-signature': saying({ content: [{ type: 'reasoning', text: 'r', signature: 's' }] }),
  'redacted-reasoning': saying({ content: [{ type: 'redacted_reasoning', data: 'AA==' }] }),
  'assistant-audio': saying({ audio: { id: 'audio_1' } }),
  tools: offering({}),
  'tool-without-parameters': {
    kind: 'chat',
    messages: [ASK, SAY],
    tools: [{ type: 'function', function: { name: 'f' } }],
  },
  'tool-strict': offering({ strict: true }),
  'no-parallel-calls': { kind: 'chat', messages: [ASK, SAY], parallelToolCalls: false },
  'tool-calls': chat(ASK, CALL),
  'text-with-calls': saying({ content: 'a', tool_calls: [calling('call_1', 'f', '{}')] }),
  'call-arguments-text': saying({ tool_calls: [calling('call_1', 'f', '{')] }),
  'deep-json': offering({ parameters: nested(50) }),
  'call-id': saying({ tool_calls: [calling('ключ', 'f', '{}')] }),
  'tool-name': offering({ name: 'a.b' }),
  'custom-tool-call': saying({ tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'f', input: 'i' } }] }),
  'tool-results': answering({ content: 'r' }),
  'tool-result-order': chat(
    ASK,
    { role: 'assistant', tool_calls: [calling('a', 'f', '{}')] },
    ASK,
    { role: 'assistant', tool_calls: [calling('b', 'f', '{}')] },
    { role: 'tool', tool_call_id: 'a', content: 'r' },
    SAY,
  ),
  'tool-result-parts': answering({
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
  }),
  'tool-result-json': answering({ content: [{ type: 'json', json: { a: [1] } }] }),
  'tool-result-json-text': answering({ content: [{ type: 'json', json: 'r' }] }),
  'tool-result-media': answering({
    content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
  }),
  'tool-result-error': answering({ content: 'r', is_error: true }),
  'function-calls': saying({ function_call: { name: 'f', arguments: '{}' } }),
  functions: { kind: 'chat', messages: [ASK, SAY], functions: [{ name: 'f' }] },
}

/** Where an example of a feature cannot do without another one that the format lacks, or the format says the feature in part. */
const OTHERWISE: Readonly<Partial<Record<Feature, Readonly<Partial<Record<FormatId, Feature>>>>>> = {
  'reasoning-signature': refusedAs('reasoning', 'openai-chat', 'claude-3', 'alpaca', 'sharegpt', 'flat'),
  'image-detail': refusedAs('image-data', 'claude-3', 'alpaca', 'sharegpt', 'flat'),
  'media-name': refusedAs('media-data', 'openai-chat', 'claude-3', 'alpaca', 'sharegpt', 'flat'),
  'unnamed-document': refusedAs('media-data', 'openai-chat', 'claude-3', 'alpaca', 'sharegpt', 'flat'),
  'media-type': refusedAs('image-data', 'claude-3', 'alpaca', 'sharegpt', 'flat'),
  'text-with-calls': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'call-arguments-text': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'deep-json': refusedAs('tools', 'claude-3', 'alpaca', 'flat'),
  'call-id': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-name': refusedAs('tools', 'claude-3', 'alpaca', 'flat'),
  'tool-strict': refusedAs('tools', 'claude-3', 'alpaca', 'flat'),
  'tool-without-parameters': refusedAs('tools', 'claude-3', 'alpaca', 'flat'),
  'tool-results': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-order': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-parts': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-json': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-json-text': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-media': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
  'tool-result-error': refusedAs('tool-calls', 'claude-3', 'alpaca', 'flat'),
}

function refusedAs(feature: Feature, ...formats: readonly FormatId[]): Partial<Record<FormatId, Feature>> {
  return Object.fromEntries(formats.map((format) => [format, feature]))
}

// Object.entries forgets the literal types.
const ALL = (Object.entries(EXAMPLES) as readonly (readonly [Feature, Example])[]).flatMap(([feature, example]) =>
  FORMAT_IDS.filter((format) => CODECS[format].says.has(example.kind)).map((format) => ({ feature, example, format })),
)
/** A name with a dot, an id in Cyrillic and AVIF are what these say in part do not take. */
const PARTLY: ReadonlySet<string> = new Set(['tool-name', 'call-id', 'media-type'])
const isSaid = ({ feature, format }: { feature: Feature; format: FormatId }) =>
  CODECS[format].says.has(feature) && !(PARTLY.has(feature) && CODECS[format].partly?.[feature])
const SAID = ALL.filter((pair) => isSaid(pair) || takesMore(pair))
const REFUSED = ALL.filter(
  (pair) => !SAID.some(({ feature, format }) => feature === pair.feature && format === pair.format),
)

/** Google takes a name with a dot, and any id but none. */
function takesMore({ feature, format }: { readonly feature: Feature; readonly format: FormatId }): boolean {
  return (feature === 'tool-name' || feature === 'call-id') && format === 'gemini'
}

describe('the table of features', () => {
  it.each(SAID)('$feature is said by $format', ({ example, format }) => {
    const { text = '' } = CODECS[format].encode(example)
    expect(canonicalExample(decoded(format, text))).toEqual(canonicalExample(example))
  })

  it.each(REFUSED)('$feature is refused by $format', ({ feature, example, format }) => {
    expect(CODECS[format].encode(example).unsaid?.feature).toBe(OTHERWISE[feature]?.[format] ?? feature)
  })

  it('every part of a message counts, whatever else it says', () => {
    const thought = saying({ refusal: 'no', content: [{ type: 'reasoning', text: 'r' }] })
    expect(CODECS['openai-chat'].encode(thought).unsaid).toEqual({
      feature: 'reasoning',
      field: 'messages[1].content[0]',
    })
  })

  it('arguments that would nest a row too deep for its readers are refused', () => {
    const deep = saying({ tool_calls: [calling('call_1', 'f', JSON.stringify(nested(48)))] })
    const unsaid = { feature: 'deep-json', field: 'messages[1].tool_calls[0].function.arguments' }
    expect(CODECS['bedrock-conversation-2024'].encode(deep).unsaid).toEqual(unsaid)
    const { text = '' } = CODECS.gemini.encode(
      saying({ tool_calls: [calling('call_1', 'f', JSON.stringify(nested(47)))] }),
    )
    expect(faultOf('gemini', text)).toBeUndefined()
  })

  // Object.keys forgets the literal types.
  it.each(Object.keys(FEATURES) as readonly Feature[])('%s can be said somewhere', (feature) => {
    expect(formatsThatSay(feature)).not.toEqual([])
  })

  it.each(FORMAT_IDS)('what %s says in part is among what it says', (format) => {
    const { says, partly = {} } = CODECS[format]
    expect([...says]).toEqual(expect.arrayContaining(Object.keys(partly)))
  })
})
