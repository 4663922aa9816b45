import { describe, expect, it } from 'vitest'
import { canonicalExample, type FormatId } from '../../src/index.ts'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { decoded, faultOf } from './support.ts'

const CALL = (id: string, given = '{}') => ({ id, type: 'function', function: { name: 'f', arguments: given } })
const ASK = { role: 'user', content: 'u' }
const SAY = { role: 'assistant', content: 'a' }
const answer = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'r' })
const calls = (...made: readonly object[]) => ({ role: 'assistant', tool_calls: made })

describe('a row that is written in another format is read there as the same', () => {
  const rows: readonly (readonly [name: string, format: FormatId, row: object])[] = [
    [
      'two calls with one id, of which the latest is answered',
      'openai-chat',
      { messages: [ASK, calls(CALL('c', '{"a":1}'), CALL('c', '{"a":2}')), answer('c'), SAY] },
    ],
    [
      'a call without a word in its id, answered out of order',
      'openai-chat',
      { messages: [ASK, calls(CALL('d'), CALL('')), answer(''), answer('d'), SAY] },
    ],
    [
      'two messages of calls, an empty text beside the second',
      'openai-chat',
      { messages: [ASK, calls(CALL('c')), { ...calls(CALL('d')), content: [{ type: 'text', text: '' }] }, SAY] },
    ],
    [
      'a document where an image should be',
      'openai-chat',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:application/pdf;base64,AA==' } }] },
          SAY,
        ],
      },
    ],
    [
      'two answers to what the assistant said last',
      'openai-preference',
      { input: { messages: [ASK, SAY] }, preferred_output: [SAY], non_preferred_output: [SAY] },
    ],
    [
      'two answers to instructions alone',
      'openai-preference',
      { input: { messages: [{ role: 'system', content: 's' }] }, preferred_output: [SAY], non_preferred_output: [SAY] },
    ],
  ]
  it.each(rows)('%s (%s)', (_name, format, row) => {
    const example = decoded(format, JSON.stringify(row))
    const written = FORMAT_IDS.flatMap((id) => {
      const { text } = CODECS[id].encode(example)
      return text === undefined ? [] : [{ id, text }]
    })
    expect(written.map(({ id }) => id)).toContain(format)
    for (const { id, text } of written) {
      expect(canonicalExample(decoded(id, text)), id).toEqual(canonicalExample(example))
    }
  })
})

describe('an answer that says nothing is refused whatever the format', () => {
  const rows: readonly (readonly [format: FormatId, field: string, row: object])[] = [
    [
      'alpaca',
      'history[1][1]',
      {
        instruction: 'i',
        output: 'o',
        history: [
          ['q', 'a'],
          ['q', ''],
        ],
      },
    ],
    [
      'bedrock-conversation-2024',
      'messages[1].content',
      {
        schemaVersion: 'v',
        messages: [
          { role: 'user', content: [{ text: 'u' }] },
          { role: 'assistant', content: [{ reasoningContent: { reasoningText: { text: '' } } }, { text: '' }] },
        ],
      },
    ],
  ]
  it.each(rows)('%s', (format, field, row) => {
    expect(faultOf(format, JSON.stringify(row))).toEqual({ rule: 'empty-target', field })
  })
})
