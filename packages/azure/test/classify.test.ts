import type { ErrorInfo } from '@anytune/core/driver'
import { APIConnectionError, APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { classify } from '../src/classify.ts'
import { ResourceManagerError } from '../src/resource-manager.ts'

const SECRET = 'my invoice is wrong'

/** An answer of the v1 or dated API, as the SDK makes an error of it. */
function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): APIError {
  return APIError.generate(status, { error: { code, message } }, undefined, new Headers(headers))
}

function managed(status: number, code: string, message = 'A sentence.', headers: Record<string, string> = {}) {
  return new ResourceManagerError({ status, headers: new Headers(headers) }, { code, message })
}

describe('an error of the resource', () => {
  // Statuses and codes of the dated schema (ErrorCode), of the gateway before it, and of inference.
  it.each<[number, string, string, Partial<ErrorInfo>]>([
    [400, 'invalidPayload', 'jobs.create', { code: 'invalid-argument', reached: 'yes' }],
    [401, '401', 'jobs.list', { code: 'unauthenticated', reached: 'yes', message: 'the key or token is not accepted' }],
    [401, 'unauthorized', 'jobs.list', { code: 'unauthenticated' }],
    [403, 'forbidden', 'jobs.create', { code: 'permission-denied', reached: 'yes' }],
    [404, 'notFound', 'jobs.get', { code: 'not-found' }],
    [404, '404', 'jobs.get', { code: 'not-found' }],
    [409, 'conflict', 'jobs.pause', { code: 'failed-precondition' }],
    [400, 'unexpectedEntityState', 'jobs.cancel', { code: 'failed-precondition' }],
    [400, 'jsonlValidationFailed', 'datasets.create', { code: 'dataset-invalid' }],
    [400, 'quotaExceeded', 'jobs.create', { code: 'quota-exceeded', reached: 'yes' }],
    [403, 'quotaExceeded', 'datasets.create', { code: 'quota-exceeded' }],
    [423, 'Locked', 'chat', { code: 'failed-precondition' }],
    [429, '429', 'jobs.list', { code: 'rate-limited', reached: 'yes' }],
    [429, 'tooManyRequests', 'jobs.create', { code: 'rate-limited' }],
    [500, 'internalFailure', 'jobs.create', { code: 'unavailable', reached: 'maybe' }],
    [503, 'serviceUnavailable', 'jobs.get', { code: 'unavailable', reached: 'maybe' }],
    [404, 'DeploymentNotFound', 'chat', { code: 'not-found' }],
    [400, 'DeploymentNotReady', 'chat', { code: 'unavailable', reached: 'yes' }],
  ])('%i %s in %s', (status, code, operation, expected) => {
    expect(classify(refusal(status, code, 'A sentence.'), operation)).toMatchObject({ status, ...expected })
  })

  it('tells the misleading sentence about the base model for what it may be', () => {
    const error = refusal(400, 'invalidPayload', 'The specified base model does not support fine-tuning.')
    expect(classify(error, 'jobs.create')).toMatchObject({
      message: 'The specified base model does not support fine-tuning.',
      hint: expect.stringContaining('training type is not offered'),
    })
  })

  it('carries the number of the request and the pause that is asked for', () => {
    const headers = { 'apim-request-id': 'request-1', 'retry-after': '7' }
    expect(classify(refusal(429, '429', 'Slow down.', headers), 'jobs.get')).toMatchObject({
      requestId: 'request-1',
      retryAfterMs: 7000,
    })
    expect(classify(refusal(500, 'x', 'x', { 'x-ms-request-id': 'request-2' }), 'jobs.get').requestId).toBe('request-2')
  })

  it.each([
    [400, 'jsonlValidationFailed', 'datasets.create'],
    [400, 'jsonlValidationFailed', 'jobs.create'],
    [400, 'invalidPayload', 'datasets.create'],
    [400, 'invalid_request_error', 'chat'],
    [400, 'content_filter', 'chat'],
    [401, '401', 'jobs.list'],
  ])(
    '%i %s in %s shows nothing of its sentence, which may quote rows, questions or keys',
    (status, code, operation) => {
      const info = classify(refusal(status, code, `It says ${SECRET}.`), operation)
      expect(JSON.stringify(info)).not.toContain(SECRET)
    },
  )

  it('shows no quotation anywhere', () => {
    const info = classify(refusal(400, 'invalidPayload', `The value "${SECRET}" is not allowed.`), 'jobs.create')
    expect(JSON.stringify(info)).not.toContain(SECRET)
  })
})

describe('an error of Azure Resource Manager', () => {
  it.each<[number, string, string, Partial<ErrorInfo>]>([
    [400, 'InvalidResourceProperties', 'deployments.create', { code: 'invalid-argument', reached: 'yes' }],
    [400, 'InsufficientQuota', 'deployments.create', { code: 'quota-exceeded', reached: 'yes' }],
    [401, 'InvalidAuthenticationToken', 'deployments.list', { code: 'unauthenticated' }],
    [401, 'ExpiredAuthenticationToken', 'deployments.list', { code: 'unauthenticated' }],
    [403, 'AuthorizationFailed', 'deployments.create', { code: 'permission-denied', reached: 'yes' }],
    [404, 'ResourceNotFound', 'deployments.get', { code: 'not-found' }],
    [404, 'SubscriptionNotFound', 'deployments.get', { code: 'configuration' }],
    [404, 'ResourceGroupNotFound', 'deployments.create', { code: 'configuration' }],
    [409, 'RequestConflict', 'deployments.create', { code: 'unavailable', reached: 'yes' }],
    [429, 'TooManyRequests', 'deployments.list', { code: 'rate-limited', reached: 'yes' }],
    [500, 'InternalServerError', 'deployments.create', { code: 'unavailable', reached: 'maybe' }],
  ])('%i %s in %s', (status, code, operation, expected) => {
    expect(classify(managed(status, code), operation)).toMatchObject({ status, ...expected })
  })

  it('that has no list of deployments has no such resource', () => {
    expect(classify(managed(404, 'ResourceNotFound'), 'deployments.list')).toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('subscriptionId, resourceGroup and account') as string,
    })
  })

  it('names the role that is missing', () => {
    expect(classify(managed(403, 'AuthorizationFailed'), 'deployments.create').hint).toContain('deployments/write')
  })

  it('carries the number of the request', () => {
    expect(classify(managed(500, 'x', 'x', { 'x-ms-request-id': 'request-3' }), 'deployments.get').requestId).toBe(
      'request-3',
    )
    const correlated = managed(500, 'x', 'x', { 'x-ms-correlation-request-id': 'request-4' })
    expect(classify(correlated, 'deployments.get').requestId).toBe('request-4')
  })
})

describe('an error of the connection', () => {
  it('is understood by its cause', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    expect(classify(new APIConnectionError({ cause: refused }), 'deployments.create')).toMatchObject({
      code: 'unavailable',
      reached: 'no',
    })
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(classify(new APIConnectionError({ cause: reset }), 'deployments.create')).toMatchObject({
      code: 'unavailable',
      reached: 'maybe',
    })
  })
})
