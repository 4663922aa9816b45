import { constants, isUtf8 } from 'node:buffer'
import { DatasetError } from './dataset-error.ts'
import type { DatasetSource } from './source.ts'

/** One physical line without its line end: `bytes[start, end)`, trimmed of JSON white space. */
export interface Line {
  /** 1-based. */
  readonly number: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Why the line's text must not be read. */
  readonly broken?: 'invalid-utf8' | 'line-too-long'
}

/** How lines are read. */
export interface LineOptions {
  /** Longest line kept in memory, in bytes; longer ones are reported and skipped. Default 32 MiB. */
  readonly maximumLineBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const DEFAULT_MAXIMUM_LINE_BYTES = 32 * 1024 * 1024
const LINE_FEED = 0x0a

/**
 * Splits a source into lines, one list per chunk; a byte order mark is stripped. The lines of a list must be used
 * before the next one is asked for. `onChunk` sees every chunk as it came.
 * Throws DatasetError `encoding` and, once aborted, the signal's reason.
 */
export async function* lineBatches(
  source: DatasetSource,
  options: LineOptions,
  onChunk?: (chunk: Uint8Array) => void,
): AsyncGenerator<readonly Line[]> {
  const splitter = createSplitter(options.maximumLineBytes ?? DEFAULT_MAXIMUM_LINE_BYTES)
  let head: Buffer | undefined = Buffer.alloc(0)
  options.signal?.throwIfAborted()
  for await (const chunk of source.open()) {
    options.signal?.throwIfAborted()
    onChunk?.(chunk)
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (head) {
      // The first bytes tell the encoding and may arrive one by one.
      bytes = Buffer.concat([head, bytes])
      head = bytes.length < HEAD_BYTES ? bytes : undefined
      if (head) continue
      bytes = checkEncoding(source.name, bytes)
    }
    const lines = split(splitter, bytes)
    if (lines.length > 0) yield lines
  }
  const lines = head ? split(splitter, checkEncoding(source.name, head)) : []
  if (splitter.length > 0 || splitter.overflown) lines.push(release(splitter))
  if (lines.length > 0) yield lines
}

interface Splitter {
  readonly maximum: number
  /** Number of the line that is being read. */
  number: number
  /** Start of a line whose end has not arrived: the first `length` bytes. */
  pending: Buffer
  length: number
  overflown: boolean
}

function createSplitter(asked: number): Splitter {
  if (!(asked >= 1)) throw new RangeError('maximumLineBytes must be at least 1')
  // A longer line could not become a string.
  const maximum = Math.min(asked, constants.MAX_STRING_LENGTH)
  return { maximum, number: 1, pending: Buffer.alloc(0), length: 0, overflown: false }
}

function split(splitter: Splitter, chunk: Buffer): Line[] {
  const lines: Line[] = []
  let start = 0
  let end = chunk.indexOf(LINE_FEED)
  if (end !== -1 && (splitter.length > 0 || splitter.overflown)) {
    hold(splitter, chunk.subarray(0, end))
    lines.push(release(splitter))
    start = end + 1
    end = chunk.indexOf(LINE_FEED, start)
  }
  // One look at all whole lines of the chunk; only a chunk with a broken one is looked at line by line.
  const valid = end === -1 || isUtf8(chunk.subarray(start, chunk.lastIndexOf(LINE_FEED)))
  while (end !== -1) {
    lines.push(cut(splitter, chunk, start, end, valid))
    start = end + 1
    end = chunk.indexOf(LINE_FEED, start)
  }
  if (start < chunk.length) hold(splitter, chunk.subarray(start))
  return lines
}

/** Keeps a copy, because a source may use its chunk again; grows by doubling, so that tiny chunks stay cheap. */
function hold(splitter: Splitter, bytes: Buffer): void {
  if (splitter.overflown) return
  const length = splitter.length + bytes.length
  if (length > splitter.maximum) {
    splitter.overflown = true
    splitter.length = 0
    splitter.pending = Buffer.alloc(0)
    return
  }
  if (length > splitter.pending.length) {
    const grown = Buffer.allocUnsafe(Math.max(length, 2 * splitter.pending.length))
    splitter.pending.copy(grown, 0, 0, splitter.length)
    splitter.pending = grown
  }
  bytes.copy(splitter.pending, splitter.length)
  splitter.length = length
}

function release(splitter: Splitter): Line {
  const { pending, length, overflown } = splitter
  splitter.pending = Buffer.alloc(0)
  splitter.length = 0
  splitter.overflown = false
  if (overflown) return tooLong(splitter)
  return cut(splitter, pending, 0, length, false)
}

function cut(splitter: Splitter, bytes: Buffer, from: number, to: number, valid: boolean): Line {
  if (to - from > splitter.maximum) return tooLong(splitter)
  let start = from
  let end = to
  while (start < end && isWhiteSpace(bytes[start])) start++
  while (end > start && isWhiteSpace(bytes[end - 1])) end--
  const number = splitter.number++
  if (valid || isUtf8(bytes.subarray(start, end))) return { number, bytes, start, end }
  return { number, bytes, start, end, broken: 'invalid-utf8' }
}

function tooLong(splitter: Splitter): Line {
  return { number: splitter.number++, bytes: Buffer.alloc(0), start: 0, end: 0, broken: 'line-too-long' }
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x09
}

const HEAD_BYTES = 4
const SIXTEEN = 'is UTF-16 or UTF-32 text'
const SAVE_AS_UTF8 = 'save the file as UTF-8'

/** What the first four bytes give away; undefined matches any byte but NUL. */
const FOREIGN: readonly {
  readonly head: readonly (number | undefined)[]
  readonly is: string
  readonly hint: string
}[] = [
  { head: [0xff, 0xfe], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0xfe, 0xff], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0, 0, 0xfe, 0xff], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [undefined, 0, undefined, 0], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0, undefined, 0, undefined], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0x1f, 0x8b], is: 'is compressed (gzip)', hint: 'decompress the file first' },
]

function checkEncoding(name: string, bytes: Buffer): Buffer {
  const foreign = FOREIGN.find(({ head }) =>
    head.every((byte, index) => (byte === undefined ? Boolean(bytes[index]) : bytes[index] === byte)),
  )
  if (foreign) throw new DatasetError('encoding', `${name} ${foreign.is}, not UTF-8`, foreign.hint)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return marked ? bytes.subarray(3) : bytes
}
