import { describe, expect, it } from 'vitest'
import type { Example } from '../../src/index.ts'
import { readExamples } from '../../src/index.ts'
import { canonicalInstructions, canonicalPrompt, canonicalRow } from '../../src/lineage/canonical-row.ts'
import { rowHash } from '../../src/lineage/row-hash.ts'
import { source } from '../support.ts'

async function example(row: string): Promise<Example> {
  for await (const { example, rejection } of readExamples(source(row))) {
    if (example === undefined) throw new Error(rejection.message)
    return example
  }
  throw new Error('no row')
}

const TOOL =
  '"tools":[{"type":"function","function":{"name":"f","parameters":{"maximum":9007199254740993,"minimum":-0,"step":0.10}}}]'

/** Canonical texts written by hand; digests by `sha256sum` and `openssl dgst -hmac` of "anytune-row-1\n" and the text. */
const VECTORS: readonly (readonly [name: string, row: string, canonical: string, sha256: string, hmac: string])[] = [
  [
    'a prompt and its completion',
    '{ "prompt" : "p\\u00e9\\/" , "completion":"c\\n" }',
    '{"completion":"c\\n","kind":"completion","prompt":"pé/"}',
    '3030d698453b526d16a2d052f2d422a53afd38bf59b4cc154c68e5620091f9f1',
    'bc37b34aff1d20aa9f136a4d9e7291d192ca7ef45c16d924329f907d96f2c53b',
  ],
  [
    'a conversation',
    '{"messages":[{"content":"Ask","role":"user"},{"role":"assistant","content":"日本","weight":1,"refusal":null}]}',
    '{"kind":"chat","messages":[{"content":"Ask","role":"user"},{"content":"日本","role":"assistant"}]}',
    '618c964d72b7ed82f3540c9ee1f091c47eb7ffb87dea50ea1e5c0a015998f783',
    'a253d3e8cf6d5de37cdc609b89452ae8247add0828d94e08d1a3a39a2157965f',
  ],
  [
    'calls of tools, and numbers that no double can hold',
    `{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_Xy","type":"function","function":{"name":"f","arguments":"{ \\"b\\": 1.50, \\"a\\": 100 }"}},{"id":"z","type":"function","function":{"name":"f","arguments":"not json"}}]},{"role":"tool","tool_call_id":"z","content":"r"},{"role":"assistant","content":"y","weight":0}],${TOOL},"parallel_tool_calls":true}`,
    '{"kind":"chat","messages":[{"content":"u","role":"user"},' +
      '{"role":"assistant","tool_calls":[' +
      '{"function":{"arguments":"{\\"a\\":1e2,\\"b\\":15e-1}","name":"f"},"id":"call_1","type":"function"},' +
      '{"function":{"arguments":"not json","name":"f"},"id":"call_2","type":"function"}]},' +
      '{"content":"r","role":"tool","tool_call_id":"call_2"},' +
      '{"content":"y","role":"assistant","weight":0}],' +
      '"tools":[{"function":{"name":"f","parameters":{"maximum":9007199254740993,"minimum":0,"step":1e-1}},"type":"function"}]}',
    '0a36165fb4ba0afa88a32efccfcd42636eefd02aa6f8b6b9bf3a62aa1b754878',
    '02ad0e2d0a2708ab7c2a12e3a880af51d29fd74575a7d4e5f2b6ca666c236439',
  ],
]

describe('the canonical text and the hash of a row', () => {
  it.each(VECTORS)('%s', async (_name, row, canonical, sha256, hmac) => {
    const read = await example(row)
    expect(canonicalRow(read)).toBe(canonical)
    expect(rowHash(read).toString('hex')).toBe(sha256)
    expect(rowHash(read, Buffer.from('a key')).toString('hex')).toBe(hmac)
  })
})

const A_ROW = '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"y"}]}'

describe('rows that teach the same have the same hash', () => {
  it.each([
    ['a list of one text part', A_ROW.replace('"u"', '[{"type":"text","text":"u"}]')],
    ['the weight that answers have anyway', A_ROW.replace('"y"', '"y","weight":1')],
    ['members that are null', A_ROW.replace('"y"', '"y","function_call":null,"refusal":null')],
    ['a list of no tools', A_ROW.replace('{"messages"', '{"tools":[],"messages"')],
  ])('%s', async (_name, row) => {
    expect(rowHash(await example(row))).toEqual(rowHash(await example(A_ROW)))
  })

  it('ids of calls, however they are spelled', async () => {
    const called = (id: string) =>
      `{"messages":[{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"${id}","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"${id}","content":"r"},{"role":"assistant","content":"y"}]}`
    expect(rowHash(await example(called('a')))).toEqual(rowHash(await example(called('call_123'))))
  })
})

describe('rows that differ have another hash', () => {
  it.each([
    ['a letter', A_ROW.replace('"u"', '"U"')],
    ['a composed letter', A_ROW.replace('"u"', '"ü"')],
    ['two parts instead of one', A_ROW.replace('"u"', '[{"type":"text","text":"u"},{"type":"text","text":"u"}]')],
    ['the role of the instructions', A_ROW.replace('[', '[{"role":"system","content":"s"},')],
    ['a name', A_ROW.replace('"u"', '"u","name":"n"')],
    ['an answer with another weight', A_ROW.replace('}]}', '},{"role":"assistant","content":"z","weight":0}]}')],
  ])('%s', async (_name, row) => {
    expect(rowHash(await example(row))).not.toEqual(rowHash(await example(A_ROW)))
  })

  it('decomposed letters are not composed ones', async () => {
    const composed = await example(A_ROW.replace('"u"', '"\u00fc"'))
    expect(rowHash(composed)).not.toEqual(rowHash(await example(A_ROW.replace('"u"', '"u\u0308"'))))
  })

  it('neighbouring numbers beyond 2^53, in arguments', async () => {
    const called = (value: string) =>
      `{"messages":[{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"n\\":${value}}"}}]}]}`
    const hashOf = async (value: string) => rowHash(await example(called(value))).toString('hex')
    expect(await hashOf('9007199254740993')).not.toBe(await hashOf('9007199254740992'))
    expect(await hashOf('9007199254740993')).toBe(await hashOf('9007199254740993.0'))
    expect(await hashOf('1e3')).toBe(await hashOf('1000'))
    expect(await hashOf('1e400')).toBe(await hashOf('10e399'))
    expect(await hashOf('1e999999999999999999999')).not.toBe(await hashOf('1e999999999999999999998'))
    expect(await hashOf('0.1')).not.toBe(await hashOf('0.1000000000000000055'))
  })
})

describe('what is asked in a row', () => {
  it('is the same for two answers, and for a preference about them', async () => {
    const other = await example(A_ROW.replace('"y"', '"another"'))
    const preference = await example(
      '{"input":{"messages":[{"role":"user","content":"u"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}',
    )
    const prompt = canonicalPrompt(await example(A_ROW))
    expect(prompt).toBe('{"kind":"prompt","messages":[{"content":"u","role":"user"}]}')
    expect(canonicalPrompt(other)).toBe(prompt)
    expect(canonicalPrompt(preference)).toBe(prompt)
    expect(canonicalPrompt(await example(A_ROW.replace('"u"', '"v"')))).not.toBe(prompt)
  })

  it('of a completion is its prompt, and of a text all of it', () => {
    expect(canonicalPrompt({ kind: 'completion', prompt: 'p', completion: 'c' })).toBe('{"kind":"prompt","text":"p"}')
    expect(canonicalPrompt({ kind: 'text', text: 't' })).toBe('{"kind":"prompt","text":"t"}')
  })

  it('the instructions are those before the first other message', async () => {
    const instructed = await example(A_ROW.replace('[', '[{"role":"system","content":"s"},'))
    expect(canonicalInstructions(instructed)).toBe(
      '{"kind":"instructions","messages":[{"content":"s","role":"system"}]}',
    )
    expect(canonicalInstructions(await example(A_ROW))).toBeUndefined()
    expect(canonicalInstructions({ kind: 'text', text: 't' })).toBeUndefined()
  })
})
