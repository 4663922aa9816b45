/** Names the errors of the AWS clients, by their names: several copies of a package make `instanceof` lie. */
import type { ErrorCode, ErrorInfo } from '@anytune/core/driver'
import { z } from 'zod'
import { present } from './shared.ts'

const failureSchema = z.object({
  name: z.string(),
  code: z.string().optional(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional(), requestId: z.string().optional() }).optional(),
})

const CODES: Readonly<Record<string, ErrorCode>> = {
  AccessDeniedException: 'permission-denied',
  AccessDenied: 'permission-denied',
  ExpiredTokenException: 'unauthenticated',
  UnrecognizedClientException: 'unauthenticated',
  CredentialsProviderError: 'unauthenticated',
  ConflictException: 'failed-precondition',
  PreconditionFailed: 'already-exists',
  ResourceNotFoundException: 'not-found',
  NotFound: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchUpload: 'not-found',
  ServiceQuotaExceededException: 'quota-exceeded',
  ThrottlingException: 'rate-limited',
  SlowDown: 'rate-limited',
  TooManyTagsException: 'invalid-argument',
  ValidationException: 'invalid-argument',
  ModelNotReadyException: 'unavailable',
  TimeoutError: 'timeout',
}
const OWN_EARLIER = new Set(['ConflictException', 'ConditionalRequestConflict', 'NoSuchUpload'])
/** Credentials are read before anything is sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'CredentialsProviderError'])

export function classify(error: unknown, operation: string): ErrorInfo {
  const failure = failureSchema.safeParse(error).data
  if (failure === undefined) return { code: 'unknown', reached: 'maybe' }
  const { name, code = '', message, $metadata: { httpStatusCode: status, requestId } = {} } = failure
  // What stands in the way of an attempt's own name, or has ended its own upload, is its own earlier request, come through late.
  const meaning = operation.endsWith('.create') && OWN_EARLIER.has(name) ? 'already-exists' : CODES[name]
  if (status === undefined) {
    const reached = NEVER_SENT.has(code) || NEVER_SENT.has(name) ? 'no' : 'maybe'
    return { code: meaning ?? 'unavailable', reached }
  }
  const reached = status >= 500 ? 'maybe' : 'yes'
  const words = operation.startsWith('jobs.') || operation.startsWith('deployments.') ? message : undefined
  const named = meaning ?? (status >= 500 ? 'unavailable' : 'unknown')
  return present({ code: named, reached, status, requestId, message: words } as const)
}

/** True for the answer to a thing that is not there. */
export function isMissing(error: unknown): boolean {
  return classify(error, 'get').code === 'not-found'
}
