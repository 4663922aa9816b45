import { DatasetError } from '../dataset-error.ts'
import { largestFirst } from './largest-first.ts'
import { countOccurrences } from './occurrences.ts'
import { placeOf } from './place.ts'
import type { DatasetRow, RowObserver, RowSet } from './row-set.ts'

/** How many rows, and which. */
export interface SampleOptions {
  /** At least 1. */
  readonly rows: number
  /** Another seed draws other rows. Default: `0`. */
  readonly seed?: string | undefined
}

/**
 * Exactly so many rows, in their order: those with the lowest places. The same rows are drawn whatever the order of the file;
 * a larger sample holds a smaller one, and rows that are appended push out as many as they bring. Reads the rows twice; memory
 * grows with the sample alone.
 * Iterating throws DatasetError `too-few-rows`, and `unreadable` when the rows are not the same the second time.
 */
export function sampleRows(rows: RowSet, options: SampleOptions): RowSet {
  if (!Number.isSafeInteger(options.rows) || options.rows < 1)
    throw new RangeError('rows must be a whole number from 1')
  return { open: (observer) => drawn(rows, options, observer) }
}

async function* drawn(
  rows: RowSet,
  options: SampleOptions,
  observer: RowObserver | undefined,
): AsyncGenerator<DatasetRow> {
  const lowest = await lowestRows(rows, options)
  if (lowest.size < options.rows) {
    const message = `a sample of ${options.rows} rows was asked for, and there are ${lowest.size}`
    throw new DatasetError('too-few-rows', message, 'ask for fewer rows')
  }
  let index = 0
  let found = 0
  for await (const row of rows.open(observer)) {
    const hash = lowest.get(index++)
    if (hash === undefined) continue
    if (kept(row.hash()) !== hash) throw changedBetween()
    found++
    yield row
  }
  if (found < options.rows) throw changedBetween()
}

/** The rows drawn: index among all rows, and what they say. */
async function lowestRows(rows: RowSet, { rows: wanted, seed = '0' }: SampleOptions): Promise<Map<number, string>> {
  // Of two rows at one place the later is the larger.
  const heap = largestFirst<Drawn>((one, other) => one.place - other.place || one.index - other.index)
  const occurrences = countOccurrences()
  let index = 0
  try {
    for await (const row of rows.open()) {
      const hash = row.hash()
      const place = placeOf(seed, hash, occurrences.next(hash, row).before)
      if (heap.size() < wanted || place < (heap.largest()?.place ?? 0)) heap.add({ place, index, hash: kept(hash) })
      if (heap.size() > wanted) heap.remove()
      index++
    }
  } finally {
    occurrences.close()
  }
  return new Map(heap.items().map((drawn) => [drawn.index, drawn.hash]))
}

interface Drawn {
  readonly place: number
  readonly index: number
  readonly hash: string
}

/** A buffer of 32 bytes may keep 8 KiB alive; a string does not. */
function kept(hash: Buffer): string {
  return hash.toString('latin1')
}

/** What was read twice differed. */
export function changedBetween(): DatasetError {
  return new DatasetError(
    'unreadable',
    'the rows changed between two readings',
    'run again when nothing writes to the file',
  )
}
