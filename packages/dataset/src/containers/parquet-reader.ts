import type * as Hyparquet from 'hyparquet'
import { DatasetError } from '../dataset-error.ts'
import { requireFields } from './fields.ts'
import { decompressors } from './parquet-compression.ts'
import type { ParquetRow, ParquetTask } from './parquet-messages.ts'
import { columnsOf } from './parquet-schema.ts'
import { PARSERS, rowText } from './parquet-values.ts'

/** A group of rows is held whole while it is read, so larger ones are refused. */
const MAXIMUM_GROUP_BYTES = 1024 * 1024 * 1024
/** Rows handed on at a time. */
const BATCH_ROWS = 256

/** Some rows, and the share of the file (0 to 1) that is read with them. */
export interface ParquetBatch {
  readonly rows: readonly ParquetRow[]
  readonly share: number
}

/** Every row in order. Throws DatasetError `container` or `missing-package`. */
export async function* readParquet(
  file: Hyparquet.AsyncBuffer,
  { name, fields }: ParquetTask,
): AsyncGenerator<ParquetBatch> {
  const { parquetMetadataAsync, parquetReadObjects } = await loadHyparquet()
  const metadata = await reading(name, () => parquetMetadataAsync(file, { geoparquet: false }))
  const columns = columnsOf(name, metadata, fields && Object.values(fields))
  requireFields(name, fields, columns.all)
  const groups = metadata.row_groups
  let rowStart = 0
  for (const [index, { num_rows, total_byte_size }] of groups.entries()) {
    if (Number(total_byte_size) > MAXIMUM_GROUP_BYTES) throw groupTooLarge(name, index)
    const rowEnd = rowStart + Number(num_rows)
    const range = { rowStart, rowEnd, columns: [...columns.read] }
    const options = { file, metadata, ...range, compressors: decompressors, parsers: PARSERS }
    const rows = await reading(name, () => parquetReadObjects(options))
    if (rows.length !== rowEnd - rowStart) throw damaged(name)
    for (let at = 0; at < rows.length; at += BATCH_ROWS) {
      yield { rows: rows.slice(at, at + BATCH_ROWS).map(rowText), share: (index + 1) / groups.length }
    }
    rowStart = rowEnd
  }
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
    throw error instanceof DatasetError ? error : damaged(name)
  }
}

/** The error of a file that is no whole Parquet file. */
export function damaged(name: string): DatasetError {
  const hint =
    'copy or download it again, or write it anew; a Parquet file ends with its index, so one cut short has none'
  return new DatasetError('container', `${name} cannot be read as Parquet: it is damaged, or no such file`, hint)
}

function groupTooLarge(name: string, index: number): DatasetError {
  const hint = 'write the file with smaller row groups, for instance of 10,000 rows'
  const text = `row group ${index + 1} of ${name} holds more than 1 GiB, which is read at once`
  return new DatasetError('container', text, hint)
}
