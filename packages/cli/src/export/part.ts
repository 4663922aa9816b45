import type { ErrorCode } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import type { Written } from './ledger.ts'

/** What became of one thing that was to be copied. */
export type Part =
  | { readonly state: 'written'; readonly role: string; readonly id: string; readonly written: Written }
  /** The provider does not have it any more. */
  | { readonly state: 'gone'; readonly role: string; readonly id: string }
  /** The provider has no way to read it. */
  | { readonly state: 'not-offered'; readonly role: string; readonly id: string }
  | { readonly state: 'unreadable'; readonly role: string; readonly id: string; readonly error: AnytuneError }

/** After these, what comes next would fail alike, or trouble a provider that wants to be left alone. */
const STOPPING: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'rate-limited', 'quota-exceeded'])

/** Copies one thing; that it is gone, cannot be read, or may not be written over is an outcome. @throws as {@link whyNot} does. */
export async function attempt(
  role: string,
  id: string,
  signal: AbortSignal,
  copy: () => Promise<Written>,
): Promise<Part> {
  try {
    return { state: 'written', role, id, written: await copy() }
  } catch (cause) {
    return whyNot(role, id, signal, cause)
  }
}

/**
 * Why a thing was not copied.
 *
 * @throws AnytuneError what stops everything: a disk that takes nothing, a login that is none, a limit that is reached.
 */
export function whyNot(
  role: string,
  id: string,
  signal: AbortSignal,
  cause: unknown,
): Exclude<Part, { state: 'written' }> {
  signal.throwIfAborted()
  const error = understand(cause)
  if (error.code === 'not-found') return { state: 'gone', role, id }
  if (error.code === 'unsupported') return { state: 'not-offered', role, id }
  // What no provider said is about this computer; a file that somebody changed concerns that file alone.
  const local = error.provider === undefined && error.code !== 'already-exists'
  if (local || STOPPING.has(error.code)) throw cause
  return { state: 'unreadable', role, id, error }
}
