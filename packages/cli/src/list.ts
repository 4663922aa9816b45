import { interruptible } from './interrupt.ts'
import { withTuner } from './open-tuner.ts'
import { table } from './output/table.ts'
import type { Session } from './session.ts'
import type { ListOptions, Tuner } from '@anytune/core'

/** How a list of the provider's things is printed. */
export interface Listing<T> {
  readonly open: (tuner: Tuner, options: ListOptions) => AsyncIterable<T>
  readonly limit: number
  /** One item as JSON: without the vendor's own object, which `show` prints. */
  readonly data: (item: T) => unknown
  readonly headings: readonly string[]
  readonly row: (item: T) => readonly string[]
  readonly empty: string
}

/** Prints the first items of a list, newest first; no page is fetched that is not printed. */
export async function printList<T>(session: Session, listing: Listing<T>): Promise<void> {
  const { output } = session
  const { limit, data, headings, row } = listing
  const { items, more } = await withTuner(session, (tuner) =>
    interruptible((signal) => take(listing.open(tuner, { signal, pageSize: Math.min(limit, 100) }), limit)),
  )
  if (output.json) for (const item of items) output.data(data(item))
  else if (items.length > 0) output.result(items, () => table(headings, items.map(row)))
  if (items.length === 0) output.note(listing.empty)
  if (more) output.note(`there are more; to see them: --limit ${limit * 2}`)
}

async function take<T>(list: AsyncIterable<T>, limit: number): Promise<{ items: readonly T[]; more: boolean }> {
  const items: T[] = []
  for await (const item of list) {
    if (items.length === limit) return { items, more: true }
    items.push(item)
  }
  return { items, more: false }
}
