import { createHash } from 'node:crypto'
import { requireFormat, resolveFormat } from './detect.ts'
import type { FormatId } from './formats/formats.ts'
import { lineBatches } from './lines.ts'
import { isBlank, type ExampleRow, type ReadOptions } from './read.ts'
import { addRow, addText, createRowChunks, takeFull, takeRest } from './row-chunks.ts'
import type { Rejection } from './rules.ts'
import type { DatasetSource } from './source.ts'
import { rowRejected, writtenRow } from './written-row.ts'

/** How a data set is encoded. */
export interface EncodeOptions extends Omit<ReadOptions, 'format'> {
  /** Format of the source; detected unless given. */
  readonly from?: FormatId | undefined
  readonly to: FormatId
  /** `fail` throws DatasetError `row-rejected` at the first refused row; `skip` leaves refused rows out. */
  readonly onRejected: 'fail' | 'skip'
  /** Sees every row left out by `skip`. */
  readonly onSkipped?: ((rejection: Rejection) => void) | undefined
  /** Sees every row that is written, in order, before its bytes are yielded. */
  readonly onRow?: ((row: ExampleRow) => void) | undefined
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
  const formats = { from, to, rules: options.rules }
  const chunks = createRowChunks()
  for await (const lines of lineBatches(source, options)) {
    for (const line of lines) {
      if (isBlank(line)) continue
      const written = writtenRow(line, formats)
      if (written.example) {
        tally.rows++
        options.onRow?.({ line: line.number, example: written.example })
        if (written.text === undefined) addRow(chunks, line.bytes, line.start, line.end)
        else addText(chunks, written.text)
      } else if (options.onRejected === 'skip') {
        tally.skipped++
        options.onSkipped?.(written.rejection)
      } else throw rowRejected(source.name, written.rejection)
    }
    if (chunks.full.length > 0) yield* takeFull(chunks)
  }
  yield* takeRest(chunks)
}
