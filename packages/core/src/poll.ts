import { delay } from './retry.ts'

/** When to look again: soon after something changed, ever later while nothing does. */
export interface PollSchedule {
  readonly firstMs: number
  readonly maximumMs: number
}

const DEFAULT_POLLING: PollSchedule = { firstMs: 1000, maximumMs: 30_000 }

/** Longer nobody is waited for who only has to make, or take away, one thing. Training is watched as long as it takes. */
export const LONGEST_WAIT_MS = 60 * 60_000

const GROWTH = 1.5
/** A driver that sees changes all the time makes nobody look more often than this. */
const SHORTEST_MS = 100

/** Waits between looks. `changed`, where a driver has it, ends a wait early. */
export interface Poller {
  /** Something changed: look again soon. */
  reset(): void
  wait(options: {
    readonly signal?: AbortSignal
    readonly changed?: (signal: AbortSignal) => Promise<void>
  }): Promise<void>
}

export function createPoller(schedule: PollSchedule = DEFAULT_POLLING): Poller {
  let nextMs = schedule.firstMs
  return {
    reset() {
      nextMs = schedule.firstMs
    },
    async wait({ signal, changed }) {
      const waitMs = nextMs
      nextMs = Math.min(schedule.maximumMs, nextMs * GROWTH)
      if (changed === undefined) return delay(waitMs, signal)
      const over = new AbortController()
      const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
      const scheduled = delay(waitMs, either)
      try {
        await Promise.race([scheduled, sooner(changed, either, scheduled, Math.min(SHORTEST_MS, schedule.firstMs))])
      } finally {
        over.abort()
      }
    },
  }
}

/** A driver that cannot tell of changes leaves the waiting to the schedule. */
async function sooner(
  changed: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  scheduled: Promise<void>,
  shortestMs: number,
): Promise<void> {
  try {
    await changed(signal)
  } catch {
    return scheduled
  }
  return delay(shortestMs, signal)
}
