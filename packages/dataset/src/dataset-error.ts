import type { Rejection } from './rules.ts'

/** Why a whole data set cannot be read or encoded. */
export type DatasetErrorCode =
  | 'not-found'
  | 'not-a-file'
  | 'unreadable'
  | 'unknown-format'
  | 'encoding'
  | 'container'
  | 'missing-package'
  | 'row-rejected'
  /** Fewer rows than a sample or a split asks for. */
  | 'too-few-rows'
  /** No room for what does not fit in memory. */
  | 'temporary-storage'
  /** A thread that did part of the work has ended before its time. */
  | 'worker'

/** The one error this package throws; it carries no row content, `hint` says what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
  readonly code: DatasetErrorCode
  readonly hint: string
  /** The row that stopped an encoding told to fail; only with code `row-rejected`. */
  readonly rejection?: Rejection

  constructor(
    code: DatasetErrorCode,
    message: string,
    hint: string,
    more: { readonly cause?: unknown; readonly rejection?: Rejection } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = hint
    if (more.rejection) this.rejection = more.rejection
  }
}
