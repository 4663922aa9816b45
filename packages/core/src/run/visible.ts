import type { Calls } from '../calls.ts'
import type { Context } from '../driver.ts'
import { isAnytuneError } from '../errors.ts'
import { createPoller } from '../poll.ts'

/** No vendor promises that what it has just made can be read at once. */
export const VISIBLE_WITHIN_MS = 30_000

/** Reads a thing that we know was made: `not-found` is believed only after a while, or from `until` on. */
export async function whenVisible<T>(
  calls: Calls,
  operation: string,
  read: (context: Context) => Promise<T>,
  signal: AbortSignal | undefined,
  until = Date.now() + VISIBLE_WITHIN_MS,
): Promise<T> {
  const poller = createPoller(calls.driver.polling)
  for (;;) {
    try {
      return await calls.read(operation, read, signal)
    } catch (error) {
      if (!isAnytuneError(error) || error.code !== 'not-found' || Date.now() >= until) throw error
    }
    await poller.wait({ ...(signal && { signal }) })
  }
}
