import type { Claim, Journal } from '@anytune/core'
import { countInstants, describeInstant, type Instant, type Moment, writeName } from './instants.ts'
import type { Sender } from './place.ts'

/** A process in this one, that dies where it is told to: nothing that it does afterwards reaches its journal or its vendor. */
export interface Mortal extends Sender {
  readonly journal: Journal
  readonly fetch: typeof globalThis.fetch
  /** Aborted when it dies. */
  readonly signal: AbortSignal
  /** The moments that it came to, in their order. */
  readonly instants: readonly Instant[]
  /** Where it died. */
  diedAt(): Instant | undefined
  /** Resolves when the vendor has done whatever it was asked by this process, but for a request that is late. */
  stilled(): Promise<void>
  /** Lets the late request do what it asks for. */
  arriveLate(): Promise<void>
}

class Death extends Error {}

/** Lets a process live on a journal until `dies` says so of a moment that it has come to. */
export function mortal(journal: Journal, dies: (instant: Instant) => boolean = () => false): Mortal {
  const instants: Instant[] = []
  const count = countInstants()
  const dying = new AbortController()
  const { promise: death, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting for it.
  death.catch(() => {})
  const late = Promise.withResolvers<void>()
  const claims = new Set<Claim>()
  const underWay = new Set<Promise<unknown>>()
  let diedAt: Instant | undefined
  let isLate = false

  /** Comes to a moment; true when it is the last. */
  const comeTo = (act: string, moment: Moment): boolean => {
    const instant = count(act, moment)
    instants.push(instant)
    if (!dies(instant)) return false
    diedAt = instant
    const reason = new Death(`the process died ${describeInstant(instant)}`)
    dying.abort(reason)
    reject(reason)
    return true
  }
  const alive = () => {
    if (diedAt !== undefined) throw dying.signal.reason
  }
  /** A write to the journal. */
  const writes = async (act: string, write: () => Promise<void>): Promise<void> => {
    alive()
    if (comeTo(act, 'before')) return death
    await write()
    alive()
    if (comeTo(act, 'after')) return death
  }
  const reads = async <T>(read: () => Promise<T>): Promise<T> => {
    alive()
    const told = await read()
    alive()
    return told
  }

  return {
    signal: dying.signal,
    instants,
    diedAt: () => diedAt,
    journal: {
      create: (id, entry) => writes(writeName(id, entry), () => journal.create(id, entry)),
      append: (id, entry) => writes(writeName(id, entry), () => journal.append(id, entry)),
      forget: (id, step) => writes(writeName(id, { type: 'forget', step }), () => journal.forget(id, step)),
      read: (id) => reads(() => journal.read(id)),
      list: () => reads(() => journal.list()),
      async claim(id) {
        const claim = await reads(() => journal.claim(id))
        claims.add(claim)
        return {
          async release() {
            // The next process may hold it by now.
            if (claims.delete(claim)) await claim.release()
          },
        }
      },
      close: () => journal.close(),
    },
    async fetch(input, init) {
      alive()
      // Without the signal: what is on its way arrives, whoever has died since.
      const answer = globalThis.fetch(input, { ...init, signal: null })
      const over = answer.then(
        () => void underWay.delete(over),
        () => void underWay.delete(over),
      )
      underWay.add(over)
      return Promise.race([answer, death])
    },
    async onRequest(phase, { operation, method }) {
      if (diedAt !== undefined) return
      if (phase === 'before' && method !== 'GET' && comeTo(operation, 'late')) {
        isLate = true
        return late.promise
      }
      // What it throws breaks the connection.
      if (comeTo(operation, phase)) return death
    },
    async stilled() {
      // The operating system lets go of what a dead process held.
      for (const claim of claims) if (claims.delete(claim)) await claim.release()
      while (underWay.size > (isLate ? 1 : 0)) await Promise.race(underWay)
    },
    async arriveLate() {
      late.resolve()
      await Promise.all(underWay)
    },
  }
}
