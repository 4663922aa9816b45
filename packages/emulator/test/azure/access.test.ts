import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountPath, ARM, DATED, startResource, type Resource } from './support.ts'

let resource: Resource
beforeAll(async () => {
  resource = await startResource()
})
afterAll(async () => {
  await resource.emulator.close()
})

const bearer = (value: string | undefined) => ({ authorization: `Bearer ${value}` })

describe('the data plane knows a caller by key or token', () => {
  const cases: readonly [string, (env: Resource['env']) => Record<string, string>, number][] = [
    ['a key in api-key', (env) => ({ 'api-key': String(env['AZURE_OPENAI_API_KEY']) }), 200],
    ['a key as bearer', (env) => bearer(env['AZURE_OPENAI_API_KEY']), 200],
    ['a token as bearer', (env) => bearer(env['ANYTUNE_AZURE_ACCESS_TOKEN']), 200],
    ['nothing', () => ({}), 401],
    [
      'the same key in both',
      (env) => ({ 'api-key': String(env['AZURE_OPENAI_API_KEY']), ...bearer(env['AZURE_OPENAI_API_KEY']) }),
      200,
    ],
    [
      'a key and a token',
      (env) => ({ 'api-key': String(env['AZURE_OPENAI_API_KEY']), ...bearer(env['ANYTUNE_AZURE_ACCESS_TOKEN']) }),
      401,
    ],
    ['a token in api-key', (env) => ({ 'api-key': String(env['ANYTUNE_AZURE_ACCESS_TOKEN']) }), 401],
    ['a key that no account has', () => ({ 'api-key': 'something-else' }), 401],
  ]
  test.each(cases)('%s', async (_, headers, status) => {
    for (const path of ['/openai/v1/models', `/openai/models${DATED}`]) {
      const reply = await resource.data('GET', path, undefined, headers(resource.env))
      expect(reply.status).toBe(status)
      expect(reply.headers.get('apim-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(reply.headers.get('x-request-id')).toBeNull()
      expect(reply.json.error?.code).toBe(status === 401 ? '401' : undefined)
    }
  })
})

describe('the data plane wants the API version of its surface', () => {
  test.each([
    ['/openai/v1/models', 200, undefined],
    ['/openai/v1/models?api-version=v1', 200, undefined],
    ['/openai/v1/models?api-version=preview', 200, undefined],
    ['/openai/v1/models?api-version=2025-04-01-preview', 400, 'BadRequest'],
    ['/openai/models', 404, '404'],
    ['/openai/models?api-version=v1', 404, '404'],
    ['/openai/models?api-version=2025-04-01-preview', 200, undefined],
    ['/openai/v1/uploads', 404, '404'],
    ['/openai/v1/unheard-of', 404, '404'],
    ['/', 404, '404'],
  ])('GET %s is answered %i', async (path, status, code) => {
    const reply = await resource.data('GET', path)
    expect(reply.status).toBe(status)
    expect(reply.json.error?.code).toBe(code)
  })

  test('a method that a path has not leads nowhere', async () => {
    const reply = await resource.data('DELETE', '/openai/v1/models/gpt-4.1-mini-2025-04-14')
    expect(reply).toMatchObject({
      status: 404,
      json: { error: { code: '404', message: 'Resource not found', type: 'error' } },
    })
  })
})

describe('Azure Resource Manager', () => {
  test('takes a token and nothing else', async () => {
    const wrong: readonly [Record<string, string>, string][] = [
      [{}, 'AuthenticationFailed'],
      [{ 'api-key': String(resource.env['AZURE_OPENAI_API_KEY']) }, 'AuthenticationFailed'],
      [bearer(resource.env['AZURE_OPENAI_API_KEY']), 'InvalidAuthenticationToken'],
      [bearer('no-token'), 'InvalidAuthenticationToken'],
    ]
    for (const [headers, code] of wrong) {
      const reply = await resource.arm('GET', `deployments${ARM}`, undefined, headers)
      expect(reply).toMatchObject({ status: 401, json: { error: { code } } })
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer /)
    }
    const reply = await resource.arm('GET', `deployments${ARM}`)
    expect(reply).toMatchObject({ status: 200, json: { value: [] } })
    expect(reply.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each([
    ['', 'MissingApiVersionParameter'],
    ['?api-version=2020-01-01', 'InvalidApiVersionParameter'],
    ['?api-version=v1', 'InvalidApiVersionParameter'],
  ])('refuses the query "%s"', async (query, code) => {
    expect(await resource.arm('GET', `deployments${query}`)).toMatchObject({ status: 400, json: { error: { code } } })
  })

  test.each(['2024-10-01', '2025-09-01', '2026-07-01'])('answers %s', async (version) => {
    expect((await resource.arm('GET', `deployments?api-version=${version}`)).status).toBe(200)
  })

  test('shows a token its own resource and no other', async () => {
    const other = accountPath(resource.emulator.account().env())
    const path = accountPath(resource.env)
    const replies: readonly [string, string][] = [
      [other, 'SubscriptionNotFound'],
      [path.replace(/resourceGroups\/[^/]+/, 'resourceGroups/another'), 'ResourceGroupNotFound'],
      [path.replace(/accounts\/.+/, 'accounts/another'), 'ResourceNotFound'],
    ]
    for (const [address, code] of replies) {
      expect(await resource.arm('GET', `${address}${ARM}`)).toMatchObject({ status: 404, json: { error: { code } } })
    }
  })

  test('tells the resource, whatever the case of the path', async () => {
    const path = accountPath(resource.env)
    for (const address of [path, path.toUpperCase()]) {
      const { status, json } = await resource.arm('GET', `${address}${ARM}`)
      expect(status).toBe(200)
      expect(json).toMatchObject({
        id: path,
        name: resource.env['ANYTUNE_AZURE_ACCOUNT'],
        location: 'swedencentral',
        properties: { provisioningState: 'Succeeded', endpoint: `${resource.env['AZURE_OPENAI_ENDPOINT']}/` },
      })
    }
  })

  test('says what it has not', async () => {
    const missing = await resource.arm('GET', `unheard-of${ARM}`)
    expect(missing).toMatchObject({ status: 404, json: { error: { code: 'InvalidResourceType' } } })
    const method = await resource.arm('POST', `deployments${ARM}`, {})
    expect(method).toMatchObject({ status: 405, json: { error: { code: 'MethodNotAllowed' } } })
  })
})

test('one made-up name addresses one resource by key, token and path', async () => {
  const name = 'emulator-key-made-up'
  const env = resource.emulator.account(name).env()
  expect(env).toMatchObject({
    AZURE_OPENAI_API_KEY: name,
    ANYTUNE_AZURE_ACCESS_TOKEN: 'emulator-token-key-made-up',
    ANYTUNE_AZURE_ACCOUNT: 'aoai-key-made-up',
    ANYTUNE_AZURE_RESOURCE_GROUP: 'rg-key-made-up',
    AZURE_SUBSCRIPTION_ID: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
  })
  resource.emulator.account(name).seed({ files: 1 })
  const byKey = await resource.data('GET', '/openai/v1/files', undefined, { 'api-key': name })
  const byToken = await resource.data('GET', '/openai/v1/files', undefined, bearer(env['ANYTUNE_AZURE_ACCESS_TOKEN']))
  expect(byKey.json.data).toHaveLength(1)
  expect(byToken.json).toEqual(byKey.json)
  const byPath = await resource.arm(
    'GET',
    `${accountPath(env)}${ARM}`,
    undefined,
    bearer(env['ANYTUNE_AZURE_ACCESS_TOKEN']),
  )
  expect(byPath.status).toBe(200)
})

test('a long name still makes names that Azure allows', () => {
  const env = resource.emulator.account(`emulator-${'x'.repeat(100)}`).env()
  expect(env['ANYTUNE_AZURE_ACCOUNT']).toMatch(/^aoai-[0-9a-f]{32}$/)
  expect(String(env['ANYTUNE_AZURE_RESOURCE_GROUP']).length).toBeLessThan(90)
})
