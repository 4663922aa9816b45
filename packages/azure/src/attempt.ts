import type { PreflightCheck } from '@anytune/core/driver'
import { classify } from './classify.ts'

/** What a look at the resource found, or why it was refused. */
export type Attempted<T> =
  | { readonly value: T }
  | { readonly failed: Omit<PreflightCheck, 'id' | 'result'> & { readonly result: 'failed' } }

/** Refusals become checks; what may pass by itself is thrown, so that it is asked again. */
export async function attempt<T>(look: () => Promise<T>, signal: AbortSignal): Promise<Attempted<T>> {
  try {
    return { value: await look() }
  } catch (error) {
    signal.throwIfAborted()
    const { code, message = code, hint } = classify(error, 'preflight')
    if (PASSING.has(code)) throw error
    return { failed: { result: 'failed', message, ...(hint !== undefined && { hint }) } }
  }
}

const PASSING: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'rate-limited'])
