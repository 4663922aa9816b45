import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readPrompts, type Prompt } from '../src/index.ts'
import { chunked, source } from './support.ts'

const USER = '{"role":"user","content":"u"}'
const REPLY = '{"role":"assistant","content":"a"}'
const asked = [{ role: 'user', content: 'u' }]
const answered = { role: 'assistant', content: 'a' }

async function promptOf(row: string): Promise<Prompt | string | undefined> {
  for await (const { prompt, rejection } of readPrompts(source(row))) return prompt ?? rejection?.rule
  return undefined
}

describe('a question is read from a row', () => {
  it.each([
    [
      'of chat, whose last answer is the reference',
      `{"messages":[${USER},${REPLY}]}`,
      { messages: asked, reference: answered },
    ],
    ['of chat without an answer', `{"messages":[${USER}]}`, { messages: asked }],
    [
      'of chat with answers on the way',
      `{"messages":[${USER},${REPLY},${USER}]}`,
      { messages: [...asked, answered, ...asked] },
    ],
    [
      'whose reference is a tool call',
      `{"messages":[${USER},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}],"tools":[{"type":"function","function":{"name":"f"}}]}`,
      {
        messages: asked,
        tools: [{ type: 'function', function: { name: 'f' } }],
        reference: {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
      },
    ],
    [
      'whose answer weighs nothing',
      `{"messages":[${USER},{"role":"assistant","content":"a","weight":0}]}`,
      { messages: asked, reference: { ...answered, weight: 0 } },
    ],
    ['of a prompt alone', '{"prompt":"u"}', { messages: asked }],
    ['of prompt and completion', '{"prompt":"u","completion":"a"}', { messages: asked, reference: answered }],
    [
      'of preference, whose preferred output is the reference',
      `{"input":{"messages":[${USER}]},"preferred_output":[${REPLY}],"non_preferred_output":[{"role":"assistant","content":"b"}]}`,
      { messages: asked, reference: answered },
    ],
    [
      'of Bedrock',
      '{"schemaVersion":"v","messages":[{"role":"user","content":[{"text":"u"}]},{"role":"assistant","content":[{"text":"a"}]}]}',
      { messages: asked, reference: answered },
    ],
    [
      'of Gemini’s preference',
      '{"contents":[{"role":"user","parts":[{"text":"u"}]}],"completions":[{"score":0,"completion":{"role":"model","parts":[{"text":"b"}]}},{"score":1,"completion":{"role":"model","parts":[{"text":"a"}]}}]}',
      { messages: asked, reference: answered },
    ],
    ['of Alpaca', '{"instruction":"u","input":"","output":"a"}', { messages: asked, reference: answered }],
    ['of input and output', '{"input":"u","output":"a"}', { messages: asked, reference: answered }],
  ])('%s', async (_name, row, prompt) => {
    expect(await promptOf(row)).toEqual(prompt)
  })
})

describe('a row that asks nothing is refused by rule', () => {
  it.each([
    ['only an answer', `{"messages":[${REPLY}]}`, 'empty-messages'],
    ['two answers at the end', `{"messages":[${USER},${REPLY},${REPLY}]}`, 'invalid-value'],
    ['no message', '{"messages":[]}', 'empty-messages'],
    ['a key that would be dropped', `{"messages":[${USER}],"id":7}`, 'unknown-key'],
    ['a prompt that is no text', '{"prompt":["u"]}', 'wrong-type'],
    ['a text to learn', '{"text":"t"}', 'invalid-value'],
    [
      'another vendor’s row without its answer',
      '{"conversations":[{"from":"human","value":"u"}]}',
      'last-not-assistant',
    ],
    ['neither form', '{"question":"u"}', 'missing-key'],
    ['no JSON', '{"prompt":', 'invalid-json'],
    ['half a preference row', `{"preferred_output":[${REPLY}]}`, 'missing-key'],
  ])('%s', async (_name, row, rule) => {
    expect(await promptOf(row)).toBe(rule)
  })
})

it('gives rows of different forms with their lines and digests, however the bytes arrive', async () => {
  const lines = ['{"prompt":"one"}', '', `  {"messages":[${USER}]}  `, '{"prompt":1}']
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  for (const size of [1, 7, 4096]) {
    const seen = []
    for await (const row of readPrompts(chunked(lines.join('\n'), size))) {
      seen.push([row.line, row.rejection === undefined ? row.sha256 : row.rejection.rule])
    }
    expect(seen).toEqual([
      [1, digest('{"prompt":"one"}')],
      [3, digest(`{"messages":[${USER}]}`)],
      [4, 'wrong-type'],
    ])
  }
})

it('never quotes a refused row', async () => {
  const secret = 'Zq7secretXk'
  const rows = [
    `{"prompt":["${secret}"]}`,
    `{"prompt":"x","${secret}":1}`,
    `{"messages":[{"role":"${secret}","content":"x"}]}`,
    `{"messages":[{"role":"assistant","content":"${secret}"}]}`,
    `{"prompt":${secret}}`,
  ]
  for await (const { rejection } of readPrompts(source(rows.join('\n')))) {
    expect(rejection).toBeDefined()
    expect(JSON.stringify(rejection)).not.toContain(secret)
  }
})
