import { AnytuneError } from '../errors.ts'
import type { Journal, JournalEntry, StoredEntry } from './journal.ts'

/** A journal that lives as long as the process: for tests, and for runs nobody needs to resume. */
export function memoryJournal(): Journal {
  const operations = new Map<string, StoredEntry[]>()
  const claimed = new Set<string>()

  // Entries are kept as JSON would keep them, so that nothing works here that a file could not hold.
  const stored = (entry: JournalEntry): StoredEntry => ({
    at: new Date(),
    entry: JSON.parse(JSON.stringify(entry)) as JournalEntry,
  })

  return {
    async create(id, entry) {
      if (operations.has(id)) throw operationExists(id)
      operations.set(id, [stored(entry)])
    },
    async append(id, entry) {
      const entries = operations.get(id)
      if (entries === undefined) throw operationMissing(id)
      entries.push(stored(entry))
    },
    async forget(id, step) {
      const entries = operations.get(id) ?? []
      const kept = entries.map((stored) => (isSaved(stored.entry, step) ? { ...stored, entry: erased(step) } : stored))
      if (operations.has(id)) operations.set(id, kept)
    },
    async read(id) {
      return [...(operations.get(id) ?? [])]
    },
    async list() {
      return [...operations.keys()].reverse()
    },
    async claim(id) {
      if (claimed.has(id)) throw operationHeld(id)
      claimed.add(id)
      return {
        async release() {
          claimed.delete(id)
        },
      }
    },
    async close() {},
  }
}

function isSaved(entry: JournalEntry, step: string): boolean {
  return entry.type === 'saved' && entry.step === step
}

/** What stands in place of a state that was erased. */
export function erased(step: string): JournalEntry {
  return { type: 'saved', step, state: null }
}

export function operationExists(id: string): AnytuneError {
  return new AnytuneError('already-exists', `the operation ${id} is already in the journal`, {
    hint: 'go on with it instead: resume it by its id',
  })
}

export function operationMissing(id: string): AnytuneError {
  return new AnytuneError('not-found', `there is no run ${id} in the journal`, {
    hint: 'list the runs to see which there are',
    next: [{ do: 'list', what: 'runs' }],
  })
}

export function operationHeld(id: string): AnytuneError {
  return new AnytuneError('failed-precondition', `another process is working on ${id}`, {
    hint: 'watch it instead, or wait until that process has ended',
  })
}
