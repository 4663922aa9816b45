import type { JournalEntry } from '@anytune/core'

/**
 * A moment around an act. `before`: nothing of it was done; `after`: it was done, and nobody heard so; `late`: a request was under
 * way when its process died, and does what it asks for when the next process has looked for it.
 */
export type Moment = 'before' | 'after' | 'late'

/** Where a process dies: at the `nth` time, counted from 1, that it comes to this moment of this act. */
export interface Instant {
  /** An operation of the vendor such as `jobs.create`, or a write to the journal such as `journal: done job`. */
  readonly act: string
  readonly nth: number
  readonly moment: Moment
}

/** Counts how often each moment of each act was come to. */
export function countInstants(): (act: string, moment: Moment) => Instant {
  const counts = new Map<string, number>()
  return (act, moment) => {
    const key = `${moment} ${act}`
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return { act, nth, moment }
  }
}

export function sameInstant(one: Instant, other: Instant): boolean {
  return one.act === other.act && one.nth === other.nth && one.moment === other.moment
}

export function describeInstant({ act, nth, moment }: Instant): string {
  return `${moment} ${act}${nth === 1 ? '' : `, time ${nth}`}`
}

/** The name of a write to the journal; the kind of operation, `run` or `deploy`, begins its id. */
export function writeName(operation: string, entry: JournalEntry | { readonly type: 'forget'; readonly step: string }) {
  return `journal: ${entry.type} ${'step' in entry ? entry.step : operation.split('-')[0]}`
}
