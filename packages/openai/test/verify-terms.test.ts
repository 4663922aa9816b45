import { createTuner, memoryJournal } from '@anytune/core'
import { startEmulator } from '@anytune/emulator'
import { openai, type OpenAIOptions } from '@anytune/openai'
import { OpenAI } from 'openai'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { regionOfHost } from '../src/offering.ts'
import { parseOpenAIOptions } from '../src/options.ts'

vi.setConfig({ testTimeout: 60_000 })

const emulator = await startEmulator({ vendors: ['openai'] })
afterAll(() => emulator.close())
const RETRY = { attempts: 3, firstMs: 1, maximumMs: 5 }

/** The emulator has one project an account, and takes `admin-` before the account's key for an administrator's. */
function organization(settings: Readonly<Record<string, unknown>> = {}, options: OpenAIOptions = {}) {
  const account = emulator.account()
  account.configure(settings)
  const { OPENAI_API_KEY: apiKey = '', OPENAI_BASE_URL: baseURL = '' } = account.env('openai')
  const adminKey = `admin-${apiKey}`
  const known = { apiKey, baseURL, adminKey, project: `proj_${apiKey}` }
  const driver = openai({ ...known, ...options })
  return { account, known, driver, tuner: createTuner(driver, { journal: memoryJournal(), retry: RETRY }) }
}

describe('what an organization at OpenAI has agreed', () => {
  it.each([
    ['zero_data_retention', 'openai/zero-retention'],
    ['modified_abuse_monitoring', 'openai/modified-abuse-monitoring'],
    ['enhanced_zero_data_retention', 'openai/enhanced-zero-retention'],
    ['enhanced_modified_abuse_monitoring', 'openai/enhanced-modified-abuse-monitoring'],
  ])('%s is the setting %s', async (dataRetention, setting) => {
    const { tuner } = organization({ dataRetention })
    expect((await tuner.terms()).live).toMatchObject({
      settings: [setting],
      checks: [
        { id: 'project-retention', result: 'read', message: 'the project has agreed: organization default' },
        { id: 'retention', result: 'read' },
      ],
    })
  })

  it('counts not where the project has agreed something else', async () => {
    const { tuner } = organization({
      dataRetention: 'zero_data_retention',
      projectDataRetention: 'modified_abuse_monitoring',
    })
    expect((await tuner.terms()).live).toMatchObject({ settings: ['openai/modified-abuse-monitoring'] })
  })

  it('counts not where the project has nothing', async () => {
    const { tuner } = organization({ dataRetention: 'zero_data_retention', projectDataRetention: 'none' })
    expect((await tuner.terms()).live).toMatchObject({ settings: [], checks: [{ result: 'read' }] })
  })

  it('is nothing where there is no agreement', async () => {
    const { tuner } = organization()
    expect((await tuner.terms()).live).toMatchObject({
      settings: [],
      checks: [{ result: 'read' }, { id: 'retention', result: 'could-not-read' }],
    })
  })

  it('is not known without an administrator’s key, and nothing is asked', async () => {
    const { known, account } = organization({ dataRetention: 'zero_data_retention' })
    const { adminKey: _, ...without } = known
    const tuner = createTuner(openai(without), { journal: memoryJournal() })
    const { live } = await tuner.terms()
    expect(live).toMatchObject({
      settings: [],
      checks: [{ result: 'could-not-read', hint: expect.stringContaining('adminKey') as string }],
    })
    expect(account.requests()).toEqual([])
  })

  it('is not known without the project: it may have agreed something else', async () => {
    const { known, account } = organization({ dataRetention: 'zero_data_retention' })
    const { project: _, ...without } = known
    const { live } = await createTuner(openai(without), { journal: memoryJournal() }).terms()
    expect(live).toMatchObject({ settings: [], checks: [{ id: 'project-retention', result: 'could-not-read' }] })
    expect(account.requests()).toEqual([])
  })

  it('is not told to a key that is no administrator’s', async () => {
    const { known } = organization({ dataRetention: 'zero_data_retention' })
    const tuner = createTuner(openai({ ...known, adminKey: known.apiKey }), { journal: memoryJournal() })
    const { live } = await tuner.terms()
    expect(live).toMatchObject({ settings: [], checks: [{ result: 'could-not-read' }] })
    expect(JSON.stringify(live)).not.toContain(known.apiKey)
  })

  it('is asked for again when the service is busy', async () => {
    const { tuner, account } = organization({ dataRetention: 'zero_data_retention' })
    emulator.faults.add({
      kind: 'status',
      status: 503,
      operation: 'projects.data_retention.get',
      account: account.name,
    })
    expect((await tuner.terms()).live).toMatchObject({ settings: ['openai/zero-retention'] })
  })
})

describe('an administrator’s key', () => {
  it('signs the questions to the organization, and nothing else', async () => {
    const signed: (readonly [path: string, signature: string | null])[] = []
    const looking: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      signed.push([new URL(request.url).pathname, request.headers.get('authorization')])
      return fetch(input, init)
    }
    const { tuner, known } = organization({ dataRetention: 'zero_data_retention' }, { fetch: looking })
    await tuner.terms()
    await tuner.jobs.get('ftjob-none').catch(() => {})
    expect(signed).toEqual([
      [`/v1/organization/projects/${known.project}/data_retention`, `Bearer ${known.adminKey}`],
      ['/v1/organization/data_retention', `Bearer ${known.adminKey}`],
      ['/v1/fine_tuning/jobs/ftjob-none', `Bearer ${known.apiKey}`],
    ])
  })

  it('is taken from a client of the user’s own', async () => {
    const { known } = organization({ dataRetention: 'zero_data_retention' })
    const { adminKey: adminAPIKey, ...rest } = known
    const client = new OpenAI({ ...rest, adminAPIKey })
    const { live } = await createTuner(openai({ client }), { journal: memoryJournal() }).terms()
    expect(live).toMatchObject({ settings: ['openai/zero-retention'] })
  })

  it('of the environment goes to OpenAI’s own hosts alone', () => {
    const environment = { OPENAI_API_KEY: 'sk-1', OPENAI_ADMIN_KEY: 'sk-admin-1' }
    expect(parseOpenAIOptions({}, environment).adminKey).toBe('sk-admin-1')
    expect(parseOpenAIOptions({ baseURL: 'https://eu.api.openai.com/v1' }, environment).adminKey).toBe('sk-admin-1')
    expect(parseOpenAIOptions({ baseURL: 'https://gateway.example/v1' }, environment).adminKey).toBeUndefined()
    const given = { baseURL: 'https://gateway.example/v1', adminKey: 'sk-admin-2' }
    expect(parseOpenAIOptions(given, environment).adminKey).toBe('sk-admin-2')
  })
})

describe('the region of an address', () => {
  it.each([
    ['https://eu.api.openai.com/v1', 'openai/eu'],
    ['https://us.api.openai.com/v1', 'openai/us'],
    ['https://api.openai.com/v1', undefined],
    ['https://eu.api.openai.com.example/v1', undefined],
  ])('%s is %s', (address, region) => {
    expect(regionOfHost(address)).toBe(region)
  })
})
