import { countOccurrences } from './occurrences.ts'
import type { DatasetRow, RowObserver, RowSet } from './row-set.ts'

/** The first of all rows that say the same (`rowHash`), in order; the observer learns of the others. Memory is bounded. */
export function dedupeRows(rows: RowSet): RowSet {
  return { open: (observer) => distinct(rows, observer) }
}

async function* distinct(rows: RowSet, observer: RowObserver | undefined): AsyncGenerator<DatasetRow> {
  const occurrences = countOccurrences()
  try {
    for await (const row of rows.open(observer)) {
      const { before, first } = occurrences.next(row.hash(), row)
      if (before === 0) yield row
      else observer?.duplicate?.({ source: row.source, line: row.line }, first)
    }
  } finally {
    occurrences.close()
  }
}
