import type { DatasetErrorCode } from '../dataset-error.ts'
import type { Fault } from '../rules.ts'

/** What the thread that reads Parquet is started with. */
export interface ParquetTask {
  readonly name: string
  /** Size of the file. */
  readonly bytes: number
  readonly fields: Readonly<Record<string, string>> | undefined
}

/** A row as JSON text, or why it has none. */
export type ParquetRow = string | Fault

/** What the thread says. */
export type FromParquet =
  /** It needs the bytes from `start` up to, not including, `end`; answered under the same id. */
  | { readonly kind: 'read'; readonly id: number; readonly start: number; readonly end: number }
  /** The next rows; `share` (0 to 1) of the file is read. It waits for `next`. */
  | { readonly kind: 'rows'; readonly rows: readonly ParquetRow[]; readonly share: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly code: DatasetErrorCode; readonly message: string; readonly hint: string }

/** What it is told. */
export type ToParquet =
  | { readonly kind: 'part'; readonly id: number; readonly part: ArrayBuffer }
  | { readonly kind: 'next' }
