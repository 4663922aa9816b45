import { DatasetError } from '../dataset-error.ts'
import type { ContainerInput } from './container.ts'
import {
  createRecord,
  MARK_BEFORE_RECORD,
  QUOTE_NOT_CLOSED,
  readRecordLine,
  type Record4180,
} from './delimited-record.ts'
import { requireFields } from './fields.ts'
import { blankLine, brokenLine, madeLine, NUL_BYTE, tooLong, type Line } from './line.ts'
import { physicalLines } from './physical-lines.ts'

/**
 * Records of RFC 4180, each as the JSON text of one object of strings under the names of the first record. Line feeds
 * may stand within quotes; lines end with LF or CRLF. After a record that is broken, reading goes on at the next line.
 * Throws DatasetError `container` when the first record cannot name fields.
 */
export function delimitedRows(delimiter: string): (input: ContainerInput) => AsyncGenerator<readonly Line[]> {
  return async function* (input) {
    const table: Table = { input, delimiter, names: undefined, open: undefined, rows: [] }
    for await (const lines of physicalLines(input.chunks, { maximum: input.maximum, trim: false })) {
      for (const line of lines) readLine(table, line)
      if (table.rows.length > 0) yield table.rows.splice(0)
    }
    if (table.open) endRecord(table, table.open, { ...table.open.record, broken: QUOTE_NOT_CLOSED })
    if (table.rows.length > 0) yield table.rows
  }
}

interface Table {
  readonly input: ContainerInput
  delimiter: string
  /** Names of the fields as JSON strings, once the first record is read. */
  names: readonly string[] | undefined
  /** A record whose end has not arrived. */
  open: OpenRecord | undefined
  readonly rows: Line[]
}

interface OpenRecord {
  /** Line on which it starts. */
  readonly number: number
  record: Record4180
  bytes: number
  /** Why it is no row, although its quotes may be in order. */
  unreadable?: Line
}

function readLine(table: Table, line: Line): void {
  const length = line.end - line.start
  if (table.open === undefined && isEmptyLine(line)) {
    table.rows.push(blankLine(line.number))
    return
  }
  const isFirst = table.open === undefined
  const open = (table.open ??= { number: line.number, record: createRecord(), bytes: 0 })
  open.bytes += length + 1
  if (line.broken) open.unreadable ??= brokenLine(open.number, line.broken)
  if (open.bytes > table.input.maximum + 1) open.unreadable = tooLong(open.number)
  const invalid = line.broken?.rule === 'invalid-utf8'
  // Quotes are ASCII, and where a record ends must be known of one with a broken character, too.
  const decoded = line.bytes.toString(invalid ? 'latin1' : 'utf8', line.start, line.end)
  const isMarked = isFirst && decoded.startsWith('\uFEFF')
  if (isMarked) open.unreadable ??= brokenLine(open.number, MARK_BEFORE_RECORD)
  const text = isMarked ? decoded.slice(1) : decoded
  if (table.names === undefined && open.bytes === length + 1) table.delimiter = delimiterOf(text, table.delimiter)
  // Whether a line that is too long opens a quote is not known.
  const ended = line.broken?.rule === 'line-too-long' || readRecordLine(open.record, text, table.delimiter)
  // Only where it ends is still of use.
  if (open.unreadable) open.record = { ...createRecord(), ...(!ended && { place: 'inside' }) }
  if (ended) endRecord(table, open, open.record)
}

const CARRIAGE_RETURN = 0x0d

function isEmptyLine({ bytes, start, end, broken }: Line): boolean {
  return broken === undefined && (start === end || (end - start === 1 && bytes[start] === CARRIAGE_RETURN))
}

/** Spreadsheets write semicolons where a comma is the decimal sign. */
function delimiterOf(header: string, delimiter: string): string {
  return delimiter === ',' && !header.includes(',') && header.includes(';') ? ';' : delimiter
}

function endRecord(table: Table, { number, unreadable }: OpenRecord, record: Record4180): void {
  table.open = undefined
  const { names } = table
  if (names === undefined) table.names = namesOf(table.input, number, record, unreadable)
  else table.rows.push(unreadable ?? rowOf(number, record, names))
}

function rowOf(number: number, { fields, broken }: Record4180, names: readonly string[]): Line {
  if (broken) return brokenLine(number, broken)
  if (fields.length !== names.length) {
    return brokenLine(number, {
      rule: 'ragged-row',
      message: `the row has ${fields.length} fields, and the first row names ${names.length}`,
      hint: 'put a field that holds the separator in quotes, and give every row as many fields as there are names',
    })
  }
  if (fields.some((field) => field.includes('\0'))) return brokenLine(number, NUL_BYTE)
  return madeLine(number, `{${fields.map((field, index) => `${names[index]}:${JSON.stringify(field)}`).join(',')}}`)
}

/** Names are the user's own, so what is wrong with one is said by its place. */
function namesOf(
  { source, layout }: ContainerInput,
  number: number,
  { fields, broken }: Record4180,
  unreadable: Line | undefined,
): readonly string[] {
  const fault = unreadable?.broken ?? broken
  if (fault) {
    throw new DatasetError(
      'container',
      `line ${number} of ${source.name} names the fields: ${fault.message}`,
      fault.hint ?? MEND,
    )
  }
  const named = new Map<string, number>()
  for (const [index, name] of fields.entries()) {
    const before = named.get(name)
    const place = `field ${index + 1} of the first row of ${source.name}`
    if (name.trim() === '') throw new DatasetError('container', `${place} is empty, so it names nothing`, MEND)
    if (before !== undefined) {
      throw new DatasetError('container', `${place} has the same name as field ${before}`, 'rename one of them')
    }
    named.set(name, index + 1)
  }
  requireFields(source.name, layout.fields, fields)
  return fields.map((name) => JSON.stringify(name))
}

const MEND = 'the first row of CSV and TSV gives every field a name of its own; add it, or mend it'
