/** The emulator's time. Everything that a vendor dates, expires or does later goes by it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Whole seconds since 1970, as most vendors tell time. */
  seconds(): number
  /** Moves the time forward, also that of a clock that runs by itself. */
  advance(milliseconds: number): void
}

export interface ClockOptions {
  /** `system` runs by itself; `driven` stands still until it is advanced. */
  readonly kind: 'system' | 'driven'
  /** Where it starts. Default: now. */
  readonly startAt?: Date | undefined
}

/** Makes a clock. */
export function createClock({ kind, startAt = new Date() }: ClockOptions): Clock {
  const start = startAt.getTime()
  const madeAt = performance.now()
  let advanced = 0
  const now = () => start + advanced + (kind === 'system' ? Math.floor(performance.now() - madeAt) : 0)
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    advance(milliseconds) {
      if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new RangeError('a clock only moves forward')
      advanced += milliseconds
    },
  }
}
