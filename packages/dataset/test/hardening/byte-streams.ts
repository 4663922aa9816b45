import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { DatasetError, readExamples, type DatasetSource, type FormatId } from '../../src/index.ts'
import { FORMAT_IDS } from '../../src/formats/formats.ts'
import { expectedRows } from '../formats/cases.ts'
import { chunked, source } from '../support.ts'

/** Stands for row content; spelled so that no message of ours can hold it by chance. */
const SECRET = 'Zq7secretXk'

const jsonl = (await expectedRows()).map(({ text, format }) => ({ text, format }))
const table = `prompt,completion\r\n"${SECRET}, ""quoted""",é\n日本,"two\nlines"\n`

/** How rows lie in a file, before anything happens to it. */
const PACKINGS = {
  'rows.jsonl': (rows: readonly string[]) => Buffer.from(rows.join('\n')),
  'rows.ndjson': (rows: readonly string[]) => Buffer.from(`\uFEFF${rows.join('\r\n\r\n')}\r\n`),
  'rows.json': (rows: readonly string[]) => Buffer.from(`[${rows.join(' ,\n')}]\n`),
  'rows.jsonl.gz': (rows: readonly string[]) => gzipSync(rows.join('\n'), { level: 1 }),
  'rows.csv': () => Buffer.from(table),
  'rows.tsv': () => Buffer.from(table.replaceAll(',', '\t')),
  'rows.txt': () => Buffer.from(`${SECRET} é\n\n\n日本\r\n${SECRET}`),
} as const satisfies Readonly<Record<string, (rows: readonly string[]) => Buffer>>

/** What is put into a file. */
const TOKENS: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\t',
  '\r',
  '\n',
  '\0',
  '\\ud800',
  '\\u0000',
  '""',
  '\\"',
  '-0',
  '1e999',
  '9007199254740993',
  '0.1000000000000000055',
  'null',
  '"__proto__":1,',
  '"constructor":{},',
  '"role":"user",',
  '"content":"",',
  `"${SECRET}":"${SECRET}",`,
  SECRET,
  '\uFEFF',
  '\u2028',
  'é',
  '\u{1F600}',
  '{"a":'.repeat(200),
  '['.repeat(200),
]

const change = fc.record({
  /** Where, as a share of the length. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  way: fc.oneof(
    fc.record({ insert: fc.constantFrom(...TOKENS) }),
    fc.record({ byte: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ remove: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ repeat: fc.integer({ min: 1, max: 40 }) }),
    fc.constant({ end: true as const }),
  ),
})

/** A file to which something happened, and how it is read. */
export const mutatedFile = fc.record({
  name: fc.constantFrom(...(Object.keys(PACKINGS) as (keyof typeof PACKINGS)[])),
  rows: fc.array(fc.constantFrom(...jsonl), { minLength: 1, maxLength: 3 }),
  changes: fc.array(change, { maxLength: 4 }),
  /** Mostly read as what it was. */
  format: fc.oneof(
    { arbitrary: fc.constant('own' as const), weight: 4 },
    { arbitrary: fc.constant('detected' as const), weight: 2 },
    fc.constantFrom(...FORMAT_IDS),
  ),
  chunk: fc.integer({ min: 1, max: 70 }),
  maximumLineBytes: fc.constantFrom(undefined, undefined, undefined, 300),
})
export type MutatedFile = typeof mutatedFile extends fc.Arbitrary<infer File> ? File : never

/** What became of a file: what is wrong with it, empty when nothing is, and how much was taken and refused. */
export interface Outcome {
  readonly accepted: number
  readonly rejected: number
  readonly refused: number
  readonly wrong: readonly string[]
}

/** Reads a mutated file whole and in chunks, and judges what was read. */
export async function outcomeOf(file: MutatedFile): Promise<Outcome> {
  const bytes = file.changes.reduce(changed, PACKINGS[file.name](file.rows.map(({ text }) => text)))
  const whole = await readAll(source(bytes, file.name), file)
  const pieces = await readAll({ ...chunked(bytes, file.chunk), name: file.name }, file)
  const packed = file.name.endsWith('.gz')
  const wrong: string[] = []
  if (!isSame(whole, pieces, packed)) wrong.push('the chunks matter')
  if (whole.crash !== undefined) wrong.push(`not an error of ours: ${whole.crash}`)
  if (whole.said.join('\n').includes(SECRET)) wrong.push('a message tells of the row')
  // Several rows of a JSON list may start on one line.
  if (whole.lines.some((line, index) => line < (whole.lines[index - 1] ?? 1))) wrong.push('lines descend')
  if (!packed && !holdsReplacement(bytes) && whole.examples.some((text) => text.includes('\uFFFD'))) {
    wrong.push('a character was replaced')
  }
  const rejected = whole.lines.length - whole.examples.length
  return { accepted: whole.examples.length, rejected, refused: whole.error === undefined ? 0 : 1, wrong }
}

interface Reading {
  readonly lines: number[]
  /** Of the accepted rows. */
  readonly examples: string[]
  /** Everything that was said. */
  readonly said: string[]
  error?: string
  crash?: string
}

/** Of damaged compressed bytes, how much is read before the error depends on how they come. */
function isSame(one: Reading, other: Reading, packed: boolean): boolean {
  if (!packed || one.error === undefined) return JSON.stringify(one) === JSON.stringify(other)
  const rows = Math.min(one.lines.length, other.lines.length)
  const [first, second] = [one, other].map(({ lines, error }) => JSON.stringify([lines.slice(0, rows), error]))
  return first === second
}

async function readAll(from: DatasetSource, file: MutatedFile): Promise<Reading> {
  const reading: Reading = { lines: [], examples: [], said: [] }
  const { maximumLineBytes } = file
  try {
    for await (const row of readExamples(from, { format: formatOf(file), maximumLineBytes })) {
      reading.lines.push(row.line)
      if (row.example) reading.examples.push(JSON.stringify(row.example))
      else reading.said.push(JSON.stringify(row.rejection))
    }
  } catch (error) {
    if (error instanceof DatasetError) {
      reading.error = error.code
      reading.said.push(`${error.message} ${error.hint}`)
    } else reading.crash = String(error)
  }
  return reading
}

function formatOf({ name, rows, format }: MutatedFile): FormatId | undefined {
  if (format === 'detected') return undefined
  if (format !== 'own') return format
  if (name === 'rows.txt') return 'text'
  return name === 'rows.csv' || name === 'rows.tsv' ? 'prompt-completion' : rows[0]?.format
}

function changed(bytes: Buffer, { at, way }: MutatedFile['changes'][number]): Buffer {
  const place = Math.floor(at * bytes.length)
  const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)]
  if ('insert' in way) return Buffer.concat([head, Buffer.from(way.insert), tail])
  if ('byte' in way) return Buffer.concat([head, Buffer.from([way.byte]), tail.subarray(1)])
  if ('remove' in way) return Buffer.concat([head, tail.subarray(way.remove)])
  if ('repeat' in way) return Buffer.concat([head, tail.subarray(0, way.repeat), tail])
  return head
}

/** The character that stands for broken ones may be meant. */
function holdsReplacement(bytes: Buffer): boolean {
  return (
    bytes.includes('\uFFFD') ||
    bytes
      .toString('latin1')
      .toLowerCase()
      .includes(String.raw`\ufffd`)
  )
}
