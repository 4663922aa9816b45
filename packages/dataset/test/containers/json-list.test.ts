import { describe, expect, it } from 'vitest'
import { checkDataset } from '../../src/index.ts'
import { encoded, verdicts } from '../support.ts'
import { file, inChunks, rawRows } from './rows.ts'

const json = (content: string | Uint8Array) => rawRows(file('rows.json', content))
const ROW = '{"prompt":"p","completion":"c"}'

describe('a JSON list', () => {
  it('gives each item with its own text and the line on which it starts', async () => {
    const content = '[\n  {"a": [1, {"b": "]},{"}]},\n\n  {\n    "c": 1.50\n  }, 7 , "x"\n]\n'
    expect(await json(content)).toEqual([
      [2, '{"a": [1, {"b": "]},{"}]}'],
      [4, '{\n    "c": 1.50\n  }'],
      [6, '7'],
      [6, '"x"'],
    ])
  })

  it('keeps numbers, key order and escapes of a row that stays in its format, on one line', async () => {
    const row = String.raw`{"messages":[{"role":"user","content":"\u00e9 \\"},{"role":"assistant","content":"a"}],
  "tools": [{"type":"function","function":{"name":"f","parameters":{"maximum": 9007199254740993.10}}}]}`
    const options = { to: 'openai-chat', onRejected: 'fail' } as const
    expect((await encoded(file('rows.json', `[${row}\r\n]`), options)).toString()).toBe(`${row.replace('\n', ' ')}\n`)
  })

  it('knows itself by its first byte, unless its name says that each line is a row', async () => {
    expect(await checkDataset(file('rows', `\uFEFF\n [${ROW}]`))).toMatchObject({ container: 'json', accepted: 1 })
    expect(await checkDataset(file('rows.jsonl', `[${ROW}]`), { format: 'prompt-completion' })).toMatchObject({
      container: 'jsonl',
      rejected: { byRule: { 'not-an-object': 1 } },
    })
    expect(await checkDataset(file('rows.json', `${ROW}\n${ROW}\n`))).toMatchObject({ container: 'jsonl', accepted: 2 })
  })

  it('names a byte order mark before an item, and reads on behind it', async () => {
    const report = await checkDataset(file('rows.json', `[${ROW},\n\uFEFF${ROW},${ROW}]`))
    expect(report).toMatchObject({ accepted: 2, rejected: { count: 1, first: [{ line: 2, rule: 'invalid-json' }] } })
    expect(report.rejected.first[0]?.message).toContain('a byte order mark stands before the row')
  })

  it.each(['', '[]', ' [ \n ] \n'])('%j has no rows', async (content) => {
    expect(await json(content)).toEqual([])
  })

  it.each([
    ['a comma is missing', `[${ROW}\n${ROW},\n${ROW}]`, ['1 ok', '2 invalid-json', '3 ok']],
    ['a comma is doubled', `[${ROW},\n,\n${ROW}]`, ['1 ok', '2 invalid-json', '3 ok']],
    ['a comma stands at the end', `[${ROW},\n]`, ['1 ok', '2 invalid-json']],
    ['a comma stands at the start', `[,\n${ROW}]`, ['1 invalid-json', '2 ok']],
    ['a word is no JSON', `[nil,\n${ROW}]`, ['1 invalid-json', '2 ok']],
    ['a row is none', `[[],\n${ROW}, null]`, ['1 not-an-object', '2 ok', '2 not-an-object']],
    ['brackets do not match', `[{"prompt":"p"],\n${ROW}]`, ['1 invalid-json', '2 ok']],
    ['a line feed stands in a text', `[{"prompt":"p\n","completion":"c"},\n${ROW}]`, ['1 invalid-json', '3 ok']],
    ['the file ends within a row', `[${ROW},\n{"prompt":"p","comp`, ['1 ok', '2 invalid-json']],
    ['the file ends between rows', `[${ROW},\n`, ['1 ok', '2 invalid-json']],
    ['the list is not closed', `[${ROW}\n`, ['1 ok', '2 invalid-json']],
    ['the list is only opened', '[', ['1 invalid-json']],
    ['the file goes on', `[${ROW}]\n[${ROW}]`, ['1 ok', '2 invalid-json']],
    ['a closing bracket follows', `[${ROW}]\n]`, ['1 ok', '2 invalid-json']],
    ['a key stands twice', `[{"prompt"\n:"p","prompt"\n:"q","completion":"c"}]`, ['1 duplicate-key']],
  ])('where %s, the row is rejected and the others are read', async (_what, content, expected) => {
    expect(await verdicts(file('rows.json', content), 'prompt-completion')).toEqual(expected)
  })

  it('a file without a list is told so on its first row', async () => {
    const { rejected } = await checkDataset(file('x', `${ROW}\n`, { container: 'json' }), {
      format: 'prompt-completion',
    })
    expect(rejected.first).toMatchObject([{ line: 1, rule: 'invalid-json', hint: expect.stringContaining('one list') }])
  })

  it.each([`[${ROW}]\nthe end`, `[${ROW}]\n[${ROW}`])(
    'what follows the list is told as that, whatever it is',
    async (content) => {
      const { rejected } = await checkDataset(file('rows.json', content), { format: 'prompt-completion' })
      expect(rejected.first).toMatchObject([{ line: 2, message: 'the file goes on after its list' }])
    },
  )

  it('a byte that is no UTF-8 rejects its row alone', async () => {
    const content = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xc3]), Buffer.from('"},\n{"a":"é"}]')])
    expect(await json(content)).toEqual([
      [1, 'invalid-utf8'],
      [2, '{"a":"é"}'],
    ])
  })

  it('a row longer than the maximum is rejected, in one chunk or in many', async () => {
    const content = `[{"a":"${'x'.repeat(100)}"},\n{"a":1}]`
    for (const size of [7, 1000]) {
      const from = inChunks(file('rows.json', content), content, size)
      expect(await rawRows(from, { maximumLineBytes: 50 })).toEqual([
        [1, 'line-too-long'],
        [2, '{"a":1}'],
      ])
    }
  })
})

describe('D10: a JSON list', () => {
  const content = `\uFEFF[\r\n{"a":"é 日本 \u{1F600}\\"]"} , {"b":[{}]},\n12.5e3 ,{"\u{10FFFF}":null} {"c":"\\\\"}\n,]`

  it.each([1, 2, 3, 4, 5, 6, 7, 13])('in chunks of %i bytes gives the same rows', async (size) => {
    const from = file('rows.json', content)
    const rows = await rawRows(from)
    expect(rows).toEqual([
      [2, '{"a":"é 日本 😀\\"]"}'],
      [2, '{"b":[{}]}'],
      [3, '12.5e3'],
      [3, '{"\u{10FFFF}":null}'],
      [3, 'invalid-json'],
      [4, 'invalid-json'],
    ])
    expect(await rawRows(inChunks(from, content, size))).toEqual(rows)
  })
})
