import type { Example } from '../example.ts'
import type { FormatId } from '../formats/formats.ts'
import type { Rejection } from '../rules.ts'

/** A row on its way from one dataset to another. */
export interface DatasetRow {
  /** Which of the sources it stands in: the index of the list given to `readRows`. */
  readonly source: number
  /** 1-based number of the physical line in its source. */
  readonly line: number
  /** What `bytes` are written in. */
  readonly format: FormatId
  /** The row's UTF-8 text without a line end; may share memory with its neighbours, so copy it to keep it. */
  readonly bytes: Buffer
  readonly example: () => Example
  /** `rowHash` of the example, without a key: 32 bytes. */
  readonly hash: () => Buffer
}

/** Told about what does not come through, while rows are read. */
export interface RowObserver {
  /** A refused row, left out by `onRejected: 'skip'`. */
  readonly rejected?: ((rejection: Rejection, source: number) => void) | undefined
  /** A row left out because it says what an earlier one says. */
  readonly duplicate?: ((row: Place, of: Place) => void) | undefined
}

/** Where a row stands. */
export interface Place {
  readonly source: number
  readonly line: number
}

/** Rows that can be read again and again, from the first one each time; some selections need to look at them twice. */
export interface RowSet {
  readonly open: (observer?: RowObserver) => AsyncIterable<DatasetRow>
}
