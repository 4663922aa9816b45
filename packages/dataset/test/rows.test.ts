import { describe, expect, it } from 'vitest'
import { RULES, type FormatId } from '../src/index.ts'
import { check, rejectionOf } from './support.ts'

const USER = '{"role":"user","content":"u"}'
const REPLY = '{"role":"assistant","content":"a"}'
const CALL =
  '{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}'

function chat(messages: string, rest = ''): string {
  return `{"messages":[${messages}]${rest}}`
}

function answer(message: string): string {
  return chat(`${USER},${message}`)
}

function preference(input: string, preferred: string, other: string): string {
  return `{"input":${input},"preferred_output":${preferred},"non_preferred_output":${other}}`
}

function nested(levels: number): string {
  return '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
}

const INPUT = `{"messages":[${USER}]}`
const FUNCTION = '{"type":"function","function":{"name":"f"}}'

describe('rows OpenAI documents are accepted', () => {
  const accepted: readonly (readonly [string, FormatId, string])[] = [
    ['user and assistant', 'openai-chat', answer(REPLY)],
    ['a system message first', 'openai-chat', chat(`{"role":"system","content":"s"},${USER},${REPLY}`)],
    ['a developer message', 'openai-chat', chat(`{"role":"developer","content":"s","name":"n"},${USER},${REPLY}`)],
    [
      'several turns with weights',
      'openai-chat',
      chat(
        `${USER},{"role":"assistant","content":"x","weight":0},${USER},{"role":"assistant","content":"y","weight":1}`,
      ),
    ],
    ['a weight written 1.0', 'openai-chat', answer('{"role":"assistant","content":"y","weight":1.0}')],
    ['a tool call as the target, content absent', 'openai-chat', answer(CALL)],
    [
      'a tool call with content null',
      'openai-chat',
      answer(CALL.replace('"tool_calls"', '"content":null,"tool_calls"')),
    ],
    [
      'an empty content beside a tool call',
      'openai-chat',
      answer(CALL.replace('"tool_calls"', '"content":"","tool_calls"')),
    ],
    [
      'a tool message that answers',
      'openai-chat',
      chat(`${USER},${CALL},{"role":"tool","tool_call_id":"c1","content":"r"},${REPLY}`),
    ],
    [
      'two answers to parallel calls',
      'openai-chat',
      chat(
        `${USER},{"role":"assistant","tool_calls":[{"id":"p","type":"function","function":{"name":"f","arguments":""}},{"id":"q","type":"custom","custom":{"name":"g","input":"i"}}]},{"role":"tool","tool_call_id":"q","content":"r"},{"role":"tool","tool_call_id":"p","content":[{"type":"text","text":"r"}]},${REPLY}`,
      ),
    ],
    [
      'the deprecated function_call',
      'openai-chat',
      chat(
        `${USER},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"},${REPLY}`,
        ',"functions":[{"name":"f","description":"d","parameters":{}}]',
      ),
    ],
    [
      'tools with strict and null strict',
      'openai-chat',
      chat(
        `${USER},${REPLY}`,
        ',"tools":[{"type":"function","function":{"name":"f","strict":true}},{"type":"function","function":{"name":"g_-1","strict":null,"parameters":{"type":"object","properties":{"constructor":{"type":"string"},"toString":{}}}}}],"parallel_tool_calls":false',
      ),
    ],
    [
      'image and text parts',
      'openai-chat',
      chat(
        `{"role":"user","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"https://x.test/a.png","detail":"low"}}]},${REPLY}`,
      ),
    ],
    [
      'audio and file parts',
      'openai-chat',
      chat(
        `{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},{"type":"file","file":{"file_id":"file-1"}}]},${REPLY}`,
      ),
    ],
    ['a refusal', 'openai-chat', answer('{"role":"assistant","content":null,"refusal":"no"}')],
    [
      'a refusal part alone',
      'openai-chat',
      answer('{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}'),
    ],
    ['an empty system text', 'openai-chat', chat(`{"role":"system","content":""},${USER},${REPLY}`)],
    [
      'white space between tokens',
      'openai-chat',
      ' \t{ "messages" : [ {"role":"user" , "content":"u"},\t' + REPLY + ' ] } \t',
    ],
    [
      'text that looks like keys',
      'openai-chat',
      chat(String.raw`{"role":"user","content":": \"role\": \\\": {\"messages\":"},${REPLY}`),
    ],
    [
      'an escaped pair of surrogates',
      'openai-chat',
      chat(String.raw`{"role":"user","content":"\ud83d\ude00 and \\ud800"},${REPLY}`),
    ],
    ['a preference', 'openai-preference', preference(INPUT, `[${REPLY}]`, '[{"role":"assistant","content":"b"}]')],
    [
      'a preference with tools',
      'openai-preference',
      preference(`{"messages":[${USER}],"tools":[${FUNCTION}],"parallel_tool_calls":true}`, `[${CALL}]`, `[${REPLY}]`),
    ],
    ['a question to be graded', 'openai-reinforcement', chat(USER, ',"answer":"42","meta":{"messages":[null]}')],
    [
      'a question after other turns, with tools',
      'openai-reinforcement',
      chat(`${USER},${REPLY},${USER}`, `,"tools":[${FUNCTION}],"parallel_tool_calls":false,"toString":1`),
    ],
    ['a question with nothing to grade by', 'openai-reinforcement', chat(USER)],
    ['a completion', 'prompt-completion', '{"prompt":"p","completion":" c"}'],
    ['a completion of an empty prompt', 'prompt-completion', '{"completion":"c","prompt":""}'],
    [
      '64 levels',
      'openai-chat',
      chat(`${USER},${REPLY}`, `,"tools":[{"type":"function","function":{"name":"f","parameters":${nested(60)}}}]`),
    ],
  ]
  it.each(accepted)('%s (%s)', async (_name, format, row) => {
    expect(await rejectionOf(row, format)).toBeUndefined()
  })
})

describe('rows are rejected by rule and field', () => {
  const rejected: readonly (readonly [rule: string, field: string | undefined, format: FormatId, row: string])[] = [
    ['invalid-json', undefined, 'openai-chat', '{"messages":[}'],
    ['invalid-json', undefined, 'openai-chat', `${answer(REPLY)}{}`],
    ['invalid-json', undefined, 'openai-chat', "{'messages':[]}"],
    ['invalid-json', undefined, 'openai-chat', '{"messages":NaN}'],
    ['nul-byte', undefined, 'openai-chat', answer('{"role":"assistant","content":"a\0"}')],
    ['not-an-object', undefined, 'openai-chat', `[${answer(REPLY)}]`],
    ['not-an-object', undefined, 'openai-chat', 'null'],
    ['not-an-object', undefined, 'openai-chat', '12345678901234567890'],
    ['not-an-object', undefined, 'openai-chat', '"text"'],
    ['too-deep', undefined, 'openai-chat', nested(65)],
    ['too-deep', undefined, 'openai-chat', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['too-deep', undefined, 'openai-chat', '{"a":'.repeat(100_000)],
    ['too-deep', undefined, 'openai-chat', '['.repeat(1_000_000)],
    ['duplicate-key', '', 'openai-chat', `{"messages":[],"messages":[${USER},${REPLY}]}`],
    ['duplicate-key', 'messages[0]', 'openai-chat', chat(`{"role":"system","content":"x","role":"user"},${REPLY}`)],
    [
      'duplicate-key',
      'messages[0]',
      'openai-chat',
      chat(String.raw`{"role":"user","content":"x","r\u006fle":"user"},${REPLY}`),
    ],
    [
      'duplicate-key',
      'tools[0].function.parameters.*',
      'openai-chat',
      chat(
        `${USER},${REPLY}`,
        ',"tools":[{"type":"function","function":{"name":"f","parameters":{"mine":{"b":1,"b" :1}}}}]',
      ),
    ],
    [
      'duplicate-key',
      'tools[0].function.parameters',
      'openai-chat',
      chat(
        `${USER},${REPLY}`,
        String.raw`,"tools":[{"type":"function","function":{"name":"f","parameters":{"b\\":1,"b\\":1}}}]`,
      ),
    ],
    ['forbidden-key', undefined, 'openai-chat', chat(`${USER},${REPLY}`, ',"__proto__":{"tools":[]}')],
    [
      'forbidden-key',
      undefined,
      'openai-chat',
      chat(`${USER},${REPLY}`, ',"tools":[{"type":"function","function":{"name":"f","parameters":{"__proto__":{}}}}]'),
    ],
    [
      'lone-surrogate',
      'messages[1].content',
      'openai-chat',
      answer(String.raw`{"role":"assistant","content":"cut \ud83d"}`),
    ],
    [
      'lone-surrogate',
      'messages[1].content',
      'openai-chat',
      answer(String.raw`{"role":"assistant","content":"\ude00\ud83d"}`),
    ],
    ['unknown-key', undefined, 'openai-chat', chat(`${USER},${REPLY}`, ',"target":"1"')],
    ['unknown-key', undefined, 'openai-chat', chat(`${USER},${REPLY}`, ',"constructor":1')],
    ['unknown-key', 'messages[1]', 'openai-chat', answer('{"role":"assistant","content":"a","reasoning":"r"}')],
    ['unknown-key', 'messages[0]', 'openai-chat', chat(`{"role":"user","content":"u","tool_calls":[]},${REPLY}`)],
    [
      'unknown-key',
      'tools[0].function',
      'openai-chat',
      chat(`${USER},${REPLY}`, ',"tools":[{"type":"function","function":{"name":"f","arguments":{}}}]'),
    ],
    ['unknown-key', undefined, 'prompt-completion', '{"prompt":"p","completion":"c","id":7}'],
    ['missing-key', 'messages', 'openai-chat', '{}'],
    ['missing-key', 'messages', 'openai-chat', '{"conversation":[]}'],
    ['missing-key', 'messages', 'openai-chat', '{"tools":[]}'],
    ['missing-key', 'messages[0].role', 'openai-chat', chat(`{"content":"u"},${REPLY}`)],
    ['missing-key', 'messages[0].content', 'openai-chat', chat(`{"role":"user"},${REPLY}`)],
    [
      'missing-key',
      'messages[1].tool_calls[0].function',
      'openai-chat',
      answer('{"role":"assistant","tool_calls":[{"id":"c","type":"function"}]}'),
    ],
    [
      'missing-key',
      'messages[1].tool_calls[0].type',
      'openai-chat',
      answer('{"role":"assistant","tool_calls":[{"id":"c"}]}'),
    ],
    ['missing-key', 'completion', 'prompt-completion', '{"prompt":"p"}'],
    ['missing-key', 'input', 'openai-preference', `{"preferred_output":[${REPLY}],"non_preferred_output":[${REPLY}]}`],
    [
      'missing-key',
      'preferred_output[0].role',
      'openai-preference',
      preference(INPUT, '[{"content":"a"}]', `[${REPLY}]`),
    ],
    ['wrong-type', 'messages', 'openai-chat', '{"messages":{}}'],
    ['wrong-type', 'messages[0]', 'openai-chat', chat(`"u",${REPLY}`)],
    ['wrong-type', 'messages[0].role', 'openai-chat', chat(`{"role":1,"content":"u"},${REPLY}`)],
    ['wrong-type', 'messages[0].content', 'openai-chat', chat(`{"role":"user","content":null},${REPLY}`)],
    [
      'wrong-type',
      'messages[0].content',
      'openai-chat',
      chat(`{"role":"user","content":{"type":"text","text":"t"}},${REPLY}`),
    ],
    [
      'wrong-type',
      'messages[1].tool_calls[0].function.arguments',
      'openai-chat',
      answer('{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{}}}]}'),
    ],
    ['wrong-type', 'tools', 'openai-chat', chat(`${USER},${REPLY}`, ',"tools":null')],
    [
      'wrong-type',
      'tools[0].function.parameters',
      'openai-chat',
      chat(`${USER},${REPLY}`, ',"tools":[{"type":"function","function":{"name":"f","parameters":9007199254740993}}]'),
    ],
    ['wrong-type', 'parallel_tool_calls', 'openai-chat', chat(`${USER},${REPLY}`, ',"parallel_tool_calls":"yes"')],
    ['wrong-type', 'prompt', 'prompt-completion', '{"prompt":["p"],"completion":"c"}'],
    ['wrong-type', 'preferred_output', 'openai-preference', preference(INPUT, REPLY, `[${REPLY}]`)],
    [
      'invalid-value',
      'messages[0].content[0].type',
      'openai-chat',
      chat(`{"role":"user","content":[{"type":"video"}]},${REPLY}`),
    ],
    [
      'invalid-value',
      'messages[0].content[0].image_url.detail',
      'openai-chat',
      chat(`{"role":"user","content":[{"type":"image_url","image_url":{"url":"u","detail":"max"}}]},${REPLY}`),
    ],
    [
      'invalid-value',
      'messages[1].content[0].type',
      'openai-chat',
      answer('{"role":"assistant","content":[{"type":"image_url","image_url":{"url":"u"}}]}'),
    ],
    [
      'invalid-value',
      'tools[0].function.name',
      'openai-chat',
      chat(`${USER},${REPLY}`, ',"tools":[{"type":"function","function":{"name":"has space"}}]'),
    ],
    ['invalid-value', 'functions', 'openai-chat', chat(`${USER},${REPLY}`, ',"functions":[]')],
    ['unknown-role', 'messages[0].role', 'openai-chat', chat(`{"role":"human","content":"u"},${REPLY}`)],
    ['unknown-role', 'messages[0].role', 'openai-chat', chat(`{"role":"__proto__","content":"u"},${REPLY}`)],
    ['empty-messages', 'messages', 'openai-chat', chat('')],
    [
      'empty-messages',
      'input.messages',
      'openai-preference',
      preference('{"messages":[]}', `[${REPLY}]`, `[${REPLY}]`),
    ],
    ['empty-content', 'messages[0].content', 'openai-chat', chat(`{"role":"user","content":[]},${REPLY}`)],
    [
      'mixed-refusal',
      'messages[1].content',
      'openai-chat',
      answer('{"role":"assistant","content":[{"type":"text","text":"t"},{"type":"refusal","refusal":"r"}]}'),
    ],
    ['missing-content', 'messages[1].content', 'openai-chat', answer('{"role":"assistant","content":null}')],
    ['missing-content', 'messages[1].content', 'openai-chat', answer('{"role":"assistant"}')],
    ['missing-content', 'messages[1].content', 'openai-chat', answer('{"role":"assistant","tool_calls":[]}')],
    ['empty-target', 'messages[1].content', 'openai-chat', answer('{"role":"assistant","content":""}')],
    [
      'empty-target',
      'messages[1].content',
      'openai-chat',
      answer('{"role":"assistant","content":[{"type":"text","text":""}]}'),
    ],
    ['empty-target', 'completion', 'prompt-completion', '{"prompt":"p","completion":""}'],
    [
      'empty-target',
      'preferred_output[0].content',
      'openai-preference',
      preference(INPUT, '[{"role":"assistant","content":""}]', `[${REPLY}]`),
    ],
    ['no-target', 'messages', 'openai-chat', chat(USER)],
    ['no-target', 'messages', 'openai-chat', answer('{"role":"assistant","content":"a","weight":0}')],
    ['last-not-assistant', 'messages[2].role', 'openai-chat', chat(`${USER},${REPLY},${USER}`)],
    ['last-not-user', 'messages[1].role', 'openai-reinforcement', chat(`${USER},${REPLY}`, ',"answer":"42"')],
    ['missing-key', 'messages', 'openai-reinforcement', '{"answer":"42"}'],
    ['wrong-type', 'tools', 'openai-reinforcement', chat(USER, ',"tools":{}')],
    [
      'invalid-weight',
      'messages[1].weight',
      'openai-reinforcement',
      chat(`${USER},{"role":"assistant","content":"a","weight":1},${USER}`),
    ],
    ['invalid-weight', 'messages[1].weight', 'openai-chat', answer('{"role":"assistant","content":"a","weight":0.5}')],
    ['invalid-weight', 'messages[1].weight', 'openai-chat', answer('{"role":"assistant","content":"a","weight":2}')],
    ['invalid-weight', 'messages[1].weight', 'openai-chat', answer('{"role":"assistant","content":"a","weight":true}')],
    [
      'invalid-weight',
      'messages[1].weight',
      'openai-chat',
      answer('{"role":"assistant","content":"a","weight":1.0000000000000000001}'),
    ],
    ['invalid-weight', 'messages[0].weight', 'openai-chat', chat(`{"role":"user","content":"u","weight":1},${REPLY}`)],
    [
      'invalid-weight',
      'non_preferred_output[0].weight',
      'openai-preference',
      preference(INPUT, `[${REPLY}]`, '[{"role":"assistant","content":"b","weight":1}]'),
    ],
    [
      'invalid-weight',
      'input.messages[1].weight',
      'openai-preference',
      preference(
        `{"messages":[${USER},{"role":"assistant","content":"a","weight":0},${USER}]}`,
        `[${REPLY}]`,
        `[${REPLY}]`,
      ),
    ],
    [
      'unmatched-tool-call',
      'messages[1].tool_call_id',
      'openai-chat',
      chat(`${USER},{"role":"tool","tool_call_id":"c1","content":"r"},${REPLY}`),
    ],
    [
      'unmatched-tool-call',
      'messages[2].tool_call_id',
      'openai-chat',
      chat(`${USER},${CALL},{"role":"tool","tool_call_id":"c2","content":"r"},${REPLY}`),
    ],
    ['invalid-output', 'preferred_output', 'openai-preference', preference(INPUT, '[]', `[${REPLY}]`)],
    [
      'invalid-output',
      'non_preferred_output',
      'openai-preference',
      preference(INPUT, `[${REPLY}]`, `[${REPLY},${REPLY}]`),
    ],
    ['invalid-output', 'preferred_output[0].role', 'openai-preference', preference(INPUT, `[${USER}]`, `[${REPLY}]`)],
  ]
  const named = rejected.map(([rule, field, format, row]) => ({ rule, field, format, row, shown: row.slice(0, 150) }))
  it.each(named)('$rule at $field ($format) $shown', async ({ rule, field, format, row }) => {
    const rejection = await rejectionOf(row, format)
    expect({ rule: rejection?.rule, field: rejection?.field }).toEqual({ rule, field })
    expect(rejection?.line).toBe(1)
    expect(rejection?.message).not.toBe('')
  })

  it('every rule about rows has a test here or beside the bytes, the conversion and other vendors’ formats', () => {
    const elsewhere = [
      'invalid-utf8',
      'line-too-long',
      'broken-record',
      'ragged-row',
      'not-json',
      'not-representable',
      'not-carried',
    ]
    const seen = new Set([...rejected.map(([rule]) => rule), ...elsewhere])
    expect(Object.keys(RULES).filter((rule) => !seen.has(rule))).toEqual([])
  })
})

describe('the place of a syntax error', () => {
  it.each([
    ['{"a":1,}', 'from character 8 on'],
    ['{"a" 1}', 'from character 6 on'],
    ['{"a":tru}', 'from character 6 on'],
    ['{"a":01}', 'from character 7 on'],
    ['{a:1}', 'from character 2 on'],
    ['[1 2]', 'from character 4 on'],
    ['{"a":"b\tc"}', 'from character 8 on'],
    [String.raw`{"a":"\x"}`, 'from character 7 on'],
    ['{} x', 'from character 4 on'],
    ['\uFEFF{}', 'a byte order mark stands before the row'],
    ['{}\uFEFF{}', 'a byte order mark stands at character 3'],
    ['{"a":[1,2', 'ends before'],
    ['{"a":"b', 'ends before'],
    ['{"a":tr', 'ends before'],
    ['{"a":-', 'ends before'],
    [String.raw`{"a":"\u00`, 'ends before'],
  ])('%s', async (row, place) => {
    // On the second line, because a byte order mark is stripped at the start of the file.
    const report = await check(`{}\n${row}`, { format: 'openai-chat' })
    expect(report.rejected.first[1]?.message).toContain(place)
  })
})

it('a key that comes twice is seen beside an escaped key and a number that no double holds', async () => {
  const row = String.raw`{"prompt":"p","\u0020":9007199254740993,"completion":"c","prompt":"p"}`
  expect(await rejectionOf(row, 'prompt-completion')).toMatchObject({ rule: 'duplicate-key' })
})
