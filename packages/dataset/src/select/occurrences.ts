import type { Place } from './row-set.ts'
import { sqlite } from './sqlite.ts'

/** Counts rows that say the same. */
export interface Occurrences {
  /** How many came before with this hash (0: it is the first), and where the first one stands. */
  readonly next: (hash: Buffer, at: Place) => { readonly before: number; readonly first: Place }
  readonly close: () => void
}

/** As much of a hash as is kept: two of 10^12 rows that differ are the same in it with a chance of 10^-15. */
const HASH_BYTES = 16
/** Pages of the table in memory, in KiB; what is more lies in a temporary file. */
const CACHE_KIB = 64 * 1024

/**
 * Holds the hashes of any number of rows in bounded memory: a table of SQLite in a private temporary file, which has no name, so
 * that the operating system removes it with the process, however it ends. It holds hashes and line numbers, no content.
 */
export function countOccurrences(): Occurrences {
  const database = new (sqlite().DatabaseSync)('')
  database.exec(`pragma cache_size = -${CACHE_KIB}`)
  // Nothing to keep: the table ends with this object.
  database.exec('pragma journal_mode = off')
  database.exec('pragma synchronous = off')
  database.exec(
    'create table seen (hash blob primary key, source integer, line integer, before integer) without rowid, strict',
  )
  const count = database.prepare(
    `insert into seen values (?, ?, ?, 0)
     on conflict do update set before = before + 1 returning before, source, line`,
  )
  database.exec('begin')
  return {
    next(hash, { source, line }) {
      const row = count.get(hash.subarray(0, HASH_BYTES), source, line)
      const first = { source: Number(row?.['source']), line: Number(row?.['line']) }
      return { before: Number(row?.['before']), first }
    },
    close: () => database.close(),
  }
}
