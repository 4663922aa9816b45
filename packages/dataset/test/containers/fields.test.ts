import { describe, expect, it } from 'vitest'
import { bytesSource, checkDataset, type Layout } from '../../src/index.ts'
import { encoded, errorOf, verdicts } from '../support.ts'
import { file, rawRows } from './rows.ts'

const mapped = (name: string, content: string, fields: Layout['fields']) => file(name, content, { fields })

describe('a field mapping', () => {
  it('puts fields of a table under the keys of a format and leaves the others out', async () => {
    const from = mapped('rows.csv', 'id,Question,Answer\n1,2+2?,4\n', { prompt: 'Question', completion: 'Answer' })
    expect(await rawRows(from)).toEqual([[2, '{"prompt":"2+2?","completion":"4"}']])
    expect(await checkDataset(from)).toMatchObject({ format: 'prompt-completion', accepted: 1 })
  })

  it('keeps numbers and escapes of flat JSON exact', async () => {
    const fields = { prompt: 'q', completion: 'a', extra: 'n' }
    const from = mapped('rows.jsonl', String.raw`{"a":"\u00e9","q":"x","n":9007199254740993.10,"z":[]}` + '\n', fields)
    expect(await rawRows(from)).toEqual([[1, '{"prompt":"x","completion":"é","extra":9007199254740993.10}']])
  })

  it('reads JSON text where the key holds a list', async () => {
    const messages = [
      { role: 'user', content: 'a "quoted" word' },
      { role: 'assistant', content: 'yes' },
    ]
    const cell = JSON.stringify(messages, undefined, 1).replaceAll('"', '""')
    const from = mapped('rows.csv', `chat,tools\n"${cell}",\n`, { messages: 'chat', tools: 'tools' })
    expect((await encoded(from, { to: 'openai-chat', onRejected: 'fail' })).toString()).toBe(
      '{"messages":[  {   "role": "user",   "content": "a \\"quoted\\" word"  },  {   "role": "assistant",   "content": "yes"  } ]}\n',
    )
  })

  it('leaves out keys that a format does not define, as the rejection of such a row advises', async () => {
    const row = '{"id":"7","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}\n'
    const { rejected } = await checkDataset(file('rows.jsonl', row))
    expect(rejected.first).toMatchObject([{ rule: 'unknown-key', hint: expect.stringContaining('field mapping') }])
    const from = mapped('rows.jsonl', row, { conversations: 'conversations' })
    expect(await checkDataset(from)).toMatchObject({ format: 'sharegpt', accepted: 1, rejected: { count: 0 } })
  })

  it('rejects a row whose text is no JSON, and cannot be tricked out of its key', async () => {
    for (const cell of ['[{""role"":', '[]},""messages"":[', '']) {
      const from = mapped('rows.csv', `chat\n"${cell}"\n`, { messages: 'chat' })
      const { rejected } = await checkDataset(from, { format: 'openai-chat' })
      expect(rejected.first).toMatchObject([{ line: 2, rule: 'invalid-json', field: 'messages' }])
    }
  })

  it('leaves out a key whose cell is empty where a row may lack it', async () => {
    const fields = { system: 's', instruction: 'p', output: 'c' }
    expect(await rawRows(mapped('rows.csv', 's,p,c\n,,x\nBe kind.,,x\n', fields))).toEqual([
      [2, '{"instruction":"","output":"x"}'],
      [3, '{"system":"Be kind.","instruction":"","output":"x"}'],
    ])
  })

  it('makes a conversation of system, prompt and completion', async () => {
    const fields = { completion: 'c', prompt: 'p', system: 's', tools: 't' }
    const from = mapped('rows.csv', 's,p,c,t\nBe kind.,Hi,Hello,[]\n,Hi,Hello,\n,,,\n', fields)
    expect(await rawRows(from)).toEqual([
      [
        2,
        '{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"tools":[]}',
      ],
      [3, '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}'],
      [4, '{"messages":[{"role":"user","content":""},{"role":"assistant","content":""}]}'],
    ])
    const partial = mapped('rows.jsonl', '{"c":"Hello"}\n{"p":7,"c":"Hello"}\n', fields)
    expect(await rawRows(partial)).toEqual([
      [1, 'missing-key'],
      [2, '{"messages":[{"role":"user","content":7},{"role":"assistant","content":"Hello"}]}'],
    ])
  })

  it('rejects rows of JSON that lack a field by the format’s own rule', async () => {
    const from = mapped('rows.json', '[{"q":"x"},{"q":"x","a":"y"},7]', { prompt: 'q', completion: 'a' })
    expect(await verdicts(from, 'prompt-completion')).toEqual(['1 missing-key', '1 ok', '1 not-an-object'])
  })

  it('names a field that a table does not have', async () => {
    const error = await errorOf(rawRows(mapped('rows.csv', 'question,answer\nx,y\n', { prompt: 'Question' })))
    expect(error).toMatchObject({
      code: 'container',
      message: 'rows.csv has no field "Question", which is mapped to prompt',
      hint: expect.stringContaining('names 2 fields'),
    })
  })

  it('of a file is part of its source, so that everything that reads it maps it', async () => {
    const bytes = Buffer.from('q,a\nx,y\n')
    const from = bytesSource('rows.csv', bytes, { fields: { prompt: 'q', completion: 'a' } })
    expect((await encoded(from, { to: 'prompt-completion', onRejected: 'fail' })).toString()).toBe(
      '{"prompt":"x","completion":"y"}\n',
    )
  })
})

describe('a container', () => {
  it('that is named wins over the name of the file', async () => {
    expect(await checkDataset(file('rows.jsonl', 'prompt,completion\nx,y\n', { container: 'csv' }))).toMatchObject({
      container: 'csv',
      accepted: 1,
    })
  })

  it('that does not exist is an error which names those that do', async () => {
    const layout = JSON.parse('{"container":"xlsx"}') as Layout
    expect(await errorOf(checkDataset(file('rows.xlsx', 'x', layout)))).toMatchObject({
      code: 'container',
      hint: 'known: jsonl, json, csv, tsv, parquet, text',
    })
  })
})
