import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LONG_TEXT, parseRow, type LongText } from '../src/json-row.ts'
import { rowQuote } from '../src/row-quote.ts'
import { encoded, source } from './support.ts'

const piece = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('a', ' ', '"', '\\', '\n', '\t', '/', 'é', '日', '\u{1F600}', '\u2028') },
  // After these no literal is copied, or no place is beyond doubt.
  { weight: 1, arbitrary: fc.constantFrom('\\u', '\0', ':', '":', ',"a":"') },
)
const text = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.constantFrom(1, 1, LONG_TEXT))
  .map(([pieces, times]) => pieces.join('').repeat(times))
const { row } = fc.letrec<{ value: unknown; row: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constantFrom(null, true, 7),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('row'),
  ),
  row: fc.dictionary(
    fc.oneof({ weight: 40, arbitrary: fc.constantFrom('a', 'b', 'c', 'é') }, fc.constantFrom('7', '10'), text),
    tie('value'),
    { maxKeys: 4 },
  ),
}))

/** Ways to write what `JSON.stringify` wrote. */
const SPELLINGS: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('/', String.raw`\/`),
  (json) => json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (json) => JSON.stringify(JSON.parse(json), undefined, ' ').replaceAll('\n', ''),
]

it('a text is quoted as JSON.stringify quotes it, wherever it stands and however the row spells it', () => {
  let copied = 0
  fc.assert(
    fc.property(row, fc.constantFrom(...SPELLINGS), (value, spelling) => {
      const json = spelling(JSON.stringify(value))
      const longTexts: LongText[] = []
      const parsed = parseRow(json, longTexts)
      if ('fault' in parsed) return
      copied += longTexts.length
      const quote = rowQuote(json, longTexts)
      for (const each of textsIn(parsed.row)) expect(quote(each)).toBe(JSON.stringify(each))
    }),
    { numRuns: 4000 },
  )
  expect(copied).toBeGreaterThan(300)
})

it('a text is not taken for its neighbour where JavaScript puts keys in another order', () => {
  const [first, second] = ['a'.repeat(LONG_TEXT), 'b'.repeat(LONG_TEXT)]
  const json = `{"z":"${first}","7":"${second}"}`
  const longTexts: LongText[] = []
  parseRow(json, longTexts)
  expect([first, second].map(rowQuote(json, longTexts))).toEqual([`"${first}"`, `"${second}"`])
})

it('a converted row is spelled the same however its source spells it', async () => {
  const said = 'Does “a/b” mean \\ or \n? '.repeat(9)
  const json = JSON.stringify({
    messages: [
      { role: 'user', content: said },
      { role: 'assistant', content: `${said}!` },
    ],
  })
  const written = SPELLINGS.map((spelling) => encoded(source(spelling(json)), { to: 'gemini', onRejected: 'fail' }))
  const [first, ...others] = (await Promise.all(written)).map(String)
  expect(first).toContain(JSON.stringify(said))
  for (const other of others) expect(other).toBe(first)
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
