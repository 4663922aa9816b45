import { isUtf8 } from 'node:buffer'
import type { ContainerInput, TextUnit } from './container.ts'
import { createHeld, hold, isEmpty, takeHeld, type Held } from './held.ts'
import { blankLine, brokenLine, INVALID_UTF8, madeLine, NUL_BYTE, tooLong, type Line } from './line.ts'
import { physicalLines } from './physical-lines.ts'

/**
 * The pieces of a plain text, each as the JSON text of `{"text": …}`, with every character it has in the file: line
 * ends within a piece stay, the one behind it does not, except in a document, which is the whole file.
 */
export function plainTextRows(input: ContainerInput): AsyncIterable<readonly Line[]> {
  return UNITS[input.layout.textUnit ?? 'paragraph'](input)
}

const UNITS: Readonly<Record<TextUnit, (input: ContainerInput) => AsyncIterable<readonly Line[]>>> = {
  paragraph: paragraphs,
  line: textLines,
  document,
}

async function* textLines({ chunks, maximum }: ContainerInput): AsyncGenerator<readonly Line[]> {
  for await (const lines of physicalLines(chunks, { maximum, trim: false })) yield lines.map(textLine)
}

function textLine(line: Line): Line {
  if (line.broken) return line
  const bytes = line.bytes.subarray(line.start, line.end)
  return isWhite(bytes) ? blankLine(line.number) : textOf(line.number, withoutLineEnd(bytes))
}

async function* paragraphs({ chunks, maximum }: ContainerInput): AsyncGenerator<readonly Line[]> {
  const paragraph: Paragraph = { held: createHeld(maximum), number: 0 }
  for await (const lines of physicalLines(chunks, { maximum, trim: false })) {
    const rows = lines.flatMap((line) => readParagraph(paragraph, line))
    if (rows.length > 0) yield rows
  }
  if (paragraph.number > 0) yield [endParagraph(paragraph)]
}

interface Paragraph {
  readonly held: Held
  /** Line on which it starts; 0 between paragraphs. */
  number: number
}

function readParagraph(paragraph: Paragraph, line: Line): Line[] {
  const bytes = line.bytes.subarray(line.start, line.end)
  if (line.broken?.rule !== 'line-too-long' && isWhite(bytes)) {
    const blank = blankLine(line.number)
    return paragraph.number > 0 ? [endParagraph(paragraph), blank] : [blank]
  }
  if (paragraph.number === 0) paragraph.number = line.number
  if (line.broken?.rule === 'line-too-long') paragraph.held.overflown = true
  if (!isEmpty(paragraph.held)) hold(paragraph.held, LINE_END)
  hold(paragraph.held, bytes)
  return []
}

function endParagraph(paragraph: Paragraph): Line {
  const { number, held } = paragraph
  paragraph.number = 0
  const bytes = takeHeld(held)
  return bytes === undefined ? tooLong(number) : textOf(number, withoutLineEnd(bytes))
}

async function* document({ chunks, maximum }: ContainerInput): AsyncGenerator<readonly Line[]> {
  const held = createHeld(maximum)
  for await (const chunk of chunks) hold(held, chunk)
  if (isEmpty(held)) return
  const bytes = takeHeld(held)
  if (bytes === undefined) yield [tooLong(1)]
  else yield [isWhite(bytes) ? blankLine(1) : textOf(1, bytes)]
}

function textOf(number: number, bytes: Buffer): Line {
  if (!isUtf8(bytes)) return brokenLine(number, INVALID_UTF8)
  if (bytes.includes(0)) return brokenLine(number, NUL_BYTE)
  return madeLine(number, `{"text":${JSON.stringify(bytes.toString())}}`)
}

const LINE_END = Buffer.from('\n')
const CARRIAGE_RETURN = 0x0d
const WHITE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

function isWhite(bytes: Buffer): boolean {
  return bytes.every((byte) => WHITE.has(byte))
}

/** The line feed is off already; this is the CR before it. */
function withoutLineEnd(bytes: Buffer): Buffer {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes
}
