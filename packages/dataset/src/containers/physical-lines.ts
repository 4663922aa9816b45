import { isUtf8 } from 'node:buffer'
import { createHeld, hold, isEmpty, takeHeld, type Held } from './held.ts'
import { checkedLine, isWhiteSpace, tooLong, type Line } from './line.ts'

/** How physical lines are cut. */
export interface LineCut {
  /** In bytes, 1 or more. */
  readonly maximum: number
  /** Leaves out white space around a line, and the CR of a CRLF with it. */
  readonly trim: boolean
}

const LINE_FEED = 0x0a

/**
 * Splits bytes at line feeds, one list per chunk. The lines of a list must be used before the next one is asked for,
 * because a source may use the memory of its chunk again.
 */
export async function* physicalLines(chunks: AsyncIterable<Buffer>, cut: LineCut): AsyncGenerator<readonly Line[]> {
  const splitter: Splitter = { ...cut, number: 1, held: createHeld(cut.maximum) }
  for await (const chunk of chunks) {
    const lines = split(splitter, chunk)
    if (lines.length > 0) yield lines
  }
  if (!isEmpty(splitter.held)) yield [release(splitter)]
}

interface Splitter extends LineCut {
  /** Number of the line that is being read. */
  number: number
  /** Start of a line whose end has not arrived. */
  readonly held: Held
}

function split(splitter: Splitter, chunk: Buffer): Line[] {
  const lines: Line[] = []
  let start = 0
  let end = chunk.indexOf(LINE_FEED)
  if (end !== -1 && !isEmpty(splitter.held)) {
    hold(splitter.held, chunk.subarray(0, end))
    lines.push(release(splitter))
    start = end + 1
    end = chunk.indexOf(LINE_FEED, start)
  }
  // One look at all whole lines of the chunk; only a chunk with a broken one is looked at line by line.
  const valid = end === -1 || isUtf8(chunk.subarray(start, chunk.lastIndexOf(LINE_FEED)))
  while (end !== -1) {
    lines.push(cutLine(splitter, chunk, start, end, valid))
    start = end + 1
    end = chunk.indexOf(LINE_FEED, start)
  }
  if (start < chunk.length) hold(splitter.held, chunk.subarray(start))
  return lines
}

function release(splitter: Splitter): Line {
  const bytes = takeHeld(splitter.held)
  return bytes === undefined ? tooLong(splitter.number++) : cutLine(splitter, bytes, 0, bytes.length, false)
}

function cutLine(splitter: Splitter, bytes: Buffer, from: number, to: number, valid: boolean): Line {
  const number = splitter.number++
  if (to - from > splitter.maximum) return tooLong(number)
  let start = from
  let end = to
  if (splitter.trim) {
    while (start < end && isWhiteSpace(bytes[start])) start++
    while (end > start && isWhiteSpace(bytes[end - 1])) end--
  }
  return valid ? { number, bytes, start, end } : checkedLine(number, bytes, start, end)
}
