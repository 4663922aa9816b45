import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { DatasetError, type ContainerId, type DatasetSource, type TextUnit } from '../../src/index.ts'
import { file, rawRows, type RawRow } from './rows.ts'

/** Bytes that mean something to one of the containers, and characters of every length in UTF-8. */
const tokens = [
  '\n',
  '\r',
  '\r\n',
  '"',
  '""',
  ',',
  ';',
  '\t',
  '[',
  ']',
  '{',
  '}',
  ':',
  '\\',
  '\\"',
  ' ',
  '\0',
  'a',
  '1',
  'é',
].concat(['日', '\u{1F600}', '{"a":"b"}', '"a"', 'null', 'a,b\n', '\uFEFF'])
const pieces = fc.array(fc.constantFrom(...tokens), { maxLength: 60 })
const bytes = fc.oneof(
  pieces.map((each) => Buffer.from(each.join(''))),
  // And what is no UTF-8.
  fc
    .array(
      fc.oneof(
        pieces.map((each) => Buffer.from(each.join(''))),
        fc.uint8Array({ maxLength: 3 }),
      ),
    )
    .map((each) => Buffer.concat(each)),
)

const layouts: readonly (readonly [ContainerId, TextUnit | undefined])[] = [
  ['jsonl', undefined],
  ['json', undefined],
  ['csv', undefined],
  ['tsv', undefined],
  ['text', 'paragraph'],
  ['text', 'line'],
  ['text', 'document'],
]

/** The same bytes, cut at these places. */
function cut(content: Buffer, places: readonly number[]): DatasetSource['open'] {
  const ends = [...places.map((place) => place % (content.length + 1)), content.length].toSorted((a, b) => a - b)
  return async function* () {
    let start = 0
    for (const end of ends) {
      yield content.subarray(start, end)
      start = end
    }
  }
}

/** Rows, or the error that is thrown instead of them. */
async function outcome(from: DatasetSource): Promise<readonly RawRow[] | string> {
  try {
    return await rawRows(from, { maximumLineBytes: 100 })
  } catch (error) {
    if (error instanceof DatasetError) return `${error.code} ${error.message}`
    throw error
  }
}

describe('whatever the bytes', () => {
  it.each(layouts)(
    '%s (%s) gives the same rows or the same error, however they are cut',
    async (container, textUnit) => {
      await fc.assert(
        fc.asyncProperty(bytes, fc.array(fc.nat(), { maxLength: 8 }), async (content, places) => {
          const from = file('rows', content, { container, textUnit })
          const whole = await outcome(from)
          expect(await outcome({ ...from, open: cut(content, places) })).toEqual(whole)
          const zipped = gzipSync(content, { level: 1 })
          expect(await outcome({ ...from, open: cut(zipped, places) })).toEqual(whole)
          const rows = typeof whole === 'string' ? [] : whole
          expect(rows.filter(([line]) => line < 1)).toEqual([])
          // A row that is given is one that was there: nothing was replaced.
          expect(rows.filter(([, text]) => text.includes('\uFFFD'))).toEqual([])
        }),
        { numRuns: 150 },
      )
    },
  )
})

describe('well-formed', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'é', '\u{1F600}', ' ', ',', '"', '\n', '\r\n', '\t', ';'),
    maxLength: 6,
  })
  const quoted = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

  it('CSV is read as an independent reader reads it', async () => {
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), async (rows, end) => {
        const content = `x,y${end}${rows.map((row) => row.map(quoted).join(',') + end).join('')}`
        const ours = (await rawRows(file('rows.csv', content))).map(([, text]) => JSON.parse(text) as unknown)
        expect(ours).toEqual(rows.map(([x, y]) => ({ x, y })))
        expect(ours).toEqual(parse(content, { columns: true, record_delimiter: end }))
      }),
      { numRuns: 200 },
    )
  })

  it('JSON is read as JSON.parse reads it, on the lines where its items start', async () => {
    const space = fc.constantFrom('', ' ', '\n', '\r\n', '\n\n\t')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 6 }), space, space, async (items, before, behind) => {
        const texts = items.map((item) => JSON.stringify(item, undefined, before === '' ? 0 : 1))
        const content = `[${texts.map((text) => before + text + behind).join(',')}${before}]${behind}`
        const rows = await rawRows(file('rows.json', content))
        expect(rows.map(([, text]) => text)).toEqual(texts)
        let at = 0
        for (const [line, text] of rows) {
          at = content.indexOf(text, at)
          expect(line).toBe(content.slice(0, at).split('\n').length)
          at += text.length
        }
      }),
      { numRuns: 200 },
    )
  })
})
