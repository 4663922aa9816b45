import type { ErrorCode, ErrorInfo, NextAction } from '@anytune/core/driver'
import { UnexpectedAnswerError } from './answers.ts'
import { connectionInfo, PROXY_LOGIN_HINT } from './connection-error.ts'
import { codeOf, headerOf, statusOf } from './http-error.ts'
import { shownText } from './shown-text.ts'
import { isObject, present, text } from './values.ts'

/** What a status means, where no code says more. */
const STATUSES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  402: 'quota-exceeded',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unsupported',
  407: 'configuration',
  408: 'timeout',
  409: 'failed-precondition',
  410: 'not-found',
  413: 'invalid-argument',
  415: 'invalid-argument',
  // The host that was reached is not the one for this request, or it came before the connection was sure: it did nothing.
  421: 'unavailable',
  422: 'invalid-argument',
  423: 'failed-precondition',
  425: 'unavailable',
  429: 'rate-limited',
  501: 'unsupported',
}

interface Meaning {
  readonly code?: ErrorCode
  readonly hint?: string
  readonly next?: readonly NextAction[]
  /** The service's sentence for this code quotes no row and no key. */
  readonly quotable?: true
}

/** What the service's own codes mean. The sentence of one that is not here is not shown: it may hold rows, or part of a key. */
const NAMED: Readonly<Record<string, Meaning>> = {
  training_not_available: {
    code: 'closed-to-new-jobs',
    quotable: true,
    hint: 'see what is left and until when, take everything with you, then plan the same request with another provider (--provider)',
    next: [{ do: 'doctor' }, { do: 'export-all' }],
  },
  insufficient_quota: {
    code: 'quota-exceeded',
    quotable: true,
    hint: 'add credit, or raise the limit of the account; waiting does not help',
  },
  billing_hard_limit_reached: {
    code: 'quota-exceeded',
    quotable: true,
    hint: 'raise the limit of the account; waiting does not help',
  },
  rate_limit_exceeded: { quotable: true },
  model_not_found: {
    code: 'not-found',
    quotable: true,
    hint: 'check the id of the model, and that the project of the key may use it',
  },
  invalid_api_key: { code: 'unauthenticated', hint: 'check the key, and that it is for this host' },
  unsupported_country_region_territory: { code: 'permission-denied', quotable: true },
  DeploymentNotReady: { code: 'unavailable', quotable: true },
}

/** Verbs that a finished job refuses, with a status that says nothing about why. */
const REFUSED_BY_STATE: ReadonlySet<string> = new Set(['jobs.cancel', 'jobs.pause', 'jobs.resume'])

/** Names an error of the `openai` package, of whichever copy of it, or of what lies below it. */
export function classifyApiError(error: unknown, operation: string): ErrorInfo {
  const status = statusOf(error)
  if (status === undefined) return error instanceof UnexpectedAnswerError ? UNEXPECTED : connectionInfo(error)
  const code = codeOf(error)
  const meaning = named(status, code, operation)
  return present({
    ...meaning,
    status,
    message: messageOf(error, status, code),
    retryAfterMs: retryAfterMs(error),
    // Azure's header is another one, which the SDK does not read.
    requestId: headerOf(error, 'x-request-id') ?? headerOf(error, 'apim-request-id'),
  })
}

const UNEXPECTED: ErrorInfo = {
  code: 'unavailable',
  reached: 'maybe',
  message: 'the answer is not what the service promises',
  hint: 'look whether something between here and the service answers in its place, such as a proxy or a login page',
}

/** What a status and the service's own code mean for an operation; for any API that answers in this way. */
export function named(
  status: number,
  code: string | undefined,
  operation: string,
): Pick<ErrorInfo, 'code' | 'reached' | 'hint' | 'next'> {
  const known = code !== undefined && Object.hasOwn(NAMED, code) ? NAMED[code] : undefined
  const byState = status === 400 && REFUSED_BY_STATE.has(operation) ? 'failed-precondition' : undefined
  const unknown = status >= 500 ? 'unavailable' : 'unknown'
  return present({
    code: known?.code ?? byState ?? STATUSES[status] ?? unknown,
    // A refusal made nothing. After anything else it is not known.
    reached: status >= 400 && status < 500 && status !== 408 ? ('yes' as const) : ('maybe' as const),
    hint: known?.hint ?? HINTS[status],
    next: known?.next,
  })
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'check the key, and that it is for this host and project',
  407: PROXY_LOGIN_HINT,
}

const NAME = /^[A-Za-z0-9_.[\]-]{1,80}$/

/** The service's words where they are safe, else its names for what is wrong: never what it quotes. */
function messageOf(error: unknown, status: number, code: string | undefined): string {
  const body = error instanceof Error && 'error' in error && isObject(error.error) ? error.error : {}
  const sentence = text(body['message'])
  const quotable = code !== undefined && Object.hasOwn(NAMED, code) && NAMED[code]?.quotable === true
  if (quotable && sentence !== undefined) return shownText(sentence)
  // Azure's gateway repeats the status as its code.
  const names = [code, text(body['param'])].filter(
    (name) => name !== undefined && name !== String(status) && NAME.test(name),
  )
  return [`${status >= 500 ? 'failed' : 'refused'} with status ${status}`, ...names].join(', ')
}

function retryAfterMs(error: unknown): number | undefined {
  const exact = Number(text(headerOf(error, 'retry-after-ms')) ?? Number.NaN)
  if (Number.isFinite(exact)) return Math.max(0, exact)
  const told = text(headerOf(error, 'retry-after'))
  if (told === undefined) return undefined
  const seconds = Number(told)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(told) - serviceNow(error)
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined
}

/** The service's own time where it tells it: this computer's clock may be another. */
function serviceNow(error: unknown): number {
  const time = Date.parse(headerOf(error, 'date') ?? '')
  return Number.isNaN(time) ? Date.now() : time
}
