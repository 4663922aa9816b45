/** The time of an in-memory account; `advance` moves it forward, so that a test never has to wait. */
export interface MemoryClock {
  now(): Date
  /** Moves time forward by this many milliseconds and wakes whoever waits. */
  advance(ms: number): void
  /** Wakes whoever waits, without moving time: something was done to the account. */
  wake(): void
  /** Resolves when `at` is reached, when time was moved, when something was done, or when the signal aborts. */
  wait(at: Date | undefined, signal: AbortSignal): Promise<void>
}

/** `system` follows the computer's clock; `manual` stands still until it is advanced. */
export function makeClock(kind: 'system' | 'manual'): MemoryClock {
  const start = Date.now()
  const sleepers = new Set<() => void>()
  let advancedMs = 0
  const nowMs = () => (kind === 'manual' ? start : Date.now()) + advancedMs
  const wake = () => {
    for (const rouse of sleepers) rouse()
  }
  return {
    now: () => new Date(nowMs()),
    advance(ms) {
      advancedMs += ms
      wake()
    },
    wake,
    wait(at, signal) {
      const timed = kind === 'system' && at !== undefined ? at.getTime() - nowMs() : undefined
      return sleep(sleepers, timed, signal)
    },
  }
}

function sleep(sleepers: Set<() => void>, ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(rouse, Math.max(0, ms))
    function rouse(): void {
      clearTimeout(timer)
      sleepers.delete(rouse)
      signal.removeEventListener('abort', rouse)
      resolve()
    }
    sleepers.add(rouse)
    signal.addEventListener('abort', rouse, { once: true })
  })
}
