/**
 * A process of a user's program that another one kills: run with an {@link Order} as its argument and the account in its environment.
 * It tells its parent of each moment around a write to the journal, and goes on when it is told to.
 */
import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { type Decision, isAnytuneError, type Journal, sqliteJournal } from '@anytune/core'
import { writeName } from './instants.ts'
import type { Question } from './place.ts'
import { PLAN_REQUEST, program, tunerOn } from './program.ts'
import { VENDORS, type VendorName } from './vendors.ts'

export interface Order {
  readonly vendor: VendorName
  readonly inParts: boolean
  /** Where the journal is. */
  readonly state: string
  /** Path of the training dataset. */
  readonly training: string
  readonly decision?: Decision
}

/** What it tells its parent. */
export type Told =
  | { readonly kind: 'write'; readonly act: string; readonly moment: 'before' | 'after' }
  | { readonly kind: 'completed' }
  | { readonly kind: 'undecided'; readonly error: Question }
  | { readonly kind: 'failed'; readonly stack: string }

// A process that is killed leaves no cache by itself, and the next one compiles everything anew.
flushCompileCache()
// Its parent, which wrote the argument, is this package.
const order = JSON.parse(process.argv[2] ?? '') as Order
const { vendor, inParts, training, decision } = order
const journal = telling(sqliteJournal(order.state))
const tuner = tunerOn(VENDORS[vendor]({ environment: process.env, fetch: globalThis.fetch, inParts }), journal)
try {
  await program(tuner, journal, () => tuner.plan({ ...PLAN_REQUEST, training }), { ...(decision && { decision }) })
  tell({ kind: 'completed' })
} catch (error) {
  tell(
    isAnytuneError(error) && error.code === 'needs-decision'
      ? { kind: 'undecided', error: { message: error.message, hint: error.hint, next: error.next, data: error.data } }
      : { kind: 'failed', stack: error instanceof Error ? String(error.stack) : String(error) },
  )
}
await tuner.close()
process.disconnect()

function tell(told: Told): void {
  process.send?.(told)
}

/** A journal whose writer waits, before and after each write, until its parent says that it may live. */
function telling(journal: Journal): Journal {
  const around = async (act: string, write: () => Promise<void>) => {
    await allowed(act, 'before')
    await write()
    await allowed(act, 'after')
  }
  return {
    ...journal,
    create: (id, entry) => around(writeName(id, entry), () => journal.create(id, entry)),
    append: (id, entry) => around(writeName(id, entry), () => journal.append(id, entry)),
    forget: (id, step) => around(writeName(id, { type: 'forget', step }), () => journal.forget(id, step)),
  }
}

async function allowed(act: string, moment: 'before' | 'after'): Promise<void> {
  const allowance = once(process, 'message')
  tell({ kind: 'write', act, moment })
  await allowance
}
