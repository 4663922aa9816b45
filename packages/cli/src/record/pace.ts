import { setTimeout as sleep } from 'node:timers/promises'

/** How fast questions may be sent, by all who ask together. */
export interface Pace {
  /** Resolves when the next question may be sent. @throws the signal's reason once aborted. */
  turn(signal: AbortSignal): Promise<void>
  /** Nobody sends for this long: the provider had to be asked twice, and all ask the same one. */
  hold(milliseconds: number): void
}

/** Time as the pace sees it; a test brings its own. */
export interface PaceClock {
  now(): number
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

const SYSTEM: PaceClock = {
  now: () => performance.now(),
  async wait(milliseconds, signal) {
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
  },
}

/** Evenly spaced turns, at most `perMinute`; without it only `hold` makes anybody wait. */
export function createPace(perMinute: number | undefined, clock: PaceClock = SYSTEM): Pace {
  const spacing = perMinute === undefined ? 0 : 60_000 / perMinute
  let next = clock.now()
  return {
    async turn(signal) {
      for (;;) {
        signal.throwIfAborted()
        const now = clock.now()
        if (next <= now) {
          // Turns that nobody took are gone: a pause is not made up for by a burst.
          next = now + spacing
          return
        }
        await clock.wait(next - now, signal)
      }
    },
    hold(milliseconds) {
      next = Math.max(next, clock.now() + milliseconds)
    },
  }
}
