import { describe, expect, it } from 'vitest'
import { canonicalExample, type Example, type FormatId } from '../../src/index.ts'
import { decoded, faultOf } from './support.ts'

const BEDROCK = 'bedrock-conversation-2024'
const ASK = '{"role":"user","content":[{"text":"u"}]}'
const SAY = '{"role":"assistant","content":[{"text":"a"}]}'
const USE = '{"role":"assistant","content":[{"toolUse":{"toolUseId":"c","name":"f","input":{}}}]}'
const bedrock = (messages: string, rest = '') => `{"schemaVersion":"v","messages":[${messages}]${rest}}`
const blocks = (block: string) => bedrock(`{"role":"user","content":[${block}]},${SAY}`)
const said = (block: string) => bedrock(`${ASK},{"role":"assistant","content":[${block}]}`)

const WHO = '{"role":"user","parts":[{"text":"u"}]}'
const MODEL = '{"role":"model","parts":[{"text":"a"}]}'
const gemini = (contents: string, rest = '') => `{"contents":[${contents}]${rest}}`
const parts = (part: string) => gemini(`{"role":"user","parts":[${part}]},${MODEL}`)
const model = (part: string) => gemini(`${WHO},{"role":"model","parts":[${part}]}`)
const declared = (declaration: string) =>
  gemini(`${WHO},${MODEL}`, `,"tools":[{"functionDeclarations":[${declaration}]}]`)
const scored = (completions: string, contents = WHO) => `{"contents":[${contents}],"completions":[${completions}]}`
const BETTER = `{"score":1,"completion":${MODEL}}`
const WORSE = `{"score":0,"completion":${MODEL}}`

const share = (conversations: string, rest = '') => `{"conversations":[${conversations}]${rest}}`
const HUMAN = '{"from":"human","value":"u"}'
const GPT = '{"from":"gpt","value":"a"}'

describe('rows are rejected by rule and field', () => {
  const rejected: readonly (readonly [rule: string, field: string | undefined, format: FormatId, row: string])[] = [
    ['missing-key', 'schemaVersion', BEDROCK, `{"messages":[${ASK},${SAY}]}`],
    ['unknown-key', undefined, BEDROCK, bedrock(`${ASK},${SAY}`, ',"id":1')],
    ['empty-messages', 'messages', BEDROCK, bedrock('')],
    ['unknown-role', 'messages[0].role', BEDROCK, bedrock(`{"role":"system","content":[{"text":"s"}]},${SAY}`)],
    ['missing-key', 'messages[0].role', BEDROCK, bedrock(`{"content":[{"text":"s"}]},${SAY}`)],
    ['wrong-type', 'messages[0].content', BEDROCK, bedrock(`{"role":"user","content":"u"},${SAY}`)],
    ['empty-content', 'messages[0].content', BEDROCK, bedrock(`{"role":"user","content":[]},${SAY}`)],
    ['unknown-key', 'messages[1]', BEDROCK, bedrock(`${ASK},{"role":"assistant","content":[{"text":"a"}],"weight":1}`)],
    ['invalid-value', 'messages[0].content[0]', BEDROCK, blocks('{}')],
    [
      'invalid-value',
      'messages[0].content[0]',
      BEDROCK,
      blocks('{"text":"a","image":{"format":"png","source":{"bytes":"AA=="}}}'),
    ],
    ['unknown-key', 'messages[0].content[0]', BEDROCK, blocks('{"type":"text"}')],
    ['not-carried', 'messages[0].content[0].cachePoint', BEDROCK, blocks('{"cachePoint":{"type":"default"}}')],
    ['not-carried', 'messages[0].content[0].guardContent', BEDROCK, blocks('{"guardContent":{}}')],
    ['not-carried', 'messages[1].content[0].citationsContent', BEDROCK, said('{"citationsContent":{}}')],
    [
      'invalid-value',
      'messages[0].content[0].image.format',
      BEDROCK,
      blocks('{"image":{"format":"tiff","source":{"bytes":"AA=="}}}'),
    ],
    ['invalid-value', 'messages[0].content[0].image.source', BEDROCK, blocks('{"image":{"format":"png","source":{}}}')],
    [
      'missing-key',
      'messages[0].content[0].image.source.s3Location.uri',
      BEDROCK,
      blocks('{"image":{"format":"png","source":{"s3Location":{}}}}'),
    ],
    [
      'missing-key',
      'messages[0].content[0].document.name',
      BEDROCK,
      blocks('{"document":{"format":"pdf","source":{"bytes":"AA=="}}}'),
    ],
    [
      'not-carried',
      'messages[0].content[0].document.source.text',
      BEDROCK,
      blocks('{"document":{"format":"txt","name":"n","source":{"text":"t"}}}'),
    ],
    [
      'invalid-value',
      'messages[1].content[0].image',
      BEDROCK,
      said('{"image":{"format":"png","source":{"bytes":"AA=="}}}'),
    ],
    [
      'invalid-value',
      'messages[0].content[0].toolUse',
      BEDROCK,
      blocks('{"toolUse":{"toolUseId":"c","name":"f","input":{}}}'),
    ],
    [
      'wrong-type',
      'messages[1].content[0].toolUse.input',
      BEDROCK,
      said('{"toolUse":{"toolUseId":"c","name":"f","input":[1]}}'),
    ],
    [
      'invalid-value',
      'messages[1].content[0].toolUse.toolUseId',
      BEDROCK,
      said('{"toolUse":{"toolUseId":"a b","name":"f","input":{}}}'),
    ],
    [
      'not-carried',
      'messages[1].content[0].toolUse.type',
      BEDROCK,
      said('{"toolUse":{"toolUseId":"c","name":"f","input":{},"type":"server_tool_use"}}'),
    ],
    [
      'unmatched-tool-call',
      'messages[2].content[0].toolResult.toolUseId',
      BEDROCK,
      bedrock(
        `${ASK},${USE},{"role":"user","content":[{"toolResult":{"toolUseId":"d","content":[{"text":"r"}]}}]},${SAY}`,
      ),
    ],
    [
      'invalid-value',
      'messages[2].content[0].toolResult.status',
      BEDROCK,
      bedrock(
        `${ASK},${USE},{"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[],"status":"ok"}}]},${SAY}`,
      ),
    ],
    ['empty-target', 'messages[1].content', BEDROCK, said('{"text":""}')],
    ['last-not-assistant', 'messages[2].role', BEDROCK, bedrock(`${ASK},${SAY},${ASK}`)],
    ['invalid-value', 'system[0].text', BEDROCK, bedrock(`${ASK},${SAY}`, ',"system":[{"text":""}]')],
    ['not-carried', 'system[0].cachePoint', BEDROCK, bedrock(`${ASK},${SAY}`, ',"system":[{"cachePoint":{}}]')],
    ['invalid-value', 'toolConfig.tools', BEDROCK, bedrock(`${ASK},${SAY}`, ',"toolConfig":{"tools":[]}')],
    [
      'not-carried',
      'toolConfig.toolChoice',
      BEDROCK,
      bedrock(`${ASK},${SAY}`, ',"toolConfig":{"toolChoice":{"any":{}},"tools":[]}'),
    ],
    [
      'missing-key',
      'toolConfig.tools[0].toolSpec.inputSchema',
      BEDROCK,
      bedrock(`${ASK},${SAY}`, ',"toolConfig":{"tools":[{"toolSpec":{"name":"f"}}]}'),
    ],

    [
      'unknown-key',
      undefined,
      'claude-3',
      '{"system":"s","model":"m","messages":[{"role":"assistant","content":"a"}]}',
    ],
    ['invalid-value', 'messages[0].role', 'claude-3', '{"messages":[{"role":"system","content":"s"}]}'],
    [
      'invalid-value',
      'messages[0].content[0].type',
      'claude-3',
      '{"messages":[{"role":"user","content":[{"type":"image"}]}]}',
    ],
    ['empty-content', 'messages[0].content', 'claude-3', '{"messages":[{"role":"user","content":[]}]}'],
    ['empty-target', 'messages[0].content', 'claude-3', '{"messages":[{"role":"assistant","content":""}]}'],
    ['last-not-assistant', 'messages[0].role', 'claude-3', '{"messages":[{"role":"user","content":"u"}]}'],
    ['wrong-type', 'system', 'claude-3', '{"system":[],"messages":[{"role":"assistant","content":"a"}]}'],

    ['unknown-key', undefined, 'gemini', gemini(`${WHO},${MODEL}`, ',"id":1')],
    ['not-carried', 'generationConfig', 'gemini', gemini(`${WHO},${MODEL}`, ',"generationConfig":{}')],
    ['not-carried', 'generationConfig', 'gemini', gemini(`${WHO},${MODEL}`, ',"generation_config":{}')],
    [
      'duplicate-key',
      'systemInstruction',
      'gemini',
      gemini(`${WHO},${MODEL}`, ',"system_instruction":{},"systemInstruction":{}'),
    ],
    ['empty-messages', 'contents', 'gemini', gemini('')],
    ['unknown-role', 'contents[0].role', 'gemini', gemini(`{"role":"assistant","parts":[{"text":"a"}]},${MODEL}`)],
    ['empty-content', 'contents[0].parts', 'gemini', gemini(`{"role":"user","parts":[]},${MODEL}`)],
    [
      'invalid-value',
      'contents[0].parts[0]',
      'gemini',
      parts('{"text":"a","inlineData":{"mimeType":"image/png","data":"AA=="}}'),
    ],
    ['invalid-value', 'contents[0].parts[0].thought', 'gemini', parts('{"text":"a","thought":true}')],
    ['not-carried', 'contents[1].parts[0].thoughtSignature', 'gemini', model('{"text":"a","thoughtSignature":"AA=="}')],
    ['not-carried', 'contents[1].parts[0].executableCode', 'gemini', model('{"executableCode":{}}')],
    [
      'not-carried',
      'contents[0].parts[0].videoMetadata',
      'gemini',
      parts('{"fileData":{"mimeType":"video/mp4","fileUri":"gs://b/v"},"videoMetadata":{"fps":1}}'),
    ],
    [
      'invalid-value',
      'contents[0].parts[0].fileData.fileUri',
      'gemini',
      parts('{"fileData":{"mimeType":"image/png","fileUri":"s3://b/v"}}'),
    ],
    [
      'invalid-value',
      'contents[0].parts[0].inlineData.mimeType',
      'gemini',
      parts('{"inlineData":{"mimeType":"png","data":"AA=="}}'),
    ],
    ['invalid-value', 'contents[0].parts[0].functionCall', 'gemini', parts('{"functionCall":{"name":"f","args":{}}}')],
    [
      'invalid-value',
      'contents[1].parts[0].functionResponse',
      'gemini',
      model('{"functionResponse":{"name":"f","response":{}}}'),
    ],
    [
      'unmatched-tool-call',
      'contents[0].parts[0].functionResponse',
      'gemini',
      parts('{"functionResponse":{"name":"f","response":{}}}'),
    ],
    [
      'wrong-type',
      'contents[1].parts[0].functionCall.args',
      'gemini',
      model('{"functionCall":{"name":"f","args":[1]}}'),
    ],
    ['empty-target', 'contents[1].parts', 'gemini', model('{"text":""}')],
    ['last-not-assistant', 'contents[1].role', 'gemini', gemini(`${MODEL},${WHO}`)],
    ['not-carried', 'tools[0].googleSearch', 'gemini', gemini(`${WHO},${MODEL}`, ',"tools":[{"googleSearch":{}}]')],
    [
      'not-carried',
      'tools[0].functionDeclarations[0].parameters',
      'gemini',
      declared('{"name":"f","parameters":{"type":"OBJECT","propertyOrdering":["a"]}}'),
    ],
    [
      'not-carried',
      'tools[0].functionDeclarations[0].parameters',
      'gemini',
      declared('{"name":"f","parameters":{"type":"Object"}}'),
    ],
    [
      'invalid-value',
      'tools[0].functionDeclarations[0].parameters',
      'gemini',
      declared('{"name":"f","parameters":{},"parametersJsonSchema":{}}'),
    ],
    ['invalid-value', 'tools[0].functionDeclarations[0].name', 'gemini', declared('{"name":"1f"}')],

    ['invalid-output', 'completions', 'gemini-preference', scored(BETTER)],
    ['invalid-output', 'completions', 'gemini-preference', scored(`${BETTER},${BETTER}`)],
    ['invalid-output', 'completions', 'gemini-preference', scored(`${BETTER},${WORSE},${WORSE}`)],
    [
      'invalid-value',
      'completions[0].score',
      'gemini-preference',
      scored(`{"score":0.5,"completion":${MODEL}},${WORSE}`),
    ],
    [
      'invalid-output',
      'completions[0].completion.role',
      'gemini-preference',
      scored(`{"score":1,"completion":${WHO}},${WORSE}`),
    ],
    [
      'invalid-output',
      'completions[0].completion',
      'gemini-preference',
      scored(`{"score":1,"completion":{"role":"model","parts":[{"functionCall":{"name":"f"}},{"text":"t"}]}},${WORSE}`),
    ],
    [
      'empty-target',
      'completions[1].completion.parts',
      'gemini-preference',
      scored(`${BETTER},{"score":0,"completion":{"role":"model","parts":[{"text":""}]}}`),
    ],
    [
      'invalid-value',
      undefined,
      'gemini-preference',
      scored(`${BETTER},${WORSE}`, '{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}'),
    ],
    ['last-not-user', 'contents[1].role', 'gemini-preference', scored(`${BETTER},${WORSE}`, `${WHO},${MODEL}`)],
    [
      'unknown-key',
      undefined,
      'gemini-preference',
      `{"contents":[${WHO}],"completions":[${BETTER},${WORSE}],"tools":[]}`,
    ],

    ['unknown-key', undefined, 'alpaca', '{"instruction":"i","output":"o","text":"t"}'],
    ['empty-target', 'output', 'alpaca', '{"instruction":"i","input":"","output":""}'],
    ['invalid-value', 'history[0]', 'alpaca', '{"instruction":"i","output":"o","history":[["q"]]}'],
    ['wrong-type', 'history[0][1]', 'alpaca', '{"instruction":"i","output":"o","history":[["q",1]]}'],
    ['missing-key', 'output', 'alpaca', '{"instruction":"i","input":"x"}'],

    ['unknown-key', undefined, 'sharegpt', share(`${HUMAN},${GPT}`, ',"id":"1"')],
    ['empty-messages', 'conversations', 'sharegpt', share('')],
    ['unknown-role', 'conversations[0].from', 'sharegpt', share(`{"from":"narrator","value":"n"},${GPT}`)],
    ['unknown-role', 'conversations[0].from', 'sharegpt', share(`{"from":"__proto__","value":"n"},${GPT}`)],
    ['empty-target', 'conversations[1].value', 'sharegpt', share(`${HUMAN},{"from":"gpt","value":""}`)],
    ['last-not-assistant', 'conversations[0].from', 'sharegpt', share(HUMAN)],
    ['invalid-value', 'conversations[1].from', 'sharegpt', share(`${HUMAN},{"from":"system","value":"s"},${GPT}`)],
    ['invalid-value', 'system', 'sharegpt', share(`{"from":"system","value":"s"},${HUMAN},${GPT}`, ',"system":"s"')],
    ['invalid-value', 'conversations[1].value', 'sharegpt', share(`${HUMAN},{"from":"function_call","value":"f()"}`)],
    [
      'invalid-value',
      'conversations[1].value',
      'sharegpt',
      share(String.raw`${HUMAN},{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":\"{}\"}"}`),
    ],
    [
      'invalid-value',
      'conversations[1].value',
      'sharegpt',
      share(String.raw`${HUMAN},{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{\"a\":1,\"a\":2}}"}`),
    ],
    ['invalid-value', 'conversations[1].value', 'sharegpt', share(`${HUMAN},{"from":"function_call","value":"[]"}`)],
    ['unmatched-tool-call', 'conversations[0].from', 'sharegpt', share(`{"from":"observation","value":"r"},${GPT}`)],
    ['invalid-value', 'tools', 'sharegpt', share(`${HUMAN},${GPT}`, ',"tools":"a hammer"')],
    [
      'invalid-value',
      'tools',
      'sharegpt',
      share(`${HUMAN},${GPT}`, String.raw`,"tools":"[{\"name\":\"f\",\"secret\":1}]"`),
    ],

    ['unknown-key', undefined, 'flat', '{"prompt":"p","completion":"c","id":1}'],
    ['empty-target', 'completion', 'flat', '{"prompt":"p","completion":""}'],
    ['empty-target', 'output', 'input-output', '{"input":"i","output":""}'],
    ['unknown-key', undefined, 'input-output', '{"input":"i","output":"o","n":1}'],
    ['empty-target', 'text', 'text', '{"text":""}'],
    ['unknown-key', undefined, 'text', '{"text":"t","id":1}'],
    ['wrong-type', 'input', 'bedrock-text', '{"input":1}'],
  ]
  const listed = rejected.map(([rule, field, format, row]) => ({ rule, field, format, row }))
  it.each(listed)('$rule at $field ($format) $row', ({ rule, field, format, row }) => {
    expect(faultOf(format, row)).toEqual({ rule, ...(field !== undefined && { field }) })
  })
})

describe('spellings of the same', () => {
  const same: readonly (readonly [string, FormatId, string, string])[] = [
    [
      'snake case, no role for the user, lower-case types, counts as numbers',
      'gemini',
      '{"system_instruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"file_data":{"mime_type":"image/png","file_uri":"gs://b/i"}}]},{"role":"model","parts":[{"function_call":{"name":"f","args":{"snake_case":1}}}]}],"tools":[{"function_declarations":[{"name":"f","parameters":{"type":"object","properties":{"snake_case":{"type":"array","minItems":2}}}}]}]}',
      '{"systemInstruction":{"role":"system","parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"image/png","fileUri":"gs://b/i"}}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"snake_case":1}}}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"snake_case":{"type":"ARRAY","minItems":"2"}}}}]}]}',
    ],
    [
      'a call without arguments',
      'gemini',
      model('{"functionCall":{"name":"f"}}'),
      model('{"functionCall":{"name":"f","args":{}}}'),
    ],
    ['a thought that is none', 'gemini', model('{"text":"a","thought":false}'), model('{"text":"a"}')],
    [
      'declarations in two tools',
      'gemini',
      gemini(
        `${WHO},${MODEL}`,
        ',"tools":[{"functionDeclarations":[{"name":"f"}]},{"functionDeclarations":[{"name":"g"}]}]',
      ),
      declared('{"name":"f"},{"name":"g"}'),
    ],
    [
      'the worse completion first',
      'gemini-preference',
      scored(`{"score":0,"completion":{"role":"model","parts":[{"text":"w"}]}},${BETTER}`),
      scored(`${BETTER},{"score":0,"completion":{"role":"model","parts":[{"text":"w"}]}}`),
    ],
    [
      'another schema version',
      BEDROCK,
      bedrock(`${ASK},${SAY}`).replace('"v"', '"tooluse-dataset-2024"'),
      bedrock(`${ASK},${SAY}`),
    ],
    [
      'the status success',
      BEDROCK,
      bedrock(
        `${ASK},${USE},{"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[{"text":"r"}],"status":"success"}}]},${SAY}`,
      ),
      bedrock(
        `${ASK},${USE},{"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[{"text":"r"}]}}]},${SAY}`,
      ),
    ],
    [
      'other names of speakers',
      'sharegpt',
      share('{"from":"user","value":"u"},{"from":"assistant","value":"a"}'),
      share(`${HUMAN},${GPT}`),
    ],
    [
      'instructions beside the turns',
      'sharegpt',
      share(`${HUMAN},${GPT}`, ',"system":"s","tools":""'),
      share(`{"from":"system","value":"s"},${HUMAN},${GPT}`),
    ],
    [
      'a list of one call',
      'sharegpt',
      share(String.raw`${HUMAN},{"from":"function_call","value":"[{\"name\":\"f\",\"arguments\":{}}]"}`),
      share(String.raw`${HUMAN},{"from":"tool_call","value":"{\"name\": \"f\", \"arguments\": {}}"}`),
    ],
    [
      'tools as OpenAI wraps them',
      'sharegpt',
      share(`${HUMAN},${GPT}`, String.raw`,"tools":"[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"`),
      share(`${HUMAN},${GPT}`, String.raw`,"tools":"[{\"name\":\"f\"}]"`),
    ],
    [
      'an empty input and history',
      'alpaca',
      '{"instruction":"i","input":"","output":"o","system":"","history":[]}',
      '{"instruction":"i","output":"o"}',
    ],
    [
      'one text block',
      'claude-3',
      '{"messages":[{"role":"user","content":[{"type":"text","text":"u"}]},{"role":"assistant","content":"a"}]}',
      '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}',
    ],
    [
      'nulls, lists of one text, defaults',
      'openai-chat',
      '{"messages":[{"role":"user","content":[{"type":"text","text":"u"}]},{"role":"assistant","content":"a","refusal":null,"audio":null,"function_call":null,"tool_calls":[],"weight":1}],"tools":[],"parallel_tool_calls":true}',
      '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}',
    ],
    [
      'ids, and spaces in arguments',
      'openai-chat',
      String.raw`{"messages":[{"role":"assistant","content":"","tool_calls":[{"id":"a1","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}}]},{"role":"tool","tool_call_id":"a1","content":"r"},{"role":"assistant","content":"a"}]}`,
      String.raw`{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"b2","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"b2","content":"r"},{"role":"assistant","content":"a"}]}`,
    ],
  ]
  it.each(same)('%s (%s)', (_name, format, one, other) => {
    expect(canonicalExample(decoded(format, one))).toEqual(canonicalExample(decoded(format, other)))
  })

  const different: readonly (readonly [string, Example, Example])[] = [
    ['arguments', withArguments('{"a":1}'), withArguments('{"a":2}')],
    ['digits no double holds', withArguments('{"a":9007199254740993}'), withArguments('{"a":9007199254740992}')],
    ['arguments that are no JSON', withArguments('{"a": 1'), withArguments('{"a":1')],
  ]
  it.each(different)('%s that differ stay apart', (_name, one, other) => {
    expect(canonicalExample(one)).not.toEqual(canonicalExample(other))
  })
})

function withArguments(given: string): Example {
  return {
    kind: 'chat',
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: given } }] },
    ],
  }
}
