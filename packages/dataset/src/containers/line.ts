import { isUtf8 } from 'node:buffer'
import type { Fault } from '../rules.ts'

/**
 * One row as its container gives it: the text of one JSON value in `bytes[start, end)`. An empty one is no row: a line
 * of white space.
 */
export interface Line {
  /** 1-based number of the physical line on which the row starts; in Parquet, which has no lines, of the row. */
  readonly number: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Why the row's text must not be read. */
  readonly broken?: Fault
}

/** How lines are read. */
export interface LineOptions {
  /** Longest row kept in memory, in bytes; longer ones are reported and skipped. Default 32 MiB. */
  readonly maximumLineBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The row `bytes[start, end)`, broken where that is no UTF-8. */
export function checkedLine(number: number, bytes: Buffer, start: number, end: number): Line {
  const line = { number, bytes, start, end }
  return isUtf8(bytes.subarray(start, end)) ? line : { ...line, broken: INVALID_UTF8 }
}

/** A row of text that was made here. */
export function madeLine(number: number, text: string): Line {
  const bytes = Buffer.from(text)
  return { number, bytes, start: 0, end: bytes.length }
}

/** A row that cannot be read. */
export function brokenLine(number: number, broken: Fault): Line {
  return { number, bytes: NOTHING, start: 0, end: 0, broken }
}

/** A line of white space, which is no row. */
export function blankLine(number: number): Line {
  return { number, bytes: NOTHING, start: 0, end: 0 }
}

/** A row longer than the maximum. */
export function tooLong(number: number): Line {
  return brokenLine(number, LINE_TOO_LONG)
}

/** True for a line of white space only: it is counted, and is no row. */
export function isBlank(line: Line): boolean {
  return line.start === line.end && line.broken === undefined
}

/** True for the white space that JSON allows within a line. */
export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x09
}

const NOTHING = Buffer.alloc(0)

/** The fault of a row that is no UTF-8. */
export const INVALID_UTF8: Fault = {
  rule: 'invalid-utf8',
  message: 'the row holds a byte that is not valid UTF-8',
  hint: 'save the file as UTF-8; the byte was left as it is, never replaced',
}

const LINE_TOO_LONG: Fault = {
  rule: 'line-too-long',
  message: 'the row is longer than the longest that is read, 32 MiB unless a program sets maximumLineBytes',
  hint: 'check that rows end with a line feed',
}

/** The fault of a row with a NUL byte, which no text has. */
export const NUL_BYTE: Fault = {
  rule: 'nul-byte',
  message: 'the row holds a raw NUL byte',
  hint: 'remove it, or check how the file was written',
}
