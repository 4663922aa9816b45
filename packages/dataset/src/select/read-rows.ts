import { requireFormat, resolveFormat } from '../detect.ts'
import type { Example } from '../example.ts'
import type { FormatId } from '../formats/formats.ts'
import { rowHash } from '../lineage/row-hash.ts'
import { lineBatches } from '../lines.ts'
import { isBlank, type ReadOptions } from '../read.ts'
import { addRow, createRowChunks, takeFull, takeRest } from '../row-chunks.ts'
import type { DatasetSource } from '../source.ts'
import { rowRejected, writtenRow } from '../written-row.ts'
import type { DatasetRow, RowObserver, RowSet } from './row-set.ts'

/** How rows are read for a selection. */
export interface ReadRowsOptions extends Omit<ReadOptions, 'format'> {
  /** Format of all sources; detected for each unless given. */
  readonly from?: FormatId | undefined
  /** What all rows are written in. Default: the format of the first source that has a row. */
  readonly to?: FormatId | undefined
  /** `fail` throws DatasetError `row-rejected` at the first refused row; `skip` leaves refused rows out and tells the observer. */
  readonly onRejected: 'fail' | 'skip'
}

/**
 * The rows of one or several sources, one source after the other, all in one format: a merge. A row that stays in its format
 * keeps its own text. Iterating throws DatasetError and, once aborted, the signal's reason.
 */
export function readRows(sources: readonly DatasetSource[], options: ReadRowsOptions): RowSet {
  return { open: (observer) => rowsOf(sources, options, observer ?? {}) }
}

/** Rows as a source of bytes in their format, so that a selection can be checked, planned with or selected from again. */
export function rowsAsSource(name: string, rows: RowSet): DatasetSource {
  return { name, layout: { container: 'jsonl' }, open: () => rowChunks(rows.open()) }
}

/** Rows as UTF-8, each ended by LF, in chunks of about 64 KiB of whole rows. */
export async function* rowChunks(rows: AsyncIterable<DatasetRow>): AsyncGenerator<Uint8Array> {
  const chunks = createRowChunks()
  for await (const { bytes } of rows) {
    addRow(chunks, bytes, 0, bytes.length)
    if (chunks.full.length > 0) yield* takeFull(chunks)
  }
  yield* takeRest(chunks)
}

async function* rowsOf(
  sources: readonly DatasetSource[],
  options: ReadRowsOptions,
  observer: RowObserver,
): AsyncGenerator<DatasetRow> {
  let to = options.to && requireFormat(options.to)
  for (const [index, source] of sources.entries()) {
    const from = await resolveFormat(source, options.from, options)
    if (from === undefined) continue
    to ??= from
    const formats = { from, to, rules: options.rules }
    for await (const lines of lineBatches(source, options)) {
      for (const line of lines) {
        if (isBlank(line)) continue
        const written = writtenRow(line, formats)
        if (written.example) {
          const { example, text } = written
          const at = { source: index, line: line.number, format: to }
          const bytes = text === undefined ? line.bytes.subarray(line.start, line.end) : Buffer.from(text)
          yield { ...at, bytes, ...identity(example) }
        } else if (options.onRejected === 'skip') observer.rejected?.(written.rejection, index)
        else throw rowRejected(source.name, written.rejection)
      }
    }
  }
}

function identity(example: Example): Pick<DatasetRow, 'example' | 'hash'> {
  let hash: Buffer | undefined
  return { example: () => example, hash: () => (hash ??= rowHash(example)) }
}
