import { sqlite } from './sqlite.ts'

/** Held by a job's runner for its life. */
export interface Lock {
  release(): void
}

/** A reader's look holds the lock shared for microseconds; another runner holds it for as long as it trains. */
const SETTLE_MS = 2_000

/**
 * Takes the lock file for this process alone, or says that another process has it.
 * The lock is one of the operating system, through SQLite: unlike a process id in a file it cannot outlive its process.
 */
export function acquireLock(path: string, waitMs: number = SETTLE_MS): Lock | undefined {
  const database = new (sqlite().DatabaseSync)(path, { timeout: waitMs })
  try {
    // In memory, because a journal file would be left behind by a killed runner.
    database.exec('pragma journal_mode = memory')
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return {
    release() {
      if (database.isOpen) database.close()
    },
  }
}

/** True while a living process holds the lock file; looks without changing or blocking anything. */
export function isLocked(path: string): boolean {
  const database = new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: 0 })
  try {
    database.exec('select count(*) from sqlite_schema')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    database.close()
  }
}

/** SQLite's number for "another connection holds the lock". */
const BUSY = 5

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY
}
