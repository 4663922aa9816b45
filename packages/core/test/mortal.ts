import type { Claim, Journal } from '../src/index.ts'
import type { MemoryDriver } from '../src/memory.ts'

/** A process that dies: its driver and its journal do nothing from then on, and nobody hears of what was under way. */
export interface Mortal {
  readonly driver: MemoryDriver
  readonly journal: Journal
  /** Rejects when the process dies. */
  readonly death: Promise<never>
}

export class Death extends Error {}

/**
 * Lets a process live for a number of acts, each a call of the driver or of the journal. It dies before the next one, or
 * `after` it was done and before anybody heard so.
 */
export function mortal(driver: MemoryDriver, journal: Journal, acts: number, when: 'before' | 'after'): Mortal {
  const { promise: death, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting for it.
  death.catch(() => {})
  const claims = new Set<Claim>()
  let left = acts
  let dead = false
  const act = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!dead && left-- > 0) return work()
    if (!dead && when === 'after') await work()
    dead = true
    // The operating system lets go of what a dead process held.
    for (const claim of claims) await claim.release()
    reject(new Death('the process died'))
    return new Promise(() => {})
  }
  /** The same part, each of its functions an act. */
  const acting = <Part extends object>(part: Part): Part =>
    Object.fromEntries(
      Object.entries(part).map(([name, call]) => [name, (...given: unknown[]) => act(() => call.apply(part, given))]),
      // As the part: it has the same functions.
    ) as Part
  return {
    driver: {
      ...driver,
      datasets: { ...acting(driver.datasets), read: driver.datasets.read.bind(driver.datasets) },
      jobs: acting(driver.jobs),
      models: acting(driver.models),
      deployments: acting(driver.deployments),
    },
    journal: {
      ...journal,
      create: (id, entry) => act(() => journal.create(id, entry)),
      append: (id, entry) => act(() => journal.append(id, entry)),
      forget: (id, step) => act(() => journal.forget(id, step)),
      claim: (id) =>
        act(async () => {
          const claim = await journal.claim(id)
          claims.add(claim)
          return claim
        }),
    },
    death,
  }
}
