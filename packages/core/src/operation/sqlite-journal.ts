import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AnytuneError, isAnytuneError } from '../errors.ts'
import type { Claim, Journal, JournalEntry, StoredEntry } from './journal.ts'
import { erased, operationExists, operationHeld, operationMissing } from './memory-journal.ts'
import { isBusy, sqlite, transaction } from './sqlite.ts'

/** How long a writer waits for another process's write. */
const BUSY_TIMEOUT_MS = 10_000

const SCHEMA = `
  create table if not exists operations (id text primary key, sequence integer not null) strict;
  create table if not exists entries (
    operation text not null references operations (id),
    sequence integer not null,
    at text not null,
    entry text not null,
    primary key (operation, sequence)
  ) strict;
`

/**
 * The journal in a SQLite file, `journal.db` in the given directory: shared by all processes that use the directory,
 * and on disk before a write resolves. Opened at the first use, so that making a tuner touches nothing.
 */
export function sqliteJournal(directory: string): Journal {
  let opened: DatabaseSync | undefined
  const database = () => (opened ??= open(directory))
  const guard = <T>(work: () => T) => guarded(directory, work)

  return {
    async create(id, entry) {
      guard(() =>
        transaction(database(), () => {
          const last = database().prepare('select max(sequence) as last from operations').get()
          const made = database()
            .prepare('insert into operations (id, sequence) values (?, ?) on conflict do nothing')
            .run(id, Number(last?.['last'] ?? 0) + 1)
          if (made.changes === 0) throw operationExists(id)
          insert(database(), id, entry)
        }),
      )
    },
    async append(id, entry) {
      guard(() =>
        transaction(database(), () => {
          if (database().prepare('select 1 from operations where id = ?').get(id) === undefined)
            throw operationMissing(id)
          insert(database(), id, entry)
        }),
      )
    },
    async forget(id, step) {
      guard(() =>
        transaction(database(), () =>
          database()
            .prepare(
              `update entries set entry = ?
               where operation = ? and entry ->> 'type' = 'saved' and entry ->> 'step' = ?`,
            )
            .run(JSON.stringify(erased(step)), id, step),
        ),
      )
    },
    async read(id) {
      const rows = guard(() =>
        database().prepare('select at, entry from entries where operation = ? order by sequence').all(id),
      )
      return rows.map(fromRow)
    },
    async list() {
      const rows = guard(() => database().prepare('select id from operations order by sequence desc').all())
      return rows.map((row) => String(row['id']))
    },
    async claim(id) {
      return guard(() => claim(directory, id))
    },
    async close() {
      opened?.close()
      opened = undefined
    },
  }
}

function open(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'journal.db')
  // It may hold the URLs of upload sessions: for its owner alone, from the first byte.
  closeSync(openSync(file, 'a', 0o600))
  const database = new (sqlite().DatabaseSync)(file, { timeout: BUSY_TIMEOUT_MS })
  database.exec('pragma journal_mode = wal')
  // A journal that loses its last words in a power cut would let a create be repeated.
  database.exec('pragma synchronous = full')
  transaction(database, () => database.exec(SCHEMA))
  return database
}

function insert(database: DatabaseSync, id: string, entry: JournalEntry): void {
  database
    .prepare(
      `insert into entries (operation, sequence, at, entry)
       values (?, (select coalesce(max(sequence), 0) + 1 from entries where operation = ?), ?, ?)`,
    )
    .run(id, id, new Date().toISOString(), JSON.stringify(entry))
}

function fromRow(row: Readonly<Record<string, unknown>>): StoredEntry {
  // Written by `insert` alone, so the text is an entry.
  return { at: new Date(String(row['at'])), entry: JSON.parse(String(row['entry'])) as JournalEntry }
}

/** An exclusive transaction on a file of its own: unlike a process id in a file, it cannot outlive its process. */
function claim(directory: string, id: string): Claim {
  const locks = join(directory, 'locks')
  mkdirSync(locks, { recursive: true })
  const lock = new (sqlite().DatabaseSync)(join(locks, `${id}.lock`), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    throw isBusy(error) ? operationHeld(id) : error
  }
  return {
    async release() {
      if (lock.isOpen) lock.close()
    },
  }
}

function guarded<T>(directory: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (isAnytuneError(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AnytuneError('configuration', `the journal in ${directory} cannot be used: ${reason}`, {
      cause: error,
      hint: 'make the directory writable, free some disk space, or set stateDirectory to another place',
    })
  }
}
