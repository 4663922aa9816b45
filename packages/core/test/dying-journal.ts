import type { Journal } from '../src/index.ts'

class Crash extends Error {}

/** A journal that lets its process live for a number of writes; `torn`: the one it dies in is on disk. */
export function dying(journal: Journal, writes: number, torn: boolean): Journal {
  let left = writes
  const dies = async (write: () => Promise<void>) => {
    if (left-- > 0) return write()
    if (torn) await write()
    throw new Crash('the process died')
  }
  return {
    ...journal,
    append: (id, entry) => dies(() => journal.append(id, entry)),
    forget: (id, step) => dies(() => journal.forget(id, step)),
  }
}
