import type { NextAction } from './next-action.ts'

/** What went wrong, as a closed set: act on the code, never on the message. */
export type ErrorCode =
  | 'invalid-argument'
  | 'unsupported'
  | 'configuration'
  | 'policy-refused'
  | 'dataset-invalid'
  | 'needs-decision'
  | 'unauthenticated'
  | 'permission-denied'
  | 'closed-to-new-jobs'
  | 'not-found'
  | 'already-exists'
  | 'failed-precondition'
  | 'rate-limited'
  | 'quota-exceeded'
  | 'unavailable'
  | 'timeout'
  | 'job-failed'
  | 'unknown'

/** Whether the same call may succeed later without anything being changed. */
export const RETRYABLE: Readonly<Record<ErrorCode, boolean>> = {
  'invalid-argument': false,
  unsupported: false,
  configuration: false,
  'policy-refused': false,
  'dataset-invalid': false,
  'needs-decision': false,
  unauthenticated: false,
  'permission-denied': false,
  'closed-to-new-jobs': false,
  'not-found': false,
  'already-exists': false,
  'failed-precondition': false,
  'rate-limited': true,
  'quota-exceeded': false,
  unavailable: true,
  timeout: true,
  'job-failed': false,
  unknown: false,
}

/** What to do next, where nobody who knows more says it. */
export const DEFAULT_HINTS: Readonly<Record<ErrorCode, string>> = {
  'invalid-argument': 'mend what the message names, and try again',
  unsupported: 'choose a provider that has it, or do without it',
  configuration: 'mend the configuration',
  'policy-refused': 'look at what the policy demands, or choose a provider that satisfies it',
  'dataset-invalid': 'look at the rows, and mend those that cannot be used',
  'needs-decision': 'look at the provider; if it was made, take it as ours, and if it was not, have it made again',
  unauthenticated: 'check the key or the login, and that it is for this account',
  'permission-denied': 'ask the account for the permission that the message names',
  'closed-to-new-jobs': 'choose another provider: this one takes no new jobs',
  'not-found': 'check the id, and that it is of this account and region',
  'already-exists': 'choose another name, or use the one that exists',
  'failed-precondition': 'look at the state it is in',
  'rate-limited': 'wait, then try again',
  'quota-exceeded': 'free what is no longer used, or ask the provider for more',
  unavailable: 'try again later',
  timeout: 'try again later',
  'job-failed': 'mend what the reason says, and plan again',
  unknown: 'look at the cause',
}

export interface ErrorDetails {
  /** What to do next, as one sentence for people. */
  readonly hint?: string
  /** What can be done next, as data, in the order of the hint. */
  readonly next?: readonly NextAction[]
  readonly provider?: string
  /** The driver operation, such as `jobs.create`. */
  readonly operation?: string
  /** HTTP status. */
  readonly status?: number
  readonly requestId?: string
  readonly retryAfterMs?: number
  readonly cause?: unknown
  /** Further facts as JSON: rejected rows by line and rule, candidates of an unsure create, the fields refused. */
  readonly data?: Readonly<Record<string, unknown>>
}

const BRAND = Symbol.for('@anytune/core/error')

/** The one error of anytune. It never carries row content, keys or tokens. */
export class AnytuneError extends Error {
  override readonly name = 'AnytuneError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly hint: string | undefined
  readonly next: readonly NextAction[] | undefined
  readonly provider: string | undefined
  readonly operation: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retryable = RETRYABLE[code]
    this.hint = details.hint
    this.next = details.next
    this.provider = details.provider
    this.operation = details.operation
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
    this.data = details.data
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** The error as data, for `--json` and logs; the cause stays out of it. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { code, message, hint, next, provider, operation, status, requestId, retryable, retryAfterMs, data } = this
    const all = { code, message, hint, next, provider, operation, status, requestId, retryable, retryAfterMs, data }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  }
}

/** The same error with further facts. */
export function withData(error: AnytuneError, data: Readonly<Record<string, unknown>>): AnytuneError {
  return changed(error, { data: { ...error.data, ...data } })
}

/** Something to do next: the clause for people, and the actions. */
export interface Advice {
  readonly hint: string
  readonly next: readonly NextAction[]
}

/** The same error with more to do next. */
export function withAdvice(error: AnytuneError, more: Advice): AnytuneError {
  const hint = error.hint === undefined ? more.hint : `${error.hint}; ${more.hint}`
  return changed(error, { hint, next: [...(error.next ?? []), ...more.next] })
}

function changed(error: AnytuneError, change: Pick<ErrorDetails, 'hint' | 'next' | 'data'>): AnytuneError {
  const { code, message, hint, next, provider, operation, status, requestId, retryAfterMs, cause, data } = error
  const details = { hint, next, provider, operation, status, requestId, retryAfterMs, cause, data, ...change }
  const known = Object.entries(details).filter(([, value]) => value !== undefined)
  return new AnytuneError(code, message, Object.fromEntries(known))
}

/** True for an error of anytune, also when another copy of the package made it. */
export function isAnytuneError(error: unknown): error is AnytuneError {
  return typeof error === 'object' && error !== null && BRAND in error
}
