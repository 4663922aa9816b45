import type { Attempt, Found } from '../driver.ts'
import { type Kept, type MemoryStore, visible } from './store.ts'

/**
 * What is known of an earlier attempt. `absent` is promised only by an account that keeps keys and shows new things at once.
 * Two things with one key are for the user to judge.
 */
export function foundIn<T extends Kept, S>(
  store: MemoryStore,
  records: Iterable<T>,
  attempt: Attempt,
  show: (record: T) => S,
): Found<S> {
  const seen = visible(store, records)
  const ours = seen.filter(({ key }) => key === attempt.key)
  const [only] = ours
  if (ours.length === 1 && only !== undefined) return { state: 'found', value: show(only) }
  if (ours.length === 0 && store.keepsKeys && store.listLagMs === 0) return { state: 'absent' }
  const possible =
    ours.length > 0 ? ours : seen.filter(({ key, createdAt }) => key === undefined && createdAt >= attempt.since)
  return { state: 'unsure', candidates: possible.map(({ id, createdAt }) => ({ id, createdAt })) }
}
