import { createDriver, openai } from '@anytune/openai'
import { OpenAI } from 'openai'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const PYTHON = { type: 'python', name: 'g', source: 's' }

const CONTEXT = {
  signal: new AbortController().signal,
  retry: <T>(part: () => Promise<T>) => part(),
  until: () => Promise.reject(new Error('nothing waits')),
  save: async () => {},
  progress: () => {},
}

const VARIABLES = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_PROJECT_ID', 'OPENAI_ORG_ID', 'OPENAI_WEBHOOK_SECRET']

// Whatever the machine that runs the tests has set.
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the key', () => {
  it('is missed by its name', () => {
    const refused = expect.objectContaining({ code: 'configuration', hint: expect.stringContaining('OPENAI_API_KEY') })
    expect(() => openai()).toThrow(refused)
    vi.stubEnv('OPENAI_API_KEY', ' ')
    expect(() => openai()).toThrow(refused)
  })

  it('comes from the environment, or from the options', () => {
    expect(openai({ apiKey: 'sk-given' }).provider).toBe('openai')
    vi.stubEnv('OPENAI_API_KEY', 'sk-set')
    expect(openai().provider).toBe('openai')
  })
})

describe('a variable', () => {
  it.each([
    ['OPENAI_API_KEY', 'sk-secret\nOTHER=1', /OPENAI_API_KEY: must be a key alone/],
    ['OPENAI_BASE_URL', 'api.openai.com', /OPENAI_BASE_URL: must be an address/],
    ['OPENAI_BASE_URL', 'https://sk-secret:x@api.openai.com/v1', /OPENAI_BASE_URL: must hold no user/],
    ['OPENAI_BASE_URL', 'http://eu.api.openai.com/v1', /OPENAI_BASE_URL: must begin with https/],
  ])('%s that cannot be used is named, and not repeated', (name, value, fault) => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-set')
    vi.stubEnv(name, value)
    expect(() => openai()).toThrow(expect.objectContaining({ code: 'configuration' }))
    expect(() => openai()).toThrow(fault)
    expect(() => openai()).not.toThrow(/sk-secret/)
  })

  it('counts without the white space around it', () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-set\n')
    vi.stubEnv('OPENAI_BASE_URL', ' https://eu.api.openai.com/v1 ')
    expect(openai().scope).toBe('eu.api.openai.com')
  })
})

describe('options', () => {
  it.each([
    [{ region: 'eu' }, /there is no option "region"/],
    [{ baseURL: 'api.openai.com' }, /baseURL/],
    [{ baseURL: 'https://sk-secret:x@api.openai.com/v1' }, /baseURL: must hold no user/],
    [{ baseURL: 'http://api.openai.com/v1' }, /baseURL: must begin with https/],
    [{ apiKey: 7 }, /apiKey/],
    [{ apiKey: 'sk-secret\n' }, /apiKey: must be a key alone/],
    [{ partBytes: 65 * 1024 * 1024 }, /partBytes/],
    [{ uploadAboveBytes: 513 * 1024 * 1024 }, /uploadAboveBytes/],
    [{ fetch: 'proxy' }, /fetch: must be a function/],
    [{ client: {} }, /client: must be a client of the package openai/],
    [{ polling: { firstMs: 1 } }, /polling/],
  ])('%j are refused, and nothing that may be a key is repeated', (options, fault) => {
    const make = () => createDriver({ apiKey: 'sk-secret', ...options })
    expect(make).toThrow(expect.objectContaining({ code: 'configuration', provider: 'openai' }))
    expect(make).toThrow(fault)
    expect(make).not.toThrow(/sk-secret/)
  })

  it('are those of the client where one is given, and no others beside it', () => {
    const client = new OpenAI({ apiKey: 'sk-theirs', baseURL: 'https://eu.api.openai.com/v1', project: 'proj_a' })
    expect(openai({ client }).scope).toBe('eu.api.openai.com/proj_a')
    expect(() => openai({ client, apiKey: 'sk-ours' })).toThrow(/beside it apiKey/)
    expect(() => openai({ client, fetch: globalThis.fetch })).toThrow(/beside it fetch/)
  })

  it('send every request by the fetch that is given', async () => {
    const asked: string[] = []
    const fetch = async (input: string | URL | Request) => {
      asked.push(input instanceof Request ? input.url : String(input))
      return new Response('{"object":"list","data":[]}', { headers: { 'content-type': 'application/json' } })
    }
    await openai({ apiKey: 'sk-ours', fetch }).models.list({ limit: 1 }, CONTEXT)
    expect(asked).toEqual(['https://api.openai.com/v1/models'])
  })

  it('leave no retry and no log to a client that is given', async () => {
    const seen: string[] = []
    const logger = { debug: log, info: log, warn: log, error: log }
    function log(...words: readonly unknown[]) {
      seen.push(words.join(' '))
    }
    let calls = 0
    const fetch = async () => {
      calls += 1
      return new Response('{}', { status: 500 })
    }
    const client = new OpenAI({
      apiKey: 'sk-theirs',
      baseURL: 'https://api.openai.com/v1',
      fetch,
      logger,
      logLevel: 'debug',
    })
    const { jobs } = openai({ client })
    await expect(jobs.get('ftjob-1', CONTEXT)).rejects.toMatchObject({ status: 500 })
    expect({ calls, seen }).toEqual({ calls: 1, seen: [] })
  })
})

describe('scope', () => {
  it.each([
    [{}, 'api.openai.com'],
    [{ project: 'proj_a' }, 'api.openai.com/proj_a'],
    [{ organization: 'org-a', project: 'proj_a' }, 'api.openai.com/org-a/proj_a'],
    [{ baseURL: 'https://eu.api.openai.com/v1' }, 'eu.api.openai.com'],
  ])('of %j is %s', (options, scope) => {
    expect(openai({ apiKey: 'k', ...options }).scope).toBe(scope)
  })

  it('is not the environment’s where the options say otherwise', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1/v1')
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj_env')
    expect(openai({ apiKey: 'k' }).scope).toBe('127.0.0.1:1/proj_env')
    expect(openai({ apiKey: 'k', baseURL: 'https://api.openai.com/v1', project: 'p' }).scope).toBe('api.openai.com/p')
  })
})

describe('offering', () => {
  it.each([
    [undefined, 'train', 'openai/api.openai.com/train'],
    [undefined, 'serve', 'openai/api.openai.com/serve'],
    ['https://eu.api.openai.com/v1', 'train', 'openai/eu.api.openai.com/train'],
    // Terms that are on record are OpenAI’s, on its own hosts.
    ['https://gateway.example/v1', 'train', 'openai-compatible/gateway.example/train'],
    ['https://api.openai.com.example/v1', 'train', 'openai-compatible/api.openai.com.example/train'],
    ['https://evil-api.openai.com/v1', 'serve', 'openai-compatible/evil-api.openai.com/serve'],
    ['https://api.openai.com:8443/v1', 'train', 'openai-compatible/api.openai.com:8443/train'],
  ] as const)('of %s to %s is %s', (baseURL, operation, id) => {
    const driver = openai({ apiKey: 'k', ...(baseURL !== undefined && { baseURL }) })
    expect(driver.offering({ operation, providerOptions: {} })).toMatchObject({ id, egress: 'provider' })
  })
})

describe('options of a job', () => {
  const parse = (value: unknown) => openai({ apiKey: 'k' }).options.job(value)

  it('are none when none are given', () => {
    expect(parse(undefined)).toEqual({})
  })

  it('take a grader as the service spells it', () => {
    const grader = { type: 'python', name: 'g', source: 'def grade(sample, item): return 1.0' }
    expect(parse({ reinforcement: { grader, evalSamples: 2 } })).toEqual({ reinforcement: { grader, evalSamples: 2 } })
  })

  it.each([
    [{ reinforcement: {} }, /reinforcement.grader/],
    [{ reinforcement: { grader: { type: 'label_model', name: 'g' } } }, /reinforcement.grader.type/],
    [
      { reinforcement: { grader: { type: 'string_check', name: 'g', input: 'i', reference: 'r' } } },
      /grader.operation/,
    ],
    [
      { reinforcement: { grader: { type: 'python', name: 'g', source: 's', image: 'x' } } },
      /"reinforcement.grader.image"/,
    ],
    [{ reinforcement: { grader: { type: 'multi', name: 'g', graders: {}, calculate_output: 'x' } } }, /at least one/],
    [{ reinforcement: { grader: PYTHON, computeMultiplier: 11 } }, /computeMultiplier/],
    [{ reinforcement: { grader: PYTHON, evalInterval: 0 } }, /evalInterval/],
    [{ reinforcement: { grader: PYTHON, reasoningEffort: 'none' } }, /reasoningEffort/],
    [{ reinforcement: { grader: PYTHON, epochs: 1 } }, /there is no option "reinforcement.epochs"/],
    [{ wandb: {} }, /there is no option "wandb"/],
    [{ weightsAndBiases: {} }, /weightsAndBiases.project/],
    [{ weightsAndBiases: { project: 'p', key: 'sk-secret' } }, /there is no option "weightsAndBiases.key"/],
    ['fast', /expected object/i],
  ])('%j are refused', (value, fault) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    expect(() => parse(value)).toThrow(fault)
    expect(() => parse(value)).not.toThrow(/sk-secret/)
  })
})
