import type { ErrorCode, NextAction } from '@anytune/core/driver'

/** Reasons of this adapter's own, a subset of core's codes so that no table between the two can be wrong. */
export type LocalErrorCode = Extract<
  ErrorCode,
  'invalid-argument' | 'not-found' | 'already-exists' | 'failed-precondition' | 'unavailable'
>

interface LocalErrorDetails {
  readonly cause?: unknown
  readonly next?: readonly NextAction[]
}

/** What this adapter throws where a vendor's SDK would throw its own error; messages carry no row content. */
export class LocalError extends Error {
  override readonly name = 'LocalError'
  readonly code: LocalErrorCode
  readonly hint: string | undefined
  readonly next: readonly NextAction[] | undefined

  constructor(code: LocalErrorCode, message: string, hint?: string, { cause, next }: LocalErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.next = next
  }
}
