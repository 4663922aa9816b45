import { createHash } from 'node:crypto'
import { DatasetError } from './dataset-error.ts'
import { requireFormat, resolveFormat } from './detect.ts'
import { FEATURES, type Unsaid } from './formats/features.ts'
import { CODECS, formatsThatSay, type FormatId } from './formats/formats.ts'
import { lineBatches, type Line } from './lines.ts'
import { isBlank, judge, type ReadOptions } from './read.ts'
import type { Rejection } from './rules.ts'
import type { DatasetSource } from './source.ts'

/** How a data set is encoded. */
export interface EncodeOptions extends Omit<ReadOptions, 'format'> {
  /** Format of the source; detected unless given. */
  readonly from?: FormatId | undefined
  readonly to: FormatId
  /** `fail` throws DatasetError `row-rejected` at the first refused row; `skip` leaves refused rows out. */
  readonly onRejected: 'fail' | 'skip'
  /** Sees every row left out by `skip`. */
  readonly onSkipped?: ((rejection: Rejection) => void) | undefined
}

/** What `encodeDataset` yields with the same options, without keeping it. */
export interface EncodingMeasure {
  readonly bytes: number
  /** SHA-256 of the encoded bytes, in hex. */
  readonly sha256: string
  readonly rows: number
  /** Rows left out; 0 with `fail`. */
  readonly skipped: number
}

/**
 * The accepted rows in the target format: UTF-8 without byte order mark, one row per line, each ended by LF, no blank
 * line, in chunks of about 64 KiB. The same rows always give the same bytes, however the source is chunked. A row that
 * stays in its format keeps its own text (numbers, key order, escapes), trimmed of white space around it.
 * Throws DatasetError and, once aborted, the signal's reason.
 */
export async function* encodeDataset(source: DatasetSource, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  yield* encodeChunks(source, options, { rows: 0, skipped: 0 })
}

/** Encodes once, keeping only size, digest and counts. Throws as `encodeDataset` does. */
export async function measureEncoding(source: DatasetSource, options: EncodeOptions): Promise<EncodingMeasure> {
  const hash = createHash('sha256')
  const tally = { rows: 0, skipped: 0 }
  let bytes = 0
  for await (const chunk of encodeChunks(source, options, tally)) {
    hash.update(chunk)
    bytes += chunk.byteLength
  }
  return { bytes, sha256: hash.digest('hex'), ...tally }
}

interface Tally {
  rows: number
  skipped: number
}

async function* encodeChunks(source: DatasetSource, options: EncodeOptions, tally: Tally): AsyncGenerator<Uint8Array> {
  const to = requireFormat(options.to)
  const from = await resolveFormat(source, options.from, options)
  if (from === undefined) return
  const writer = createWriter()
  for await (const lines of lineBatches(source, options)) {
    for (const line of lines) {
      if (isBlank(line)) continue
      const rejection = encodeLine(writer, line, from, to, options)
      if (rejection === undefined) tally.rows++
      else if (options.onRejected === 'skip') {
        tally.skipped++
        options.onSkipped?.(rejection)
      } else throw rowRejected(source.name, rejection)
    }
    if (writer.full.length > 0) yield* writer.full.splice(0)
  }
  if (writer.used > 0) yield writer.buffer.subarray(0, writer.used)
}

function encodeLine(
  writer: Writer,
  line: Line,
  from: FormatId,
  to: FormatId,
  options: EncodeOptions,
): Rejection | undefined {
  const judged = judge(line, CODECS[from], options.rules)
  if (!judged.example) return judged.rejection
  if (from === to) {
    // A lone CR between tokens is white space to JSON and a line end to some readers.
    if (judged.text.includes('\r')) writeText(writer, judged.text.replaceAll('\r', ' '))
    else write(writer, line.bytes, line.start, line.end)
    return undefined
  }
  const encoded = CODECS[to].encode(judged.example)
  if (encoded.unsaid) return notRepresentable(line.number, encoded.unsaid, to)
  writeText(writer, encoded.text)
  return undefined
}

function notRepresentable(line: number, { feature, field }: Unsaid, to: FormatId): Rejection {
  const able = formatsThatSay(feature).filter((id) => id !== to)
  return {
    line,
    rule: 'not-representable',
    feature,
    ...(field !== undefined && { field }),
    message: `${FEATURES[feature]} cannot be written as ${to}`,
    hint: able.length === 0 ? 'no other format can say it' : `formats that can say it: ${able.join(', ')}`,
  }
}

function rowRejected(name: string, rejection: Rejection): DatasetError {
  const { line, rule, field, message, hint } = rejection
  const where = field === undefined ? '' : `${field}: `
  const text = `line ${line} of ${name} is rejected by ${rule}: ${where}${message}`
  return new DatasetError('row-rejected', text, hint ?? 'correct the row, or choose to skip rejected rows', {
    rejection,
  })
}

const CHUNK_BYTES = 64 * 1024
const LINE_FEED = 0x0a

interface Writer {
  /** Chunks ready to be handed on. */
  readonly full: Buffer[]
  buffer: Buffer
  used: number
}

function createWriter(): Writer {
  return { full: [], buffer: Buffer.allocUnsafe(CHUNK_BYTES), used: 0 }
}

function writeText(writer: Writer, text: string): void {
  const bytes = Buffer.from(text)
  write(writer, bytes, 0, bytes.length)
}

/** Appends one row and its line feed; a row never spans two chunks, so a long one is a chunk of its own. */
function write(writer: Writer, bytes: Buffer, start: number, end: number): void {
  const length = end - start + 1
  if (writer.used + length > writer.buffer.length) {
    if (writer.used > 0) writer.full.push(writer.buffer.subarray(0, writer.used))
    writer.buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, length))
    writer.used = 0
  }
  bytes.copy(writer.buffer, writer.used, start, end)
  writer.buffer[writer.used + length - 1] = LINE_FEED
  writer.used += length
}
