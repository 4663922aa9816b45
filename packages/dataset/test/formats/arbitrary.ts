import * as fc from 'fast-check'
import type {
  AssistantMessage,
  AssistantPart,
  Example,
  JsonObject,
  JsonValue,
  Message,
  Tool,
  ToolCall,
  ToolMessage,
  UserPart,
} from '../../src/index.ts'

/** Text that tries the escapes: whole characters only, since half of a pair is never in an example. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '"', '\\', '\n', '\u2028', '{"a":1}', '\u{1F600}', 'é', '__proto__', '\u0000'),
)
const someText = text.filter((value) => value !== '')
const word = fc.constantFrom('f', 'get_weather', 'a-b', 'a.b:c', '1st', 'x'.repeat(65), 'with space', 'ключ')
const base64 = fc.constantFrom('AA==', 'iVBORw0KGgo=')

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
)
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(
    someText.filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 3, noNullPrototype: true },
  ),
})).value
const object = json.map((value): JsonObject => ({ value }))

const callArguments = fc.oneof(
  object.map((value) => JSON.stringify(value)),
  object.map((value) => JSON.stringify(value, undefined, 1)),
  fc.constantFrom(
    '{}',
    '',
    '[1]',
    'no JSON',
    '{"a":1,"a":2}',
    '{"n":9007199254740993,"m":1e400,"z":-0}',
    '{"__proto__":1}',
  ),
)

const schema: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: ['integer', 'null'], minimum: 1 },
      { type: ['null', 'string'] },
      { enum: ['a', 'b'], description: 'd' },
      { const: 1 },
      {},
      { type: 'array', minItems: 2 },
    ),
    fc
      .dictionary(fc.constantFrom('a', 'b_c', 'type', 'items'), tie('schema'), { maxKeys: 2, noNullPrototype: true })
      .map((properties) => ({ type: 'object', properties, required: Object.keys(properties) })),
    tie('schema').map((items) => ({ type: 'array', items })),
    tie('schema').map((one) => ({ anyOf: [one, { type: 'null' }] })),
  ),
})).schema

const tool: fc.Arbitrary<Tool> = fc
  .record(
    {
      name: fc.constantFrom('f', 'get_weather', 'a-b', 'a.b:c', '1st'),
      description: text,
      parameters: schema,
      strict: fc.option(fc.boolean()),
    },
    { requiredKeys: ['name'] },
  )
  .map((definition) => ({ type: 'function', function: definition }))

const textPart = text.map((value) => ({ type: 'text', text: value }) as const)
const image = fc.constantFrom<UserPart>(
  { type: 'image_url', image_url: { url: 'https://images.test/a.png' } },
  { type: 'image_url', image_url: { url: 'https://images.test/a.png', detail: 'high' } },
  { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
  { type: 'image_url', image_url: { url: 'data:image/tiff;base64,AA==' } },
  { type: 'image_url', image_url: { url: 'data:,not%20base64' } },
  { type: 'image_url', image_url: { url: 's3://bucket/a.webp', media_type: 'image/webp' } },
  { type: 'image_url', image_url: { url: 'gs://bucket/a.heic', media_type: 'image/heic' } },
)
const media = fc.constantFrom<UserPart>(
  { type: 'media', media: { url: 's3://bucket/a.mp4', media_type: 'video/mp4' } },
  { type: 'media', media: { url: 'gs://bucket/a.mp4', media_type: 'video/mp4' } },
  { type: 'media', media: { url: 'data:video/quicktime;base64,AA==', media_type: 'video/quicktime' } },
  { type: 'media', media: { url: 'data:application/pdf;base64,AA==', media_type: 'application/pdf' } },
  {
    type: 'media',
    media: { url: 's3://bucket/a.txt', media_type: 'text/plain', name: 'A', bucket_owner: '123456789012' },
  },
)
const file = base64.map((data): UserPart => ({ type: 'file', file: { filename: 'a.pdf', file_data: data } }))
const audio = base64.chain((data) =>
  fc
    .constantFrom('wav' as const, 'mp3' as const)
    .map((format): UserPart => ({ type: 'input_audio', input_audio: { data, format } })),
)
const cached = text.map((value): UserPart => ({
  type: 'text',
  text: value,
  prompt_cache_breakpoint: { mode: 'explicit' },
}))
const userContent = fc.oneof(
  { arbitrary: text, weight: 6 },
  fc.array(fc.oneof({ arbitrary: textPart, weight: 6 }, image, media, audio, file, cached), {
    minLength: 1,
    maxLength: 3,
  }),
)
const user: fc.Arbitrary<Message> = fc
  .record({ content: userContent, name: someText }, { requiredKeys: ['content'] })
  .map((message) => ({ role: 'user', ...message }))

const assistantPart: fc.Arbitrary<AssistantPart> = fc.oneof(
  { arbitrary: textPart, weight: 4 },
  text.map((value) => ({ type: 'reasoning', text: value }) as const),
  text.map((value) => ({ type: 'reasoning', text: value, signature: 'c2ln' }) as const),
  base64.map((data) => ({ type: 'redacted_reasoning', data }) as const),
)
const said = fc.oneof(
  { arbitrary: someText, weight: 4 },
  fc
    .array(assistantPart, { minLength: 1, maxLength: 3 })
    .map((parts): readonly AssistantPart[] => [...parts, { type: 'text', text: 'a' }]),
)
const extras = fc.record(
  {
    name: someText,
    weight: fc.constantFrom(0 as const, 1 as const),
    refusal: fc.constant(null),
    audio: fc.constant(null),
    function_call: fc.constant(null),
  },
  { requiredKeys: [] },
)
/** Most rows have none of the rarer keys, so that conversions have something to convert. */
const rarely = <Value extends object>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ arbitrary: fc.constant({}), weight: 8 }, { arbitrary: value, weight: 1 })

const answer: fc.Arbitrary<AssistantMessage> = fc.oneof(
  {
    arbitrary: fc
      .tuple(said, rarely(extras))
      .map(([content, extra]) => ({ role: 'assistant' as const, content, ...extra })),
    weight: 8,
  },
  someText.map((refusal) => ({ role: 'assistant' as const, content: null, refusal })),
  fc.tuple(said, someText).map(([content, refusal]) => ({ role: 'assistant' as const, content, refusal })),
  word.map((name) => ({ role: 'assistant' as const, content: null, function_call: { name, arguments: '{}' } })),
)

const toolCall: fc.Arbitrary<ToolCall> = fc
  .tuple(
    fc.constantFrom('call_1', 'call_2', 'a', 'b', 'x y'),
    fc.oneof({ arbitrary: fc.constant('f'), weight: 3 }, word),
    callArguments,
  )
  .map(([id, name, given]) => ({ id, type: 'function', function: { name, arguments: given } }))
const customCall = fc.constant<ToolCall>({ id: 'z', type: 'custom', custom: { name: 'shell', input: 'ls' } })
const calls = fc.uniqueArray(fc.oneof({ arbitrary: toolCall, weight: 8 }, customCall), {
  minLength: 1,
  maxLength: 3,
  selector: ({ id }) => id,
})

const resultContent: fc.Arbitrary<ToolMessage['content']> = fc.oneof(
  { arbitrary: text, weight: 4 },
  json.map((value) => [{ type: 'json', json: value }] as const),
  fc
    .constantFrom<JsonObject>({ output: 1 }, { error: 'e' }, { output: 'o', more: 1 }, {})
    .map((value) => [{ type: 'json', json: value }] as const),
  fc.array(textPart, { minLength: 1, maxLength: 2 }),
  fc.constant([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] as const),
)

/** The assistant calls, and each call is answered once, in some order, or not at all. */
const exchange: fc.Arbitrary<readonly Message[]> = fc
  .tuple(calls, fc.option(said, { nil: undefined }), fc.boolean(), fc.boolean())
  .chain(([made, content, answered, inOrder]) =>
    fc.tuple(
      fc.constant({ role: 'assistant' as const, ...(content !== undefined && { content }), tool_calls: made }),
      answered ? fc.tuple(...(inOrder ? made : made.toReversed()).map(resultOf)) : fc.constant([]),
    ),
  )
  .map(([message, results]) => [message, ...results])

function resultOf({ id }: ToolCall): fc.Arbitrary<ToolMessage> {
  return fc
    .tuple(resultContent, fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true)))
    .map(([content, failed]) => ({
      role: 'tool',
      tool_call_id: id,
      content,
      ...(failed && { is_error: true as const }),
    }))
}

const turn: fc.Arbitrary<readonly Message[]> = fc.oneof(
  { arbitrary: user.map((message) => [message]), weight: 3 },
  { arbitrary: fc.tuple(user, answer), weight: 3 },
  { arbitrary: exchange, weight: 2 },
  { arbitrary: answer.map((message) => [message]), weight: 1 },
)
const opening: fc.Arbitrary<readonly Message[]> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 3 },
  { arbitrary: text.map((content) => [{ role: 'system' as const, content }]), weight: 3 },
  fc.array(textPart, { minLength: 1, maxLength: 2 }).map((content) => [{ role: 'system' as const, content }]),
  text.map((content) => [{ role: 'developer' as const, content }]),
)
const conversation = fc
  .tuple(opening, fc.array(turn, { maxLength: 3 }))
  .map(([first, turns]) => [...first, ...turns.flat()])

const offer = rarely(
  fc.record({ tools: fc.array(tool, { maxLength: 2 }), parallelToolCalls: fc.boolean() }, { requiredKeys: [] }),
)

/** Plain conversations, which every format for conversations can say. */
const plain: fc.Arbitrary<Example> = fc
  .array(fc.tuple(someText, someText), { minLength: 1, maxLength: 2 })
  .map((pairs) => ({
    kind: 'chat',
    messages: pairs.flatMap(([asked, told]): Message[] => [
      { role: 'user', content: asked },
      { role: 'assistant', content: told },
    ]),
  }))

const plainPreference: fc.Arbitrary<Example> = fc.tuple(someText, someText, someText).map(([asked, better, worse]) => ({
  kind: 'preference',
  messages: [{ role: 'user', content: asked }],
  preferred: { role: 'assistant', content: better },
  nonPreferred: { role: 'assistant', content: worse },
}))

/** A row of chat learns at least its last answer. */
function learned({ weight: _weight, ...message }: AssistantMessage): AssistantMessage {
  return message
}

/** Any valid example: what a checked row decodes to, of every kind and with every feature. */
export const anyExample: fc.Arbitrary<Example> = fc.oneof(
  plain,
  plainPreference,
  {
    arbitrary: fc
      .tuple(conversation, answer.map(learned), offer)
      .map(([messages, last, offered]): Example => ({ kind: 'chat', messages: [...messages, last], ...offered })),
    weight: 5,
  },
  {
    arbitrary: fc
      .tuple(conversation, user, answer, answer, offer)
      .map(([messages, asked, preferred, nonPreferred, offered]): Example => ({
        kind: 'preference',
        messages: [...messages, asked],
        preferred,
        nonPreferred,
        ...offered,
      })),
    weight: 2,
  },
  fc.tuple(conversation, user, offer, object).map(([messages, asked, offered, item]): Example => ({
    kind: 'reinforcement',
    messages: [...messages, asked],
    ...offered,
    item,
  })),
  fc.tuple(text, someText).map(([prompt, completion]): Example => ({ kind: 'completion', prompt, completion })),
  someText.map((value): Example => ({ kind: 'text', text: value })),
)
