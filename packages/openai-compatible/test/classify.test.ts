import { classifyApiError, makeClient, UnexpectedAnswerError } from '@anytune/openai-compatible'
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { describe, expect, it } from 'vitest'

const SENTENCE = 'a sentence about "Anna Schmidt"'

function answered(status: number, error: object = {}, headers: Readonly<Record<string, string>> = {}): APIError {
  return APIError.generate(status, { error: { message: SENTENCE, ...error } }, undefined, new Headers(headers))
}

function broken(code: string): APIConnectionError {
  const cause = Object.assign(new Error('low'), { code })
  return new APIConnectionError({ cause: new TypeError('fetch failed', { cause }) })
}

describe('an answer that refuses', () => {
  it.each([
    [400, 'jobs.create', 'invalid-argument', 'yes'],
    [401, 'jobs.create', 'unauthenticated', 'yes'],
    [403, 'jobs.create', 'permission-denied', 'yes'],
    [404, 'jobs.get', 'not-found', 'yes'],
    [405, 'jobs.pause', 'unsupported', 'yes'],
    [408, 'jobs.create', 'timeout', 'maybe'],
    [409, 'models.delete', 'failed-precondition', 'yes'],
    [421, 'jobs.create', 'unavailable', 'yes'],
    [422, 'jobs.create', 'invalid-argument', 'yes'],
    [425, 'jobs.create', 'unavailable', 'yes'],
    [429, 'jobs.create', 'rate-limited', 'yes'],
    [500, 'jobs.create', 'unavailable', 'maybe'],
    [502, 'jobs.create', 'unavailable', 'maybe'],
    [503, 'jobs.create', 'unavailable', 'maybe'],
    [520, 'jobs.create', 'unavailable', 'maybe'],
    [400, 'jobs.cancel', 'failed-precondition', 'yes'],
    [400, 'jobs.pause', 'failed-precondition', 'yes'],
    [418, 'jobs.get', 'unknown', 'yes'],
    [302, 'jobs.create', 'unknown', 'maybe'],
  ])('%i of %s is %s; reached: %s', (status, operation, code, reached) => {
    expect(classifyApiError(answered(status), operation)).toMatchObject({ code, reached, status })
  })

  it('of an organisation that may make no more jobs names the way out', () => {
    const message =
      'OpenAI is winding down the fine-tuning platform and your organization is no longer able to create jobs.'
    const info = classifyApiError(answered(403, { code: 'training_not_available', message }), 'jobs.create')
    expect(info).toMatchObject({ code: 'closed-to-new-jobs', reached: 'yes', message })
    expect(info.hint).toContain('--provider')
    expect(info.next).toEqual([{ do: 'doctor' }, { do: 'export-all' }])
  })

  it('for want of credit is no reason to wait', () => {
    const info = classifyApiError(answered(429, { code: 'insufficient_quota' }), 'jobs.create')
    expect(info).toMatchObject({ code: 'quota-exceeded', reached: 'yes' })
  })

  it('is known from another copy of the package, too', () => {
    const foreign = Object.assign(new Error('403 no'), { status: 403, code: 'training_not_available', headers: {} })
    expect(classifyApiError(foreign, 'jobs.create')).toMatchObject({ code: 'closed-to-new-jobs', status: 403 })
  })
})

describe('what is said of an answer', () => {
  it('is the service’s sentence only for codes whose sentences hold no rows, and never a quotation in it', () => {
    const message = 'The model "Anna Schmidt" does not exist'
    const info = classifyApiError(answered(404, { code: 'model_not_found', message }), 'models.get')
    expect(info.message).toBe('The model "…" does not exist')
  })

  it.each([
    [400, {}],
    [400, { code: 'invalid_file_format', param: 'training_file' }],
    [401, { code: 'invalid_api_key', message: 'Incorrect API key provided: sk-abcdefgh.' }],
    [400, { code: 'Anna Schmidt is ill', param: 'Anna Schmidt, at home' }],
    [500, { message: SENTENCE }],
  ])('is in our words otherwise: %i %j', (status, error) => {
    const { message, hint } = classifyApiError(answered(status, error), 'jobs.create')
    expect(message).toContain(String(status))
    expect(`${message} ${hint}`).not.toMatch(/Anna|sk-/)
  })

  it('names the field and the code that the service names', () => {
    const error = answered(400, { code: 'invalid_value', param: 'method.supervised.hyperparameters.n_epochs' })
    expect(classifyApiError(error, 'jobs.create').message).toBe(
      'refused with status 400, invalid_value, method.supervised.hyperparameters.n_epochs',
    )
  })

  it('does not name the status twice where it is the code, too', () => {
    const info = classifyApiError(answered(400, { code: '400', param: 'suffix' }), 'jobs.create')
    expect(info.message).toBe('refused with status 400, suffix')
  })

  it.each([{ 'x-request-id': 'req_1' }, { 'apim-request-id': 'req_1' }])('has the request’s id: %j', (headers) => {
    expect(classifyApiError(answered(500, {}, headers), 'jobs.get').requestId).toBe('req_1')
  })
})

describe('the pause that is asked for', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after-ms': '', 'retry-after': '1' }, 1000],
    // By the service's clock, wherever this one stands.
    [{ 'retry-after': 'Fri, 01 Jan 2100 00:00:30 GMT', date: 'Fri, 01 Jan 2100 00:00:00 GMT' }, 30_000],
    [{}, undefined],
  ])('%j is %s ms', (headers, ms) => {
    expect(classifyApiError(answered(429, {}, headers), 'jobs.get').retryAfterMs).toBe(ms)
  })

  it('may be told as a date', () => {
    const date = new Date(Date.now() + 90_000).toUTCString()
    const ms = classifyApiError(answered(429, {}, { 'retry-after': date }), 'jobs.get').retryAfterMs ?? 0
    expect(ms).toBeGreaterThan(0)
    expect(ms).toBeLessThanOrEqual(90_000)
  })
})

describe('a key that is fetched before each request', () => {
  it('and cannot be had is told as that: nothing was sent', async () => {
    const apiKey = () => Promise.reject(new Error('vault sealed for sk-secret'))
    const client = makeClient({ baseURL: 'https://host.example/v1', apiKey })
    const error: unknown = await client.models.list().catch((thrown: unknown) => thrown)
    const info = classifyApiError(error, 'jobs.create')
    expect(info).toMatchObject({ code: 'unauthenticated', reached: 'no' })
    expect(JSON.stringify(info)).not.toContain('sk-secret')
  })
})

describe('no answer', () => {
  it.each([
    ['ECONNREFUSED', 'unavailable', 'no', /HTTPS_PROXY/],
    ['ENOTFOUND', 'unavailable', 'no', /base URL/],
    ['UND_ERR_CONNECT_TIMEOUT', 'unavailable', 'no', /NODE_USE_ENV_PROXY/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'configuration', 'no', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'configuration', 'no', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 'configuration', 'no', /clock/],
    ['CERT_NOT_YET_VALID', 'configuration', 'no', /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'configuration', 'no', /base URL/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'unavailable', 'no', /http and https/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'unavailable', 'no', /versions of TLS/],
    ['ECONNRESET', 'unavailable', 'maybe', /^$/],
    ['UND_ERR_SOCKET', 'unavailable', 'maybe', /^$/],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', 'maybe', /^$/],
    ['EWHATEVER', 'unavailable', 'maybe', /^$/],
  ])('%s is %s; reached: %s', (cause, code, reached, hint) => {
    const info = classifyApiError(broken(cause), 'jobs.create')
    expect(info).toMatchObject({ code, reached })
    expect(info.hint ?? '').toMatch(hint)
  })

  it('in time is a timeout', () => {
    expect(classifyApiError(new APIConnectionTimeoutError(), 'jobs.create')).toMatchObject({
      code: 'timeout',
      reached: 'maybe',
    })
  })

  it.each([
    ['half a JSON text', new SyntaxError('Unexpected token A in JSON: "Anna"')],
    ['a body that ends too early', new TypeError('terminated')],
    ['a page instead of a list', new UnexpectedAnswerError('the answer is no list')],
  ])('%s leaves open what was done, and is not quoted', (_, error) => {
    const info = classifyApiError(error, 'jobs.create')
    expect(info).toMatchObject({ code: 'unavailable', reached: 'maybe' })
    expect(info.message).not.toContain('Anna')
  })

  it.each([undefined, null, 42, 'text', {}, [], new Error('?'), new TypeError('x')])(
    '%s leaves it open, too',
    (thrown) => {
      expect(classifyApiError(thrown, 'jobs.create').reached).toBe('maybe')
    },
  )
})
