import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkDataset,
  dedupeRows,
  readRows,
  rowsAsSource,
  sampleRows,
  type DatasetSource,
  type Place,
  type Rejection,
} from '../../src/index.ts'
import { errorOf, source } from '../support.ts'
import { all, manyRows, row, rowsOf, texts } from './support.ts'

const CHAT = '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"y"}]}'

describe('merging', () => {
  it('rows of several files come one file after the other, and keep where they stand', async () => {
    const rows = rowsOf([row('a'), '', row('b')], [row('c')])
    const found = (await all(rows.open())).map(({ source, line, bytes }) => [source, line, bytes.toString()])
    expect(found).toEqual([
      [0, 1, row('a')],
      [0, 3, row('b')],
      [1, 1, row('c')],
    ])
  })

  it('rows keep their own text in their format', async () => {
    const spelled = String.raw`  { "prompt" : "\u0041", "completion" : "c" }  `
    expect(await texts(rowsOf([spelled]))).toEqual([spelled.trim()])
  })

  it('what another format cannot say is refused, with its file and line', async () => {
    const sources = [source(row('a'), 'one.jsonl'), source(CHAT, 'two.jsonl')]
    const error = await errorOf(texts(readRows(sources, { onRejected: 'fail' })))
    expect(error).toMatchObject({ code: 'row-rejected', rejection: { line: 1, rule: 'not-representable' } })
    expect(String(error)).toContain('two.jsonl')
  })

  it('rejected rows are left out when asked for, and every one is told with its file', async () => {
    const sources = [source(`${row('a')}\nnot json`), source(`{}\n${row('b')}`)]
    const told: [number, Rejection][] = []
    const rows = readRows(sources, { onRejected: 'skip', from: 'prompt-completion' })
    const found: string[] = []
    for await (const { bytes } of rows.open({ rejected: (rejection, index) => void told.push([index, rejection]) }))
      found.push(bytes.toString())
    expect(found).toEqual([row('a'), row('b')])
    expect(told.map(([index, { line, rule }]) => [index, line, rule])).toEqual([
      [0, 2, 'invalid-json'],
      [1, 1, 'missing-key'],
    ])
  })

  it('files without rows bring nothing', async () => {
    expect(await texts(rowsOf([], [''], [row('a')], []))).toEqual([row('a')])
  })

  it('a selection is a source again', async () => {
    const report = await checkDataset(rowsAsSource('merged', rowsOf(manyRows(3000), manyRows(10))))
    expect(report).toMatchObject({ name: 'merged', examples: 3010, rejected: { count: 0 } })
  })

  it('an aborted signal stops with its reason', async () => {
    const reason = new Error('enough')
    const rows = readRows([source(CHAT)], { onRejected: 'fail', signal: AbortSignal.abort(reason) })
    expect(await errorOf(texts(rows))).toBe(reason)
  })
})

describe('deduplicating', () => {
  it('keeps the first of the rows that say the same, and tells where the others and the first are', async () => {
    const spelled = String.raw`{"completion":"\u0061","prompt":"p"}`
    const told: [Place, Place][] = []
    const rows = dedupeRows(rowsOf([row('a'), row('b'), spelled], [row('b'), row('c'), row('a')]))
    const found: string[] = []
    for await (const { bytes } of rows.open({ duplicate: (place, of) => void told.push([place, of]) }))
      found.push(bytes.toString())
    expect(found).toEqual([row('a'), row('b'), row('c')])
    expect(told).toEqual([
      [
        { source: 0, line: 3 },
        { source: 0, line: 1 },
      ],
      [
        { source: 1, line: 1 },
        { source: 0, line: 2 },
      ],
      [
        { source: 1, line: 3 },
        { source: 0, line: 1 },
      ],
    ])
  })

  it('gives every different row once, whatever the file', async () => {
    const lines = fc.array(
      fc.integer({ min: 0, max: 30 }).map((value) => row(value)),
      { maxLength: 80 },
    )
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        expect(await texts(dedupeRows(rowsOf(given)))).toEqual([...new Set(given)])
      }),
    )
  })

  it('a conversation in the formats of four vendors is one row', async () => {
    const files = [
      String.raw`{"messages":[{"role":"system","content":"s"},{"role":"user","content":"f\u00fcnf"},{"role":"assistant","content":"y"}]}`,
      '{"system":"s","messages":[{"role":"user","content":"fünf"},{"role":"assistant","content":"y"}]}',
      '{"schemaVersion":"bedrock-conversation-2024","system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"fünf"}]},{"role":"assistant","content":[{"text":"y"}]}]}',
      '{"systemInstruction":{"role":"system","parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"fünf"}]},{"role":"model","parts":[{"text":"y"}]}]}',
    ]
    const duplicates: Place[] = []
    const rows = dedupeRows(
      readRows(
        files.map((line, index) => source(line, `${index}.jsonl`)),
        { onRejected: 'fail', to: 'openai-chat' },
      ),
    )
    const found = await all(rows.open({ duplicate: (place) => void duplicates.push(place) }))
    expect(found.map(({ bytes }) => bytes.toString())).toEqual([files[0]])
    expect(duplicates.map(({ source }) => source)).toEqual([1, 2, 3])
  })

  it('rows spelled in another way are the same', async () => {
    const spaced = CHAT.replaceAll(':', ' : ').replaceAll(',', ' , ')
    expect(await texts(dedupeRows(rowsOf([CHAT], [spaced])))).toEqual([CHAT])
  })
})

describe('a sample', () => {
  it('has exactly so many rows, in their order, and the same ones whatever the order of the file', async () => {
    const given = fc
      .tuple(
        fc.array(
          fc.integer({ min: 0, max: 40 }).map((value) => row(value)),
          { minLength: 1, maxLength: 60 },
        ),
        fc.string(),
      )
      .chain(([lines, seed]) =>
        fc.record({
          lines: fc.constant(lines),
          seed: fc.constant(seed),
          shuffled: fc.shuffledSubarray(lines, { minLength: lines.length }),
          rows: fc.integer({ min: 1, max: lines.length }),
        }),
      )
    await fc.assert(
      fc.asyncProperty(given, async ({ lines, shuffled, rows, seed }) => {
        const drawn = await texts(sampleRows(rowsOf(lines), { rows, seed }))
        expect(drawn).toHaveLength(rows)
        expect(isSubsequence(drawn, lines)).toBe(true)
        const again = await texts(sampleRows(rowsOf(shuffled), { rows, seed }))
        expect(again.toSorted()).toEqual(drawn.toSorted())
      }),
    )
  })

  it('a larger one holds a smaller one; another seed draws others', async () => {
    const rows = rowsOf(manyRows(1000))
    const small = await texts(sampleRows(rows, { rows: 50 }))
    expect(await texts(sampleRows(rows, { rows: 100 }))).toEqual(expect.arrayContaining(small))
    expect(await texts(sampleRows(rows, { rows: 50, seed: 'other' }))).not.toEqual(small)
  })

  it.each(['a', 'b', 'c', 'd'])('draws copies of a row one by one, seed %s', async (seed) => {
    const copies = Array.from({ length: 1000 }, () => row('same'))
    const drawn = await texts(sampleRows(rowsOf([...copies, ...manyRows(1000)]), { rows: 1000, seed }))
    const share = drawn.filter((text) => text === row('same')).length
    expect(Math.abs(share - 500)).toBeLessThan(6 * Math.sqrt(1000 / 4))
  })

  it('of too few rows is an error', async () => {
    const error = await errorOf(texts(sampleRows(rowsOf(manyRows(3)), { rows: 4 })))
    expect(error).toMatchObject({ code: 'too-few-rows' })
    expect(() => sampleRows(rowsOf([]), { rows: 0 })).toThrow(RangeError)
  })

  it('of a file that changes between its two readings is an error', async () => {
    let readings = 0
    const changing: DatasetSource = {
      name: 'changing',
      // Its format is detected before each reading.
      open: () => source(manyRows(readings++ < 2 ? 100 : 99).join('\n')).open(),
    }
    const rows = readRows([changing], { onRejected: 'fail' })
    expect(await errorOf(texts(sampleRows(rows, { rows: 100 })))).toMatchObject({ code: 'unreadable' })
  })
})

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const item of whole) if (item === part[at]) at++
  return at === part.length
}
