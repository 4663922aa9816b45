import type { Fault } from '../rules.ts'

/** One record of RFC 4180 while it is read, physical line by physical line. */
export interface Record4180 {
  readonly fields: string[]
  /** What was read of the field that is being read. */
  field: string
  place: Place
  broken?: Fault
}

/** Where in a record reading stands; `inside` is within quotes, `closed` behind the closing one. */
type Place = 'start' | 'bare' | 'inside' | 'closed'

/** A record of which nothing was read. */
export function createRecord(): Record4180 {
  return { fields: [], field: '', place: 'start' }
}

/**
 * Reads one physical line, without its line feed. True when the record ends with it, whole or broken; false when a quote
 * is open and the next line belongs to it. `delimiter` is one character.
 */
export function readRecordLine(record: Record4180, text: string, delimiter: string): boolean {
  // The CR of a CRLF ends a line, unless a quote is open.
  const end = text.endsWith('\r') ? text.length - 1 : text.length
  let at = 0
  while (at <= end && record.broken === undefined) {
    if (record.place === 'inside') {
      const quote = text.indexOf('"', at)
      if (quote === -1) {
        record.field += `${text.slice(at)}\n`
        return false
      }
      at = readQuote(record, text, at, quote)
    } else at = STEPS[record.place](record, text, at, end, delimiter)
  }
  return true
}

const STEPS: Readonly<
  Record<
    Exclude<Place, 'inside'>,
    (record: Record4180, text: string, at: number, end: number, delimiter: string) => number
  >
> = {
  start(record, text, at) {
    record.place = text[at] === '"' ? 'inside' : 'bare'
    return record.place === 'inside' ? at + 1 : at
  },
  bare(record, text, at, end, delimiter) {
    const found = text.indexOf(delimiter, at)
    const to = found === -1 || found > end ? end : found
    const field = text.slice(at, to)
    if (field.includes('"')) record.broken = QUOTE_IN_FIELD
    else if (field.includes('\r')) record.broken = LONE_CR
    else endField(record, field)
    return to + 1
  },
  closed(record, text, at, end, delimiter) {
    if (at < end && text[at] !== delimiter) record.broken = TEXT_AFTER_QUOTE
    else endField(record, record.field)
    return at + 1
  },
}

/** A quote within quotes is either doubled, and one character, or it closes. */
function readQuote(record: Record4180, text: string, at: number, quote: number): number {
  record.field += text.slice(at, quote)
  if (text[quote + 1] === '"') {
    record.field += '"'
    return quote + 2
  }
  record.place = 'closed'
  return quote + 1
}

function endField(record: Record4180, field: string): void {
  record.fields.push(field)
  record.field = ''
  record.place = 'start'
}

/** A record whose quote the end of the file leaves open. */
export const QUOTE_NOT_CLOSED: Fault = {
  rule: 'broken-record',
  message: 'a quote is opened in this row and never closed, so that the row takes in the rest of the file',
  hint: 'close the quote; a quote within a quoted field is written twice',
}

/** A record with a byte order mark before it; what begins a file is no part of its records. */
export const MARK_BEFORE_RECORD: Fault = {
  rule: 'broken-record',
  message: 'a byte order mark stands before the row: files were put together that each began with one',
  hint: 'remove the bytes EF BB BF, and the whole row where it names the fields once more',
}

const QUOTE_IN_FIELD: Fault = {
  rule: 'broken-record',
  message: 'a field without quotes around it holds a quote',
  hint: 'put the field in quotes, and write each quote within it twice',
}

const TEXT_AFTER_QUOTE: Fault = {
  rule: 'broken-record',
  message: 'a field goes on after its closing quote',
  hint: 'write each quote within a quoted field twice, and leave nothing between a quote and the separator',
}

const LONE_CR: Fault = {
  rule: 'broken-record',
  message: 'a field without quotes around it holds a carriage return',
  hint: 'end lines with LF or CRLF, or put the field in quotes',
}
