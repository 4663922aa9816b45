import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChatExample, Example, Feature, FormatId, Message, PreferenceExample } from '../../src/index.ts'

/** One row of `expected/`: which example it is, and its text, written by hand from the vendor's documentation. */
export interface ExpectedRow {
  readonly name: string
  readonly example: Example
  readonly format: FormatId
  readonly text: string
}

const user = (content: Extract<Message, { role: 'user' }>['content']): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })
const call = (id: string, name: string, given: string) =>
  ({ id, type: 'function', function: { name, arguments: given } }) as const
const chat = (...messages: readonly Message[]): ChatExample => ({ kind: 'chat', messages })

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a town',
    parameters: {
      type: 'object',
      properties: {
        town: { type: 'string', description: 'Name of the town' },
        unit: { type: 'string', enum: ['celsius', 'kelvin'] },
        days: { type: 'integer', minimum: 1 },
      },
      required: ['town'],
    },
  },
} as const
/** A schema that says what only JSON Schema can. */
const COUNT = {
  type: 'function',
  function: {
    name: 'count',
    parameters: { type: 'object', properties: { to: { const: 3 } }, additionalProperties: false },
  },
} as const

const BERN = call('call_1', 'get_weather', '{"town":"Bern","days":9007199254740993}')
const ASKED = user('How is the weather in Bern?')
const SUNNY = assistant('It is sunny.')

/** The examples that rows in `expected/` spell, by name. */
export const CASES = {
  'one turn': chat(user('Was ist die Hauptstadt der Schweiz?'), assistant('Bern – «Bärn».')),
  system: chat({ role: 'system', content: 'Answer in one word.' }, user('Capital of Peru?'), assistant('Lima')),
  'several turns': chat(
    { role: 'system', content: 'Be brief.' },
    user('Two plus two?'),
    assistant('4'),
    user('Times three?'),
    assistant('12'),
  ),
  'user’s text in two parts': chat(
    user([
      { type: 'text', text: 'Translate into French.' },
      { type: 'text', text: 'Good morning' },
    ]),
    assistant('Bonjour'),
  ),
  call: {
    ...chat(ASKED, { role: 'assistant', tool_calls: [BERN] }),
    tools: [WEATHER],
  },
  'tools beyond OpenAPI': { ...chat(user('Count.'), assistant('1, 2, 3')), tools: [WEATHER, COUNT] },
  answer: {
    ...chat(
      ASKED,
      { role: 'assistant', tool_calls: [BERN] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"sky": "clear"}' },
      SUNNY,
    ),
    tools: [WEATHER],
  },
  'parallel calls': chat(
    user('Weather in Bern and Rome?'),
    {
      role: 'assistant',
      tool_calls: [call('call_1', 'get_weather', '{"town":"Bern"}'), call('call_2', 'get_weather', '{"town":"Rome"}')],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'sun' },
    { role: 'tool', tool_call_id: 'call_2', content: 'rain' },
    assistant('Sun in Bern, rain in Rome.'),
  ),
  'answers out of order': chat(
    user('Weather in Bern and Rome?'),
    {
      role: 'assistant',
      content: 'I look it up.',
      tool_calls: [call('a', 'get_weather', '{"town":"Bern"}'), call('b', 'get_weather', '{"town":"Rome"}')],
    },
    { role: 'tool', tool_call_id: 'b', content: 'rain' },
    { role: 'tool', tool_call_id: 'a', content: 'sun' },
    user('And tomorrow?'),
    assistant('I cannot tell.'),
  ),
  'text after a call': chat(
    user('Remind me.'),
    { role: 'assistant', tool_calls: [call('call_1', 'remind', '{}')] },
    assistant('Done.'),
  ),
  'json answer': chat(
    ASKED,
    { role: 'assistant', tool_calls: [call('call_1', 'get_weather', '{"town":"Bern"}')] },
    { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'json', json: { sky: 'clear', wind: [1, 2] } }] },
    SUNNY,
  ),
  'failed tool': chat(
    ASKED,
    { role: 'assistant', tool_calls: [call('call_1', 'get_weather', '{"town":"Bern"}')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'no such town', is_error: true },
    assistant('I do not know Bern.'),
  ),
  reasoning: chat(user('17 times 3?'), {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: '17 times 3 is 51.' },
      { type: 'text', text: '51' },
    ],
  }),
  'signed reasoning': chat(user('17 times 3?'), {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: '51', signature: 'c2ln' },
      { type: 'redacted_reasoning', data: 'cmVk' },
      { type: 'text', text: '51' },
    ],
  }),
  'image inside': chat(
    user([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ]),
    assistant('A cat.'),
  ),
  'image in a bucket': chat(
    user([
      {
        type: 'image_url',
        image_url: { url: 's3://acme-tuning/cat.jpeg', media_type: 'image/jpeg', bucket_owner: '123456789012' },
      },
      { type: 'text', text: 'What is this?' },
    ]),
    assistant('A cat.'),
  ),
  'image at Google': chat(
    user([{ type: 'image_url', image_url: { url: 'gs://acme-tuning/cat.jpeg', media_type: 'image/jpeg' } }]),
    assistant('A cat.'),
  ),
  'image by address': chat(
    user([{ type: 'image_url', image_url: { url: 'https://images.test/cat.png', detail: 'low' } }]),
    assistant('A cat.'),
  ),
  'video and document': chat(
    user([
      { type: 'media', media: { url: 's3://acme-tuning/walk.mp4', media_type: 'video/mp4' } },
      {
        type: 'media',
        media: { url: 'data:application/pdf;base64,JVBERi0=', media_type: 'application/pdf', name: 'Manual' },
      },
    ]),
    assistant('A walk.'),
  ),
  'audio and file at Google': chat(
    user([
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'media', media: { url: 'gs://acme-tuning/manual.pdf', media_type: 'application/pdf' } },
    ]),
    assistant('A manual, read aloud.'),
  ),
  'what only OpenAI says': {
    kind: 'chat',
    messages: [
      { role: 'developer', content: 'Be kind.', name: 'ops' },
      { role: 'user', content: 'Hello', name: 'ann' },
      { role: 'assistant', content: 'Hi', weight: 0 },
      { role: 'user', content: 'Run it' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'x', type: 'custom', custom: { name: 'shell', input: 'ls' } }],
      },
      { role: 'tool', tool_call_id: 'x', content: 'a.txt' },
      { role: 'assistant', refusal: 'I cannot read it.' },
    ],
    tools: [{ type: 'function', function: { name: 'f', strict: true } }],
    parallelToolCalls: false,
  },
  preference: {
    kind: 'preference',
    messages: [
      { role: 'system', content: 'Be polite.' },
      { role: 'user', content: 'Thanks!' },
    ],
    preferred: { role: 'assistant', content: 'You are welcome.' },
    nonPreferred: { role: 'assistant', content: 'Whatever.' },
  } satisfies PreferenceExample,
  reinforcement: {
    kind: 'reinforcement',
    messages: [{ role: 'user', content: 'Reach 77 with [67, 10].' }],
    item: { target: '77', nums: [67, 10] },
  },
  completion: { kind: 'completion', prompt: 'Q: 1+1?\nA:', completion: ' 2' },
  text: { kind: 'text', text: 'Es war einmal …\nein "König".' },
} as const satisfies Readonly<Record<string, Example>>

/** The example that each line of a format's file spells. */
export const ROWS: Readonly<Record<FormatId, readonly (keyof typeof CASES)[]>> = {
  'openai-chat': ['one turn', 'system', 'call', 'answer', 'image by address', 'image inside', 'what only OpenAI says'],
  'openai-preference': ['preference'],
  'openai-reinforcement': ['reinforcement'],
  'prompt-completion': ['completion'],
  'input-output': ['completion'],
  'bedrock-conversation-2024': [
    'one turn',
    'system',
    'several turns',
    'user’s text in two parts',
    'call',
    'answer',
    'parallel calls',
    'answers out of order',
    'text after a call',
    'json answer',
    'failed tool',
    'reasoning',
    'signed reasoning',
    'image inside',
    'image in a bucket',
    'video and document',
  ],
  'bedrock-text': ['text'],
  'claude-3': ['one turn', 'system', 'several turns', 'user’s text in two parts'],
  gemini: [
    'one turn',
    'system',
    'several turns',
    'user’s text in two parts',
    'call',
    'tools beyond OpenAPI',
    'answer',
    'parallel calls',
    'answers out of order',
    'text after a call',
    'json answer',
    'failed tool',
    'reasoning',
    'image inside',
    'image at Google',
    'audio and file at Google',
  ],
  'gemini-preference': ['preference'],
  alpaca: ['one turn', 'system', 'several turns', 'user’s text in two parts'],
  sharegpt: ['one turn', 'system', 'several turns', 'call', 'answer'],
  flat: ['one turn', 'system'],
  text: ['text'],
}

const TEXT_ALONE = {
  call: 'tools',
  'tools beyond OpenAPI': 'tools',
  answer: 'tools',
  'parallel calls': 'tool-calls',
  'answers out of order': 'tool-calls',
  'text after a call': 'tool-calls',
  'json answer': 'tool-calls',
  'failed tool': 'tool-calls',
  reasoning: 'reasoning',
  'signed reasoning': 'reasoning',
  'image inside': 'image-data',
  'image in a bucket': 'image-s3',
  'image at Google': 'image-uri',
  'image by address': 'image-url',
  'video and document': 'media-s3',
  'audio and file at Google': 'audio',
  'what only OpenAI says': 'no-parallel-calls',
} as const satisfies Readonly<Record<string, Feature>>

/** What each format for conversations refuses of the cases that are conversations, and the feature it names. */
export const REFUSED: Readonly<Partial<Record<FormatId, Readonly<Partial<Record<keyof typeof CASES, Feature>>>>>> = {
  'openai-chat': {
    'json answer': 'tool-result-json',
    'failed tool': 'tool-result-error',
    reasoning: 'reasoning',
    'signed reasoning': 'reasoning',
    'image in a bucket': 'image-s3',
    'image at Google': 'image-uri',
    'video and document': 'media-s3',
    'audio and file at Google': 'media-uri',
  },
  'bedrock-conversation-2024': {
    'image at Google': 'image-uri',
    'image by address': 'image-url',
    'audio and file at Google': 'audio',
    'what only OpenAI says': 'no-parallel-calls',
  },
  gemini: {
    'signed reasoning': 'reasoning-signature',
    'image in a bucket': 'image-s3',
    'image by address': 'image-url',
    'video and document': 'media-s3',
    'what only OpenAI says': 'no-parallel-calls',
  },
  'claude-3': TEXT_ALONE,
  alpaca: TEXT_ALONE,
  flat: {
    ...TEXT_ALONE,
    'several turns': 'several-turns',
    'user’s text in two parts': 'text-parts',
    reasoning: 'text-parts',
    'signed reasoning': 'text-parts',
    'image inside': 'text-parts',
    'image in a bucket': 'text-parts',
    'video and document': 'text-parts',
    'audio and file at Google': 'text-parts',
  },
  sharegpt: {
    'user’s text in two parts': 'text-parts',
    'parallel calls': 'uneven-turns',
    'answers out of order': 'text-with-calls',
    'text after a call': 'uneven-turns',
    'json answer': 'tool-result-json',
    'failed tool': 'tool-result-error',
    reasoning: 'text-parts',
    'signed reasoning': 'text-parts',
    'image inside': 'text-parts',
    'image in a bucket': 'text-parts',
    'image at Google': 'image-uri',
    'image by address': 'image-url',
    'video and document': 'text-parts',
    'audio and file at Google': 'text-parts',
    'what only OpenAI says': 'no-parallel-calls',
  },
}

/** All rows of `expected/`. */
export async function expectedRows(): Promise<readonly ExpectedRow[]> {
  // Object.keys forgets the literal types.
  const formats = Object.keys(ROWS) as readonly FormatId[]
  const files = formats.map(async (format): Promise<readonly ExpectedRow[]> => {
    const content = await readFile(join(import.meta.dirname, 'expected', `${format}.jsonl`), 'utf8')
    const lines = content.trimEnd().split('\n')
    const names = ROWS[format]
    if (lines.length !== names.length)
      throw new Error(`${format}.jsonl has ${lines.length} rows for ${names.length} cases`)
    return names.map((name, index) => ({ name, example: CASES[name], format, text: lines[index] ?? '' }))
  })
  return (await Promise.all(files)).flat()
}
