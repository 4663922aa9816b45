/**
 * Google's REST APIs by plain fetch, with types written by hand from the v1beta1 discovery document (revision 20260920) and
 * storage v1 (20260911). `@google-cloud/aiplatform` is not used: it weighs 115 MB, its protos lack `preferenceOptimizationSpec`,
 * and what its protos lack it drops silently.
 */
import type { ErrorCode, ErrorInfo } from '@anytune/core/driver'
import { z } from 'zod'
import { present } from './shared.ts'

export interface Google {
  readonly fetch: typeof fetch
  /** An access token for `https://www.googleapis.com/auth/cloud-platform`. */
  readonly token: () => Promise<string>
}

/** Sends one request. `T` is what the discovery document says of the answer; every member of it is optional there and here. */
export async function call<T>(google: Google, method: string, url: string, signal: AbortSignal, body?: object) {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const response = await google.fetch(url, present({ method, signal, headers: await headersOf(google), body: text }))
  const answered = await bodyOf(response)
  if (!response.ok) throw new GoogleError(response, answered)
  // The vendor's schema vouches for it.
  return answered as T
}

/** `?a=1&b=2` of what is present. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  return `?${query.toString()}`
}

export async function headersOf(google: Google): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await google.token()}`, 'content-type': 'application/json' }
}

/** The answer's JSON; undefined when it has none, such as a proxy's page. */
export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const failureSchema = z.object({ error: z.object({ message: z.string().optional(), status: z.string().optional() }) })

/** A refusal of a Google API. */
export class GoogleError extends Error {
  override readonly name = 'GoogleError'
  readonly status: number
  /** A canonical code's name, such as `NOT_FOUND`; Cloud Storage sends none. */
  readonly reason: string | undefined
  readonly retryAfterMs: number | undefined
  constructor(response: Response, body: unknown) {
    const { message, status } = failureSchema.safeParse(body).data?.error ?? {}
    super(message ?? response.statusText)
    this.status = response.status
    this.reason = status
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof GoogleError && (error.status === 404 || error.status === 410)
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'already-exists',
  410: 'not-found',
  412: 'already-exists',
  429: 'rate-limited',
  504: 'timeout',
}
const REASONS: Readonly<Record<string, ErrorCode>> = {
  FAILED_PRECONDITION: 'failed-precondition',
  ABORTED: 'unavailable',
  ALREADY_EXISTS: 'already-exists',
}
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])
const causeSchema = z.object({ cause: z.object({ code: z.string() }) })

export function classify(error: unknown, operation: string): ErrorInfo {
  if (!(error instanceof GoogleError)) {
    const cause = causeSchema.safeParse(error).data?.cause.code ?? ''
    if (NEVER_SENT.has(cause)) return { code: 'unavailable', reached: 'no' }
    return { code: error instanceof TypeError ? 'unavailable' : 'unknown', reached: 'maybe' }
  }
  const { status, reason = '', retryAfterMs } = error
  const code = REASONS[reason] ?? CODES[status] ?? (status >= 500 ? 'unavailable' : 'unknown')
  const words = operation.startsWith('jobs.') || operation.startsWith('deployments.') ? error.message : undefined
  return present({ code, reached: status >= 500 ? 'maybe' : 'yes', status, retryAfterMs, message: words } as const)
}

export interface Operation {
  readonly name?: string
  readonly done?: boolean
  readonly metadata?: { readonly '@type'?: string }
  readonly error?: { readonly code?: number; readonly message?: string }
}
