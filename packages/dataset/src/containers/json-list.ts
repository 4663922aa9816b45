import type { Fault } from '../rules.ts'
import type { ContainerInput } from './container.ts'
import { createHeld, hold, isEmpty, takeHeld, type Held } from './held.ts'
import { brokenLine, checkedLine, isWhiteSpace, tooLong, type Line } from './line.ts'

/**
 * The items of one JSON list, each with its own text, however they are laid out on lines; nothing but the item that is
 * being read is held. What stands where no item can is a broken row.
 */
export async function* jsonListRows({ chunks, maximum }: ContainerInput): AsyncGenerator<readonly Line[]> {
  const scan: Scan = {
    held: createHeld(maximum),
    line: 1,
    startLine: 1,
    startAt: -1,
    misplaced: undefined,
    expected: 'list',
    depth: 0,
    string: false,
    escaped: false,
    rows: [],
  }
  for await (const chunk of chunks) {
    scanChunk(scan, chunk)
    if (scan.rows.length > 0) yield scan.rows.splice(0)
  }
  endOfFile(scan)
  if (scan.rows.length > 0) yield scan.rows
}

type Expected = 'list' | 'item' | 'first-item' | 'comma' | 'nothing'

interface Scan {
  /** Start of an item whose end has not arrived. */
  readonly held: Held
  rows: Line[]
  /** Number of the line that is being read. */
  line: number
  /** Line on which the item being read starts. */
  startLine: number
  /** Where in the chunk the item being read starts or goes on; -1 between items. */
  startAt: number
  /** Why the item being read should not stand where it does. */
  misplaced: Fault | undefined
  /** Between items. */
  expected: Expected
  /** Objects and lists that the item has open. */
  depth: number
  string: boolean
  escaped: boolean
}

const LINE_FEED = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

function scanChunk(scan: Scan, chunk: Buffer): void {
  let at = 0
  while (at < chunk.length) at = scan.startAt < 0 ? between(scan, chunk, at) : within(scan, chunk, at)
  if (scan.startAt < 0) return
  hold(scan.held, chunk.subarray(scan.startAt))
  scan.startAt = 0
}

/** Reads one byte outside of items, and gives the index of the next. */
function between(scan: Scan, chunk: Buffer, at: number): number {
  const byte = chunk[at]
  if (byte === LINE_FEED) scan.line++
  else if (!isWhiteSpace(byte)) {
    const next = byte === undefined ? undefined : NEXT[scan.expected][byte]
    if (next === undefined) return startItem(scan, at)
    if (next.broken) scan.rows.push(brokenLine(scan.line, next.broken))
    scan.expected = next.expected
  }
  return at + 1
}

/** Reads an item up to its end or the chunk's. */
function within(scan: Scan, chunk: Buffer, from: number): number {
  let at = from
  for (; at < chunk.length; at++) {
    const byte = chunk[at]
    if (byte === LINE_FEED) scan.line++
    if (scan.string) readString(scan, byte)
    else if (byte === QUOTE) scan.string = true
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) scan.depth++
    else if (scan.depth === 0) {
      // A number or a word has no end of its own.
      if (byte === COMMA || byte === CLOSE_LIST) return endItem(scan, chunk, at)
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --scan.depth === 0) {
      return endItem(scan, chunk, at + 1)
    }
  }
  return at
}

function readString(scan: Scan, byte: number | undefined): void {
  if (scan.escaped) scan.escaped = false
  else if (byte === BACKSLASH) scan.escaped = true
  else if (byte === QUOTE) scan.string = false
}

function startItem(scan: Scan, at: number): number {
  scan.misplaced = MISPLACED[scan.expected]
  scan.startAt = at
  scan.startLine = scan.line
  return at
}

function endItem(scan: Scan, chunk: Buffer, end: number): number {
  const item = itemOf(scan, chunk, scan.startAt, end)
  scan.rows.push(scan.misplaced ? brokenLine(scan.startLine, scan.misplaced) : item)
  scan.startAt = -1
  // Before the list and behind it, nothing that comes is a row.
  if (scan.expected !== 'list' && scan.expected !== 'nothing') scan.expected = 'comma'
  return end
}

function itemOf(scan: Scan, chunk: Buffer, start: number, end: number): Line {
  if (isEmpty(scan.held)) {
    return end - start > scan.held.maximum ? tooLong(scan.startLine) : trimmed(scan.startLine, chunk, start, end)
  }
  hold(scan.held, chunk.subarray(start, end))
  const bytes = takeHeld(scan.held)
  return bytes === undefined ? tooLong(scan.startLine) : trimmed(scan.startLine, bytes, 0, bytes.length)
}

/** Only a number or a word can have white space behind it. */
function trimmed(number: number, bytes: Buffer, start: number, to: number): Line {
  let end = to
  while (isWhiteSpace(bytes[end - 1]) || bytes[end - 1] === LINE_FEED) end--
  return checkedLine(number, bytes, start, end)
}

function endOfFile(scan: Scan): void {
  const isInList = scan.expected !== 'nothing' && scan.expected !== 'list'
  if (scan.startAt >= 0) {
    takeHeld(scan.held)
    scan.rows.push(brokenLine(scan.startLine, isInList ? CUT_OFF : (scan.misplaced ?? CUT_OFF)))
  } else if (isInList) {
    scan.rows.push(brokenLine(scan.line, CUT_OFF))
  }
}

interface Next {
  readonly expected: Expected
  readonly broken?: Fault
}

const invalid = (message: string, hint: string): Fault => ({ rule: 'invalid-json', message, hint })

const CUT_OFF = invalid('the file ends before its list does', 'the file was cut off; copy or download it again')
const NO_LIST = invalid('the file does not start with a list', 'a JSON file is one list: [{…}, {…}]')
const NO_COMMA = invalid('the comma before the row is missing', 'write the file with a JSON library')
const NO_ITEM = invalid('a row is missing before the comma or the end of the list', 'remove the comma')
const AFTER_LIST = invalid(
  'the file goes on after its list',
  'if each line is a row of its own, the container is jsonl; otherwise keep one list in the file',
)

/** An item where none can be; the rows after it are read on. */
const MISPLACED: Readonly<Partial<Record<Expected, Fault>>> = { list: NO_LIST, comma: NO_COMMA, nothing: AFTER_LIST }

const CLOSE: Next = { expected: 'nothing' }

/** What a byte does between items; any other starts an item. */
const NEXT: Readonly<Record<Expected, Readonly<Partial<Record<number, Next>>>>> = {
  list: {
    [OPEN_LIST]: { expected: 'first-item' },
    [CLOSE_LIST]: { expected: 'list', broken: NO_LIST },
    [COMMA]: { expected: 'list', broken: NO_LIST },
  },
  'first-item': { [CLOSE_LIST]: CLOSE, [COMMA]: { expected: 'item', broken: NO_ITEM } },
  item: { [CLOSE_LIST]: { ...CLOSE, broken: NO_ITEM }, [COMMA]: { expected: 'item', broken: NO_ITEM } },
  comma: { [CLOSE_LIST]: CLOSE, [COMMA]: { expected: 'item' } },
  nothing: {
    [CLOSE_LIST]: { expected: 'nothing', broken: AFTER_LIST },
    [COMMA]: { expected: 'nothing', broken: AFTER_LIST },
  },
}
