import type * as Hyparquet from 'hyparquet'
import { DatasetError } from '../dataset-error.ts'
import type { RandomAccess } from '../source.ts'
import type { ContainerInput } from './container.ts'
import { requireFields } from './fields.ts'
import { brokenLine, madeLine, tooLong, type Line } from './line.ts'
import { decompressors } from './parquet-compression.ts'
import { columnsOf } from './parquet-schema.ts'
import { PARSERS, rowText } from './parquet-values.ts'

/** A group of rows is held whole while it is read, so larger ones are refused. */
const MAXIMUM_GROUP_BYTES = 1024 * 1024 * 1024
/** Rows that become text at a time. */
const BATCH_ROWS = 256

/**
 * The rows of a Parquet file, each as JSON text; their number is their place in the file. Columns may hold texts, numbers,
 * true or false, lists and objects of them. A null is an absent key: Parquet does not tell the two apart. Needs the
 * package `hyparquet`. Throws DatasetError `container` or `missing-package`.
 */
export async function* parquetRows(input: ContainerInput): AsyncGenerator<readonly Line[]> {
  const { source, signal, layout } = input
  if (source.openParts === undefined || input.compressed) throw notRandom(input)
  const hyparquet = await loadHyparquet()
  const parts = await source.openParts()
  // Read alongside: whoever watches the source sees all of it, too.
  const passing = createPassing(input.chunks)
  try {
    const file = { byteLength: parts.bytes, slice: (start: number, end = parts.bytes) => part(parts, start, end) }
    const metadata = await reading(source.name, () => hyparquet.parquetMetadataAsync(file, { geoparquet: false }))
    const names = columnsOf(source.name, metadata, layout.fields && Object.values(layout.fields))
    requireFields(source.name, layout.fields, names.all)
    let rowStart = 0
    for (const [index, group] of metadata.row_groups.entries()) {
      signal?.throwIfAborted()
      if (Number(group.total_byte_size) > MAXIMUM_GROUP_BYTES) throw groupTooLarge(source.name, index)
      const rowEnd = rowStart + Number(group.num_rows)
      const options = {
        file,
        metadata,
        rowStart,
        rowEnd,
        columns: [...names.read],
        compressors: decompressors,
        parsers: PARSERS,
      }
      const rows = await reading(source.name, () => hyparquet.parquetReadObjects(options))
      if (rows.length !== rowEnd - rowStart) throw damaged(source.name)
      await passing.until((parts.bytes * (index + 1)) / metadata.row_groups.length)
      for (let at = 0; at < rows.length; at += BATCH_ROWS) {
        const first = rowStart + at + 1
        yield rows.slice(at, at + BATCH_ROWS).map((row, index) => lineOf(first + index, row, input.maximum))
      }
      rowStart = rowEnd
    }
    await passing.until(Infinity)
  } finally {
    await parts.close()
  }
}

function lineOf(number: number, row: unknown, maximum: number): Line {
  const written = rowText(row)
  if (written.fault) return brokenLine(number, written.fault)
  const line = madeLine(number, written.text)
  return line.end > maximum ? tooLong(number) : line
}

function createPassing(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]()
  let bytes = 0
  return {
    async until(offset: number) {
      while (bytes < offset) {
        const next = await iterator.next()
        if (next.done) return
        bytes += next.value.length
      }
    },
  }
}

async function part({ read }: RandomAccess, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = await read(start, end)
  // Its own memory, from the first byte on, as the reader takes it.
  return new Uint8Array(bytes).buffer
}

async function loadHyparquet(): Promise<typeof Hyparquet> {
  try {
    return await import('hyparquet')
  } catch (cause) {
    const hint = 'install it beside anytune: npm install hyparquet'
    throw new DatasetError('missing-package', 'reading Parquet needs the package hyparquet', hint, { cause })
  }
}

/** Runs the reader; its errors may quote what was read, so only ours are passed on. */
async function reading<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DatasetError) throw error
    throw damaged(name)
  }
}

function damaged(name: string): DatasetError {
  const hint =
    'copy or download it again, or write it anew; a Parquet file ends with its index, so one cut short has none'
  return new DatasetError('container', `${name} cannot be read as Parquet: it is damaged, or no such file`, hint)
}

function notRandom({ source: { name }, compressed }: ContainerInput): DatasetError {
  const what = compressed ? 'is Parquet within gzip' : 'is Parquet on a stream'
  const hint = 'name the Parquet file itself; it compresses its own columns'
  return new DatasetError('container', `${name} ${what}, and Parquet is read from its end`, hint)
}

function groupTooLarge(name: string, index: number): DatasetError {
  const hint = 'write the file with smaller row groups, for instance of 10,000 rows'
  const text = `row group ${index + 1} of ${name} holds more than 1 GiB, which is read at once`
  return new DatasetError('container', text, hint)
}
