import type { ErrorCode, ErrorInfo } from '@anytune/core/driver'
import { causesOf, classifyApiError, codeOf, headerOf, isObject, shownText } from '@anytune/openai-compatible'
import { DeploymentNotReadyError } from './chat.ts'
import { CredentialError } from './credential.ts'
import { ResourceManagerError } from './resource-manager.ts'

/** What an error of either API, of Azure Resource Manager or of an identity means. */
export function classify(error: unknown, operation: string): ErrorInfo {
  if (causesOf(error).some((cause) => cause instanceof CredentialError)) return NO_TOKEN
  if (error instanceof DeploymentNotReadyError) return { ...UNREACHABLE, message: error.message }
  const info = classifyApiError(error, operation)
  if (info.status === undefined) return info
  const meaning = meaningOf(error, info.status, operation)
  const requestId =
    info.requestId ?? headerOf(error, 'x-ms-request-id') ?? headerOf(error, 'x-ms-correlation-request-id')
  const message = sentenceOf(error, operation, meaning)
  return {
    ...info,
    ...(meaning.code && { code: meaning.code }),
    ...(meaning.hint && { hint: meaning.hint }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
  }
}

const NO_TOKEN: ErrorInfo = {
  code: 'unauthenticated',
  reached: 'no',
  message: 'the identity gave no token',
  hint: 'log in (az login), or set the variables of a service principal or managed identity',
}

interface Meaning {
  readonly code?: ErrorCode
  readonly hint?: string
  /** Its sentence may quote rows, questions or keys: it is not shown. */
  readonly secret?: true
  /** What is said in the place of its sentence. */
  readonly instead?: string
}

/** The dated schema's codes, which both APIs send. */
type DatedCode =
  | 'conflict'
  | 'invalidPayload'
  | 'forbidden'
  | 'notFound'
  | 'unexpectedEntityState'
  | 'itemDoesAlreadyExist'
  | 'serviceUnavailable'
  | 'internalFailure'
  | 'quotaExceeded'
  | 'jsonlValidationFailed'
  | 'fileImportFailed'
  | 'tooManyRequests'
  | 'unauthorized'
  | 'contentFilter'

const QUOTA: Meaning = {
  code: 'quota-exceeded',
  hint: 'delete what is no longer used (jobs, files, deployments), or ask for more quota in the portal',
}
const DATED: Readonly<Record<DatedCode, Meaning>> = {
  conflict: { code: 'failed-precondition' },
  invalidPayload: {},
  forbidden: {
    code: 'permission-denied',
    hint: 'give the identity a role that may train on the resource, such as Foundry User',
  },
  notFound: { code: 'not-found' },
  unexpectedEntityState: { code: 'failed-precondition' },
  itemDoesAlreadyExist: { code: 'already-exists' },
  serviceUnavailable: { code: 'unavailable' },
  internalFailure: { code: 'unavailable' },
  quotaExceeded: QUOTA,
  jsonlValidationFailed: { code: 'dataset-invalid', secret: true },
  fileImportFailed: { code: 'invalid-argument', secret: true },
  tooManyRequests: { code: 'rate-limited' },
  unauthorized: { code: 'unauthenticated', secret: true },
  contentFilter: { code: 'invalid-argument', secret: true },
}

/** The service refused, and did nothing: it may be asked again. */
const UNREACHABLE = {
  code: 'unavailable',
  reached: 'yes',
  hint: 'wait some minutes; if it stays so, undeploy it and deploy again',
} as const
const NOT_THERE = {
  code: 'configuration',
  hint: 'check subscriptionId, resourceGroup and account: they must be those of the resource in endpoint',
} as const satisfies Meaning
const NOT_ALLOWED: Meaning = {
  code: 'permission-denied',
  hint: 'give the identity a role on the resource: Reader to look, one with Microsoft.CognitiveServices/accounts/deployments/write (such as Foundry Owner) to deploy',
}
const EXPIRED_TOKEN: Meaning = { code: 'unauthenticated', hint: 'log in again, or give another token', secret: true }
const BUSY: Meaning = {
  code: 'unavailable',
  hint: 'another change of the resource is under way: try again in a minute',
}

/** Codes of inference and of Azure Resource Manager. */
const OTHERS = {
  DeploymentNotReady: { code: UNREACHABLE.code, hint: UNREACHABLE.hint },
  DeploymentNotFound: {
    code: 'not-found',
    hint: 'check the name of the deployment; one that was made in the last minutes may not be reachable yet',
  },
  content_filter: { code: 'invalid-argument', secret: true },
  InsufficientQuota: QUOTA,
  QuotaExceeded: QUOTA,
  RequestConflict: BUSY,
  AnotherOperationInProgress: BUSY,
  AuthorizationFailed: NOT_ALLOWED,
  LinkedAuthorizationFailed: NOT_ALLOWED,
  InvalidAuthenticationToken: EXPIRED_TOKEN,
  InvalidAuthenticationTokenTenant: EXPIRED_TOKEN,
  ExpiredAuthenticationToken: EXPIRED_TOKEN,
  SubscriptionNotFound: NOT_THERE,
  ResourceGroupNotFound: NOT_THERE,
  ParentResourceNotFound: NOT_THERE,
} as const satisfies Readonly<Record<string, Meaning>>

/** Hints for what a status means here, where no code says more. */
const BY_OPERATION: Readonly<Record<string, Readonly<Record<number, Meaning>>>> = {
  'jobs.create': {
    400: {
      hint: 'check base model and numbers; the service also answers so, and says the model cannot be tuned, where the training type is not offered for the model in this region',
    },
  },
  // The list of a resource that is there may be empty.
  'deployments.list': { 404: { hint: NOT_THERE.hint } },
  chat: { 423: { code: 'failed-precondition', hint: 'the deployment is paused: resume it in the portal' } },
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: {
    hint: 'check that key or identity are for the resource in endpoint',
    secret: true,
    instead: 'the key or token is not accepted',
  },
}

const BY_CODE: ReadonlyMap<string, Meaning> = new Map(Object.entries({ ...OTHERS, ...DATED }))

/** What the code says goes before what the status says. */
function meaningOf(error: unknown, status: number, operation: string): Meaning {
  return { ...BY_STATUS[status], ...BY_OPERATION[operation]?.[status], ...BY_CODE.get(codeOf(error) ?? '') }
}

/** Operations whose refusals may quote what was sent: rows or questions. */
const SENDS_CONTENT = /^(?:datasets\.create|chat)\b/

/** The vendor's sentence without what it quotes; undefined where it may hold content, a key or a token. */
function sentenceOf(error: unknown, operation: string, { secret, instead }: Meaning): string | undefined {
  if (secret === true) return instead
  const sentence = error instanceof ResourceManagerError ? error.message : bodyOf(error)['message']
  if (typeof sentence !== 'string' || sentence === '') return undefined
  const known = Object.hasOwn(OTHERS, codeOf(error) ?? '')
  return SENDS_CONTENT.test(operation) && !known ? undefined : shownText(sentence)
}

function bodyOf(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof Error && 'error' in error && isObject(error.error) ? error.error : {}
}
