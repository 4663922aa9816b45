import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { checkDataset } from '../../src/index.ts'
import { encoded, errorOf, verdicts } from '../support.ts'
import { file, inChunks, rawRows } from './rows.ts'

const csv = (content: string | Uint8Array) => rawRows(file('rows.csv', content))

describe('CSV', () => {
  it('gives each record as an object of texts under the names of the first row', async () => {
    expect(await csv('prompt,completion\n2+2?,4\n,5\n')).toEqual([
      [2, '{"prompt":"2+2?","completion":"4"}'],
      [3, '{"prompt":"","completion":"5"}'],
    ])
  })

  // RFC 4180, section 2, rules 1 to 7, in its own examples.
  it('follows the rules of RFC 4180', async () => {
    expect(await csv('f1,f2,f3\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n')).toEqual([
      [2, '{"f1":"aaa","f2":"bbb","f3":"ccc"}'],
      [3, '{"f1":"zzz","f2":"yyy","f3":"xxx"}'],
    ])
    expect(await csv('f1,f2,f3\r\n"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx')).toEqual([
      [2, String.raw`{"f1":"aaa","f2":"b\r\nbb","f3":"ccc"}`],
      [4, '{"f1":"zzz","f2":"yyy","f3":"xxx"}'],
    ])
    expect(await csv('f1,f2,f3\r\n"aaa","b""bb","ccc"')).toEqual([
      [2, String.raw`{"f1":"aaa","f2":"b\"bb","f3":"ccc"}`],
    ])
    expect(await csv('f1,f2\r\n a , "b"\r\n')).toEqual([[2, 'broken-record']])
  })

  it('keeps white space, separators and line ends within quotes, and only there', async () => {
    const content = 'a,b\n" x ","1,2"\n  y,"first\n\n  third"\n"",""\n'
    expect(await csv(content)).toEqual([
      [2, '{"a":" x ","b":"1,2"}'],
      [3, String.raw`{"a":"  y","b":"first\n\n  third"}`],
      [6, '{"a":"","b":""}'],
    ])
  })

  it('names the line on which a row starts, also behind rows of several lines', async () => {
    const content = 'prompt,completion\r\n"one\r\ntwo\r\nthree",x\r\n\r\n"four",""\r\n'
    expect(await verdicts(file('rows.csv', content))).toEqual(['2 ok', '6 empty-target'])
  })

  it('mixes LF and CRLF without a trace of either', async () => {
    expect(await csv('a,b\r\n1,2\n3,4\r\n')).toEqual([
      [2, '{"a":"1","b":"2"}'],
      [3, '{"a":"3","b":"4"}'],
    ])
  })

  it('strips a byte order mark and skips empty lines', async () => {
    const from = file('rows.csv', '\uFEFF\n"a","b"\n\n1,2\n')
    expect(await rawRows(from)).toEqual([[4, '{"a":"1","b":"2"}']])
    expect(await checkDataset(from, { format: 'prompt-completion' })).toMatchObject({ container: 'csv', blankLines: 2 })
  })

  it.each(['names', '"na""mes"', '"a row\nof ""three""\nlines"', ''])(
    'names a byte order mark before a later row that begins with %j, and reads on behind all of it',
    async (first) => {
      const report = await checkDataset(file('rows.csv', `prompt,completion\na,b\n\uFEFF${first},x\nc,d\n`))
      const rejected = { count: 1, first: [{ line: 3, rule: 'broken-record' }] }
      expect(report).toMatchObject({ accepted: 2, examples: 3, rejected })
      expect(report.rejected.first[0]?.message).toContain('a byte order mark stands before the row')
    },
  )

  it('names a byte order mark before the names of the fields, where the file begins with two', async () => {
    await expect(csv('\uFEFF\uFEFFa,b\n1,2\n')).rejects.toThrow(/names the fields: a byte order mark stands before/)
  })

  it('keeps the same character within quotes and within a text, where it is a part of that', async () => {
    expect(await csv('a,b\n"\uFEFF1",2\n3,4\uFEFF\n"5\n\uFEFF6",7\n')).toEqual([
      [2, '{"a":"\uFEFF1","b":"2"}'],
      [3, '{"a":"3","b":"4\uFEFF"}'],
      [4, String.raw`{"a":"5\n${'\uFEFF'}6","b":"7"}`],
    ])
  })

  it('reads semicolons where no comma names the fields, as spreadsheets of many countries write', async () => {
    expect(await csv('prompt;completion\n1,5?;ja\n')).toEqual([[2, '{"prompt":"1,5?","completion":"ja"}']])
    expect(await csv('a;b,c\nx;y,z\n')).toEqual([[2, '{"a;b":"x;y","c":"z"}']])
  })

  it('reads tabs as TSV', async () => {
    expect(await rawRows(file('rows.tsv', 'a\tb\n1,2\t"3\t4"\n'))).toEqual([[2, String.raw`{"a":"1,2","b":"3\t4"}`]])
  })

  it.each([
    [
      'a quote within a field',
      'a,b\n5" pipe,x\n1,2\n',
      [
        [2, 'broken-record'],
        [3, 'ok'],
      ],
    ],
    [
      'text behind a closing quote',
      'a,b\n"x"y,1\n2,3\n',
      [
        [2, 'broken-record'],
        [3, 'ok'],
      ],
    ],
    [
      'a quote that the next row closes',
      'a,b\n"x,1\n"y",2\n3,4\n',
      [
        [2, 'broken-record'],
        [4, 'ok'],
      ],
    ],
    [
      'a quote that is never closed',
      'a,b\n1,2\n"x,1\n2,3\n',
      [
        [2, 'ok'],
        [3, 'broken-record'],
      ],
    ],
    [
      'a carriage return alone',
      'a,b\n1\r2,3\n4,5\n',
      [
        [2, 'broken-record'],
        [3, 'ok'],
      ],
    ],
    [
      'too few fields',
      'a,b\n1\n2,3\n',
      [
        [2, 'ragged-row'],
        [3, 'ok'],
      ],
    ],
    [
      'too many fields',
      'a,b\n1,2,3\n2,3\n',
      [
        [2, 'ragged-row'],
        [3, 'ok'],
      ],
    ],
    [
      'a NUL byte',
      'a,b\n1,\0\n2,3\n',
      [
        [2, 'nul-byte'],
        [3, 'ok'],
      ],
    ],
  ])('%s is a rejected row, and reading goes on', async (_what, content, expected) => {
    const rows = await csv(content)
    expect(rows.map(([line, what]) => [line, what.startsWith('{') ? 'ok' : what])).toEqual(expected)
  })

  it('a byte that is no UTF-8 rejects its row alone, wherever its quotes are', async () => {
    const content = Buffer.concat([Buffer.from('a,b\n"x\n'), Buffer.from([0xff]), Buffer.from('\ny",1\né,2\n')])
    expect(await csv(content)).toEqual([
      [2, 'invalid-utf8'],
      [5, '{"a":"é","b":"2"}'],
    ])
  })

  it('a row longer than the maximum is rejected, whether of one line or of many', async () => {
    const content = `a,b\n${'x'.repeat(100)},1\n2,3\n"${'y\n'.repeat(50)}",4\n5,6\n`
    expect(await rawRows(file('rows.csv', content), { maximumLineBytes: 60 })).toEqual([
      [2, 'line-too-long'],
      [3, '{"a":"2","b":"3"}'],
      [4, 'line-too-long'],
      [55, '{"a":"5","b":"6"}'],
    ])
  })

  it('says how many fields a ragged row has, and nothing of what is in them', async () => {
    const { rejected } = await checkDataset(file('rows.csv', 'prompt,completion\nsecret,sauce,3\n'), {
      format: 'prompt-completion',
    })
    expect(rejected.first[0]).toMatchObject({ message: 'the row has 3 fields, and the first row names 2' })
    expect(JSON.stringify(rejected)).not.toMatch(/secret|sauce/)
  })

  it.each([
    ['names a field twice', 'a,b,a\n1,2,3\n', 'field 3 of the first row of rows.csv has the same name as field 1'],
    ['leaves a field without a name', 'a,,c\n1,2,3\n', 'field 2 of the first row of rows.csv is empty'],
    ['is broken', '"a"x,b\n1,2\n', 'line 1 of rows.csv names the fields'],
    ['never ends', '"a,b\n1,2\n', 'line 1 of rows.csv names the fields'],
  ])('a first row that %s is an error', async (_what, content, message) => {
    const error = await errorOf(csv(content))
    expect(error).toMatchObject({
      code: 'container',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    })
  })

  it.each(['', '\n\n', 'a,b\n'])('%j has no rows', async (content) => {
    expect(await csv(content)).toEqual([])
    expect(await checkDataset(file('rows.csv', content))).toMatchObject({ examples: 0 })
  })

  it('refuses the key __proto__ row by row', async () => {
    expect(await verdicts(file('rows.csv', 'prompt,__proto__\na,b\n'), 'prompt-completion')).toEqual([
      '2 forbidden-key',
    ])
  })
})

describe('D10: CSV', () => {
  const content =
    '\uFEFFprompt,completion\r\n"é 日本 \u{1F600}\n""ß""",\u{10FFFF}\r\n\r\nx,"a\r\nb"\nbad"quote,1\n"p","c"\n"open\n'

  it.each([1, 2, 3, 4, 5, 6, 7, 13])('in chunks of %i bytes gives the same rows', async (size) => {
    const from = file('rows.csv', content)
    const rows = await rawRows(from)
    expect(rows).toEqual([
      [2, String.raw`{"prompt":"é 日本 😀\n\"ß\"","completion":"` + '\u{10FFFF}"}'],
      [5, String.raw`{"prompt":"x","completion":"a\r\nb"}`],
      [7, 'broken-record'],
      [8, '{"prompt":"p","completion":"c"}'],
      [9, 'broken-record'],
    ])
    expect(await rawRows(inChunks(from, content, size))).toEqual(rows)
    const options = { to: 'prompt-completion', onRejected: 'skip' } as const
    expect(await encoded(inChunks(from, content, size), options)).toEqual(await encoded(from, options))
  })
})

describe('an independent reader', () => {
  const cells = ['', 'x', ' y ', 'a,b', 'q"q', '""', 'l\nl', 'l\r\nl', 'é日😀', '\t', "'", '=1+1', '\r', ',', '\n']

  it('reads the same of well-formed CSV: every pair of awkward fields', async () => {
    const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
    const pairs = cells.flatMap((one) => cells.map((other) => [one, other]))
    for (const end of ['\n', '\r\n']) {
      const content = `a,b${end}${pairs.map((pair) => pair.map(quoted).join(',') + end).join('')}`
      const ours = (await csv(content)).map(([, text]) => JSON.parse(text) as unknown)
      expect(ours).toEqual(parse(content, { columns: true }))
      expect(ours).toHaveLength(pairs.length)
    }
  })
})
