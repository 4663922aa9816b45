import { isAnytuneError } from '@anytune/core'
import { azure, createDriver } from '@anytune/azure'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseEndpoint, parseResourceManager } from '../src/endpoint.ts'
import { settingsOf } from '../src/settings.ts'

const ENDPOINT = 'https://contoso.openai.azure.com'
const credential = { getToken: async () => ({ token: 'secret-token', expiresOnTimestamp: Date.now() + 3_600_000 }) }
const options = { endpoint: ENDPOINT, apiKey: 'secret-key', trainingType: 'Standard' } as const

/** What was refused, with its hint, as the user reads it. */
function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isAnytuneError(error) && error.code === 'configuration') return `${error.message} | ${error.hint}`
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the endpoint', () => {
  it.each([
    [ENDPOINT, ENDPOINT],
    [`${ENDPOINT}/`, ENDPOINT],
    [`${ENDPOINT}/openai`, ENDPOINT],
    [`${ENDPOINT}/openai/v1`, ENDPOINT],
    [`${ENDPOINT}/openai/v1/`, ENDPOINT],
    ['https://contoso.services.ai.azure.com/', 'https://contoso.services.ai.azure.com'],
    ['https://gateway.example.com/tuning/openai/v1/', 'https://gateway.example.com/tuning'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://localhost:4010/', 'http://localhost:4010'],
  ])('%s is %s', (given, meant) => {
    expect(parseEndpoint(given)).toBe(meant)
  })

  it.each([
    ['contoso', 'is not a URL'],
    ['http://contoso.openai.azure.com', 'must begin with https://'],
    ['ftp://contoso.openai.azure.com', 'must begin with https://'],
    ['https://user:pass@contoso.openai.azure.com', 'has a user name'],
    [`${ENDPOINT}/?api-version=2024-10-21`, 'has a query'],
    [`${ENDPOINT}/openai/deployments/mine/chat/completions?api-version=2024-10-21`, 'has a query'],
    [`${ENDPOINT}/openai/deployments/mine`, `has a path | give ${ENDPOINT}`],
    [
      'https://contoso.services.ai.azure.com/api/projects/first',
      'that of a project | files, jobs and deployments belong to its resource: give https://contoso.services.ai.azure.com',
    ],
    ['https://api.openai.com/v1', 'use @anytune/openai'],
    ['https://ai.azure.com/build/finetune', 'this is the portal'],
    ['https://management.azure.com', 'Azure Resource Manager'],
  ])('%s is refused with the right form', (given, said) => {
    expect(refusal(() => parseEndpoint(given))).toContain(said)
  })

  it('of Azure Resource Manager takes tokens, so that it is https or this computer', () => {
    expect(parseResourceManager('http://127.0.0.1:4010/')).toBe('http://127.0.0.1:4010')
    expect(refusal(() => parseResourceManager('http://management.example.com'))).toContain('must begin with https://')
  })
})

describe('the options', () => {
  it('L4: training type has no default, and each is explained', () => {
    const { trainingType: _, ...without } = options
    const said = refusal(() => createDriver(without))
    expect(said).toMatch(/trainingType: choose Standard .*GlobalStandard.*no default/)
  })

  it('L4: an unknown training type is refused, also the number that other tools inject', () => {
    for (const trainingType of ['global', 'standard', '1', 1, null, '']) {
      expect(refusal(() => createDriver({ ...options, trainingType }))).toContain('trainingType: choose')
    }
  })

  it('a key and an identity together are refused', () => {
    expect(refusal(() => createDriver({ ...options, credential }))).toContain(
      'apiKey and credential are given together',
    )
  })

  it('neither a key nor an identity is refused with the variable that would do', () => {
    const { apiKey: _, ...without } = options
    expect(refusal(() => settingsOf(without, {}))).toMatch(/neither a key nor an identity .*AZURE_OPENAI_API_KEY/)
  })

  it('no endpoint is refused with the variable that would do', () => {
    const { endpoint: _, ...without } = options
    expect(refusal(() => settingsOf(without, {}))).toContain('AZURE_OPENAI_ENDPOINT')
  })

  it('an option that there is not is refused, and never shown with its value', () => {
    const said = refusal(() => createDriver({ ...options, key: 'secret-key' }))
    expect(said).toContain('there is no option "key"')
    expect(said).not.toContain('secret-key')
    expect(refusal(() => createDriver({ ...options, apiKey: { value: 'secret-key' } }))).not.toContain('secret-key')
  })

  it('a credential must be able to give tokens', () => {
    const { apiKey: _, ...without } = options
    expect(refusal(() => createDriver({ ...without, credential: { token: 'secret-token' } }))).toContain('credential')
    expect(refusal(() => createDriver({ ...without, credential: 'defualt' }))).toContain('credential')
  })
})

describe('the environment', () => {
  const environment = {
    AZURE_OPENAI_ENDPOINT: ENDPOINT,
    AZURE_OPENAI_API_KEY: 'key-of-environment',
    AZURE_SUBSCRIPTION_ID: 'subscription',
    ANYTUNE_AZURE_RESOURCE_GROUP: 'group',
    ANYTUNE_AZURE_ACCOUNT: 'contoso',
    ANYTUNE_AZURE_RESOURCE_MANAGER: 'http://127.0.0.1:4010',
    ANYTUNE_AZURE_ACCESS_TOKEN: 'token-of-environment',
  }

  it('has everything but the training type', () => {
    const { endpoint, access, resourceManager } = settingsOf({ trainingType: 'Standard' }, environment)
    expect(endpoint).toBe(ENDPOINT)
    expect(access).toEqual({ kind: 'key', key: 'key-of-environment' })
    expect(resourceManager).toMatchObject({
      base: 'http://127.0.0.1:4010',
      subscriptionId: 'subscription',
      resourceGroup: 'group',
      account: 'contoso',
    })
  })

  it('counts without the white space around it; a key or token that no header carries is refused, and not repeated', () => {
    const padded = { ...environment, AZURE_OPENAI_API_KEY: 'secret-key\n', AZURE_OPENAI_ENDPOINT: ` ${ENDPOINT} ` }
    const { access, endpoint } = settingsOf({ trainingType: 'Standard' }, padded)
    expect({ access, endpoint }).toEqual({ access: { kind: 'key', key: 'secret-key' }, endpoint: ENDPOINT })
    for (const name of ['AZURE_OPENAI_API_KEY', 'ANYTUNE_AZURE_ACCESS_TOKEN']) {
      const broken = { ...environment, [name]: 'secret-key\nOTHER=1' }
      const said = refusal(() => settingsOf({ trainingType: 'Standard' }, broken))
      expect(said).toContain(`${name} is no key or token`)
      expect(said).not.toContain('secret-key')
    }
    expect(refusal(() => createDriver({ ...options, apiKey: 'secret key' }))).toContain('apiKey: must be a key alone')
  })

  it('gives way to the options: an identity is used instead of a key that happens to be there', () => {
    expect(settingsOf({ trainingType: 'Standard', credential }, environment).access.kind).toBe('token')
    expect(settingsOf({ ...options }, environment).access).toEqual({ kind: 'key', key: 'secret-key' })
  })

  it('gives a token where there is no key, and an empty variable is none', async () => {
    const { access } = settingsOf({ trainingType: 'Standard' }, { ...environment, AZURE_OPENAI_API_KEY: '' })
    expect(access.kind === 'token' && (await access.token('any'))).toBe('token-of-environment')
  })

  it('says what Azure Resource Manager lacks: with a key alone nothing can be deployed', () => {
    const { resourceManager } = settingsOf(options, {})
    expect(resourceManager).toEqual([
      'subscriptionId (AZURE_SUBSCRIPTION_ID)',
      'resourceGroup (ANYTUNE_AZURE_RESOURCE_GROUP)',
      'account (ANYTUNE_AZURE_ACCOUNT)',
      'credential, for a key is not enough there (ANYTUNE_AZURE_ACCESS_TOKEN)',
    ])
    const { ANYTUNE_AZURE_ACCESS_TOKEN: _, ...rest } = environment
    expect(settingsOf({ trainingType: 'Standard' }, rest).resourceManager).toEqual([
      'credential, for a key is not enough there (ANYTUNE_AZURE_ACCESS_TOKEN)',
    ])
  })
})

describe('variables that are meant for OpenAI', () => {
  beforeEach(() => {
    vi.stubEnv('OPENAI_BASE_URL', 'https://elsewhere.example.com/v1')
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-openai')
    vi.stubEnv('OPENAI_PROJECT_ID', 'project-of-openai')
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'key-of-environment')
  })
  afterEach(() => void vi.unstubAllEnvs())

  it.each(['apiKey', 'credential'] as const)(
    'change nothing with %s: requests go to the endpoint alone',
    async (way) => {
      const asked: Request[] = []
      const fetch = async (url: string | URL | Request, init?: RequestInit) => {
        asked.push(new Request(url, init))
        return Response.json({ object: 'list', data: [], has_more: false })
      }
      const access = way === 'apiKey' ? { apiKey: 'secret-key' } : { credential }
      const driver = azure({ endpoint: ENDPOINT, trainingType: 'Standard', fetch, ...access })
      const context = { signal: new AbortController().signal } as Parameters<typeof driver.jobs.list>[1] // a list uses no more
      await driver.jobs.list({ limit: 1 }, context)
      expect(asked.map(({ url }) => url)).toEqual([`${ENDPOINT}/openai/v1/fine_tuning/jobs?limit=1`])
      const [{ headers } = new Request(ENDPOINT)] = asked
      expect(headers.get('authorization')).toBe(`Bearer ${way === 'apiKey' ? 'secret-key' : 'secret-token'}`)
      expect(headers.get('openai-organization')).toBeNull()
      expect(headers.get('openai-project')).toBeNull()
    },
  )
})
