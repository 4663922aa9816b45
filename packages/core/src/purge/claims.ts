import type { Claim, Journal } from '../operation/journal.ts'

/** Keeps other processes from an operation of the journal for as long as a purge is at work. */
export type Hold = (id: string) => Promise<void>

/** Claims that are released together, each taken once. */
export function claimsOf(journal: Journal): { readonly hold: Hold; release(): Promise<void> } {
  const claims = new Map<string, Claim>()
  return {
    async hold(id) {
      if (!claims.has(id)) claims.set(id, await journal.claim(id))
    },
    async release() {
      for (const claim of claims.values()) await claim.release()
      claims.clear()
    },
  }
}
