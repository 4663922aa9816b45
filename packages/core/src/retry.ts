import { setTimeout as sleep } from 'node:timers/promises'

/** How often a call that may be repeated is repeated. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number
  /** The wait before the second call is between half of this and this; it doubles from call to call. */
  readonly firstMs: number
  readonly maximumMs: number
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, firstMs: 500, maximumMs: 20_000 }

/** A vendor that asks for a longer pause than this gets no pause but an error the caller can act on. */
const LONGEST_RETRY_AFTER_MS = 120_000

/** What to do about an error: give up, or try again, not before `afterMs` when the vendor said so. */
export type RetryDecision = 'stop' | { readonly afterMs?: number }

/** Waits; an abort rejects with the signal's own reason. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** Calls until it succeeds, `decide` says stop, or the attempts are used up; then the last error is thrown. */
export async function retry<T>(
  call: () => Promise<T>,
  options: {
    readonly policy?: RetryPolicy
    readonly signal?: AbortSignal
    readonly decide: (error: unknown) => RetryDecision
  },
): Promise<T> {
  const { policy = DEFAULT_RETRY, signal, decide } = options
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      signal?.throwIfAborted()
      const decision = attempt < policy.attempts ? decide(error) : 'stop'
      if (decision === 'stop' || !isBearable(decision.afterMs)) throw error
      await delay(pauseMs(policy, attempt, decision.afterMs), signal)
    }
  }
}

/** False for a pause so long that the caller must hear of it instead. */
export function isBearable(retryAfterMs: number | undefined): boolean {
  return (retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS
}

/** The wait before the next call: as the vendor says, and no shorter than it would be without a word, for many say zero. */
export function pauseMs(policy: RetryPolicy, attempt: number, retryAfterMs: number | undefined): number {
  return Math.max(retryAfterMs ?? 0, backoffMs(policy, attempt))
}

/** Doubling, with jitter, so that many clients that failed together do not come back together. */
export function backoffMs(policy: RetryPolicy, attempt: number): number {
  const full = Math.min(policy.maximumMs, policy.firstMs * 2 ** (attempt - 1))
  return full / 2 + (Math.random() * full) / 2
}
