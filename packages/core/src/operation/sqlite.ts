import type * as SQLite from 'node:sqlite'

let loaded: typeof SQLite | undefined

/**
 * Node's own SQLite. On Node 22 loading it prints an ExperimentalWarning; exactly that one is dropped,
 * which is why the whole program may have no static import of it.
 */
export function sqlite(): typeof SQLite {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite is an experimental')) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
  if (loaded === undefined) throw new Error('this Node.js has no node:sqlite; 22.18 or newer is needed')
  return loaded
}

/** SQLite's own number for "another connection holds the lock". */
const BUSY = 5

export function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY
}

/** Runs `work` in a transaction that takes the write lock at once: a deferred one could fail half way without waiting. */
export function transaction<T>(database: SQLite.DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
