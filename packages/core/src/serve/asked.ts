import type { Journal } from '../operation/journal.ts'
import { newOperationId } from '../operation/operation.ts'

/** Writes down that models are asked: how often and when, never what. */
export interface Asked {
  /** Before a question is sent: the first to something is in the journal when this resolves, the next are written together, at most once a minute. */
  note(something: AskedThing): Promise<void>
  /** Writes down what is not in the journal yet. */
  close(): Promise<void>
}

/** What answers: a model, or a deployment. */
export interface AskedThing {
  readonly kind: 'model' | 'deployment'
  readonly id: string
}

/** Whose questions they are. */
interface Asker {
  readonly profile: string
  readonly provider: string
  readonly scope: string
}

/** A write for each question would be one to the disk for each: thousands are asked in an hour. */
const EVERY_MS = 60_000

interface Tally {
  readonly operation: string
  unwritten: number
  writtenAtMs: number
}

/** One operation of the journal for each thing that this tuner asks. */
export function createAsked(journal: Journal, asker: Asker): Asked {
  const tallies = new Map<string, Promise<Tally>>()

  async function begin(thing: AskedThing): Promise<Tally> {
    const operation = newOperationId('ask')
    await journal.create(operation, { type: 'opened', kind: 'ask', ...asker, asked: thing })
    return { operation, unwritten: 0, writtenAtMs: Date.now() }
  }

  /** What is asked while it is written is counted for the next time. */
  async function write(tally: Tally): Promise<void> {
    const { operation, unwritten: questions } = tally
    if (questions === 0) return
    tally.unwritten = 0
    tally.writtenAtMs = Date.now()
    await journal.append(operation, { type: 'asked', questions })
  }

  return {
    async note(thing) {
      const key = `${thing.kind} ${thing.id}`
      const begun = tallies.get(key)
      if (begun === undefined) {
        const first = begin(thing)
        tallies.set(key, first)
        // One that could not be written down is not asked, and the next tries again.
        await first.catch((error: unknown) => {
          tallies.delete(key)
          throw error
        })
        return
      }
      const tally = await begun
      tally.unwritten += 1
      if (Date.now() - tally.writtenAtMs >= EVERY_MS) await write(tally)
    },
    async close() {
      for (const tally of tallies.values()) await tally.then(write)
      tallies.clear()
    },
  }
}
