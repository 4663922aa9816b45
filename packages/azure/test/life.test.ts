import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createTuner, type Plan, type PlanRequest, type Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AzureDriver } from '@anytune/azure'
import { driverOf } from '../src/driver.ts'
import { settingsOf } from '../src/settings.ts'
import { type Emulated, startEmulated } from './emulated.ts'

// On a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const BASE_MODEL = 'gpt-4.1-mini-2025-04-14'
/** A dataset with so many examples, in a folder that goes with the tests. */
function rows(count: number): string {
  const path = join(folder, `${count}.jsonl`)
  const lines = Array.from({ length: count }, (_, index) => ({
    messages: [
      { role: 'user', content: `What does number ${index} cost?` },
      { role: 'assistant', content: `${index} crowns.` },
    ],
  }))
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}

const folder = mkdtempSync(join(tmpdir(), 'anytune-azure-'))
const request = {
  baseModel: BASE_MODEL,
  method: 'supervised',
  training: rows(12),
  hyperparameters: { epochs: 1, batchSize: 4 },
} satisfies PlanRequest<AzureDriver>
const SKU = { providerOptions: { azure: { sku: 'Standard' } } }
const QUESTION = [{ role: 'user', content: 'What does it cost?' }] as const

let emulated: Emulated
beforeAll(async () => void (emulated = await startEmulated()))
afterAll(async () => {
  await emulated.emulator.close()
  rmSync(folder, { recursive: true })
})

/** A tuner on a new resource with these settings, and its driver. */
function onResource(
  settings: Readonly<Record<string, unknown>> = {},
  options: Parameters<Emulated['connect']>[1] = {},
) {
  const account = emulated.emulator.account()
  account.configure(settings, 'azure')
  const driver = emulated.connect(account, options)
  return { account, driver, tuner: createTuner(driver) }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function trained(tuner: Tuner<AzureDriver>, changes: Partial<PlanRequest<AzureDriver>> = {}) {
  const run = await tuner.start(await tuner.plan({ ...request, ...changes } as PlanRequest<AzureDriver>)) // one literal for all
  return { run, model: await run.model() }
}

const operations = (driver: Driver) =>
  emulated
    .accountOf(driver)
    .requests()
    .map(({ operation }) => operation)

describe('a run', () => {
  it('goes from plan to answer and away, with a key for the resource and a token for Azure Resource Manager', async () => {
    const { tuner } = onResource()
    const { model } = await trained(tuner, { suffix: 'support-small' })
    expect(model.id).toMatch(/^gpt-4\.1-mini-2025-04-14\.ft-[0-9a-f]{32}-support-small$/)
    const live = await model.deploy(SKU)
    expect(live.created).toBe(true)
    expect(await live.chat(QUESTION)).toMatchObject({ text: expect.stringMatching(/./) })
    await live.undeploy()
    expect(await collect(tuner.deployments.list())).toEqual([])
  })

  it('openai-python#1276: says that the service took another batch size, without a word of its own', async () => {
    const { tuner } = onResource({ ignoresBatchSize: true })
    const { run } = await trained(tuner)
    const [first, again] = [
      await collect(tuner.jobs.events((await run.job()).id)),
      await collect(tuner.jobs.events((await run.job()).id)),
    ]
    const warnings = first.filter((event) => event.type === 'message' && event.level === 'warning')
    expect(warnings).toMatchObject([{ text: 'Azure trains with batchSize 1 instead of 4' }])
    expect(again).toEqual(first)
  })

  it('openai-python#1276: says nothing where the batch size was kept', async () => {
    const { tuner } = onResource()
    const { run } = await trained(tuner)
    const events = await collect(tuner.jobs.events((await run.job()).id))
    expect(events.filter((event) => event.type === 'message' && event.level === 'warning')).toEqual([])
  })

  it.each([true, false])('whose answer was lost has one job, also when metadata is kept: %s', async (keepsMetadata) => {
    const { tuner, account } = onResource({ keepsMetadata })
    const plan = await tuner.plan({ ...request, seed: 7 })
    emulated.emulator.faults.add({ operation: 'jobs.create', account: account.name, kind: 'reset', when: 'after' })
    const run = await tuner.start(plan)
    expect((await collect(tuner.jobs.list())).map(({ id }) => id)).toEqual([(await run.job()).id])
  })

  it('sends a file in parts by the dated API when it is large, and the v1 API has it whole', async () => {
    const { tuner, driver } = onResource({}, { uploadAboveBytes: 0, partBytes: 256 })
    const plan = await tuner.plan(request)
    const run = await tuner.start(plan)
    const { files = [] } = await run.job()
    const training = files.find(({ role }) => role === 'training')
    const stored = Buffer.concat(await collect(tuner.datasets.read(training?.id ?? '')))
    expect(stored.byteLength).toBe(plan.datasets[0]?.encoded.bytes)
    // No byte order mark: the plan's digest is of exactly what is kept.
    expect(stored[0]).toBe('{'.charCodeAt(0))
    expect(operations(driver)).not.toContain('files.create')
    expect(operations(driver).filter((operation) => operation === 'uploads.parts.create').length).toBeGreaterThan(1)
  })

  it('has a result file, events with metrics, and checkpoints that can be deployed', async () => {
    const { tuner } = onResource()
    const { run } = await trained(tuner, { hyperparameters: { epochs: 2, batchSize: 4 } })
    const { id, files = [] } = await run.job()
    const result = files.find(({ role }) => role === 'result')
    const table = Buffer.concat(await collect(tuner.datasets.read(result?.id ?? ''))).toString('utf8')
    expect(table).toMatch(/^step,train_loss,/)
    const events = await collect(tuner.jobs.events(id))
    expect(events.some((event) => event.type === 'metrics' && event.values['loss'] !== undefined)).toBe(true)
    const checkpoint = events.find((event) => event.type === 'checkpoint')
    expect(checkpoint).toMatchObject({ model: expect.stringMatching(/^ftchkpt-/) })
  })
})

describe('a request that Azure would refuse', () => {
  it.each([
    ['a suffix with a dot', { suffix: 'v1.2' }, 'invalid-argument'],
    ['a suffix of 41 characters', { suffix: 'x'.repeat(41) }, 'invalid-argument'],
    [
      'fifteen pairs of metadata',
      {
        metadata: Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, 'v'])),
      },
      'invalid-argument',
    ],
    ['an option of another spelling', { providerOptions: { azure: { trainingtype: 'Standard' } } }, 'invalid-argument'],
  ])('%s is refused before any request', async (_, changes, code) => {
    const { tuner, driver } = onResource()
    const asked = { ...request, ...changes } as PlanRequest<AzureDriver> // one that the types would refuse
    await expect(tuner.plan(asked)).rejects.toMatchObject({ code })
    expect(operations(driver)).toEqual([])
  })

  it('nine examples are refused, and nothing is left behind', async () => {
    const { tuner } = onResource()
    const start = async () => tuner.start(await tuner.plan({ ...request, training: rows(9) }))
    await expect(start()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:dataset-invalid|invalid-argument|job-failed)$/),
    })
    expect(await collect(tuner.jobs.list())).toEqual([])
  })
})

describe('a deployment', () => {
  it('L4: without a SKU is refused before any request', async () => {
    const { tuner, driver } = onResource()
    const { model } = await trained(tuner)
    const before = operations(driver).length
    await expect(model.deploy()).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('no default'),
    })
    expect(operations(driver)).toHaveLength(before)
  })

  it('takes the SKU that the driver was made with', async () => {
    const { tuner } = onResource({}, { deploymentSku: 'DeveloperTier', deploymentCapacity: 5 })
    const { model } = await trained(tuner)
    const live = await model.deploy()
    const deployment = await tuner.deployments.get(live.id)
    expect(deployment.offering).toBe('azure/serve/DeveloperTier')
    expect(deployment.endsAt?.getTime()).toBe((deployment.createdAt?.getTime() ?? 0) + 24 * 3_600_000)
    expect(deployment.raw).toMatchObject({ sku: { capacity: 5 } })
  })

  it('with a key alone is refused before any request, and says what is missing', async () => {
    const account = emulated.emulator.account()
    const { ANYTUNE_AZURE_ACCESS_TOKEN: _, ...environment } = account.env('azure')
    const tuner = createTuner(
      driverOf(settingsOf({ trainingType: 'Standard', deploymentSku: 'Standard' }, environment)),
    )
    await expect(tuner.models.open('some.ft-1').deploy()).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('a key is not enough'),
    })
    expect(account.requests()).toEqual([])
  })

  it('that is somebody else’s is never changed', async () => {
    const { tuner, account } = onResource()
    const { model } = await trained(tuner)
    account.seed({ models: 1, deployments: [{ name: 'support' }] }, 'azure')
    const before = await tuner.deployments.get('support')
    const deploy = model.deploy({ providerOptions: { azure: { sku: 'Standard', name: 'support' } } })
    await expect(deploy).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('"support"'),
    })
    expect(await tuner.deployments.get('support')).toEqual(before)
    expect(account.requests().filter(({ method }) => method === 'PUT')).toEqual([])
  })

  it('answers as soon as it can: Succeeded is not ready', async () => {
    const { driver } = onResource({ readinessLagMilliseconds: 1500 })
    // Core asks once: the waiting is the adapter's, for as long as the deployment is young.
    const tuner = createTuner(driver, { retry: { attempts: 1, firstMs: 1, maximumMs: 1 } })
    const { model } = await trained(tuner)
    const live = await model.deploy(SKU)
    expect((await tuner.deployments.get(live.id)).status).toBe('ready')
    expect((await live.chat(QUESTION)).finish).not.toBe('unknown')
  })

  it('that fails says so, and stays until it is taken down', async () => {
    const { tuner } = onResource({ failsDeployments: true })
    const { model } = await trained(tuner)
    const error: unknown = await model.deploy(SKU).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'failed-precondition' })
    const [failed, ...more] = await collect(tuner.deployments.list())
    expect(more).toEqual([])
    expect(failed).toMatchObject({ status: 'failed', failure: expect.stringMatching(/./) })
    await tuner.deployments.delete(failed?.id ?? '')
    expect(await collect(tuner.deployments.list())).toEqual([])
  })

  it('is listed with all others that serve tuned models, over pages', async () => {
    const { tuner, account } = onResource({ deploymentsPerPage: 2 })
    const { deployments = [] } = account.seed({ models: 2, deployments: 5 }, 'azure')
    const listed = await collect(tuner.deployments.list())
    expect(listed.map(({ id }) => id).toSorted()).toEqual([...deployments].toSorted())
  })

  it('tells when it was last asked, and when it goes for want of questions', async () => {
    const { tuner, account } = onResource()
    const named = [
      { name: 'used', lastUsedDaysAgo: 3, daysAgo: 20 },
      { name: 'idle', daysAgo: 10 },
    ]
    account.seed({ models: 1, deployments: named }, 'azure')
    const listed = new Map((await collect(tuner.deployments.list())).map((one) => [one.id, one]))
    const { lastUsedAt, endsAt } = listed.get('used') ?? {}
    expect(((endsAt?.getTime() ?? 0) - (lastUsedAt?.getTime() ?? 0)) / 86_400_000).toBe(15)
    expect(Math.round((Date.now() - (lastUsedAt?.getTime() ?? 0)) / 86_400_000)).toBe(3)
    const idle = listed.get('idle')
    expect(idle).not.toHaveProperty('lastUsedAt')
    expect(((idle?.endsAt?.getTime() ?? 0) - (idle?.createdAt?.getTime() ?? 0)) / 86_400_000).toBe(15)
    expect(await tuner.deployments.get('used')).toEqual(listed.get('used'))
  })

  it('of a name that is nowhere is not found, also when it is asked', async () => {
    const { tuner } = onResource()
    await expect(tuner.models.open('nowhere').chat(QUESTION)).rejects.toMatchObject({ code: 'not-found' })
    await expect(tuner.deployments.delete('nowhere')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the content filter', () => {
  it.each(['prompt', 'answer'] as const)(
    'that stops the %s makes a filtered answer, and no error',
    async (contentFilter) => {
      const { tuner, account } = onResource()
      const { model } = await trained(tuner)
      const live = await model.deploy(SKU)
      account.configure({ contentFilter }, 'azure')
      expect((await live.chat(QUESTION)).finish).toBe('filtered')
    },
  )

  it('says what it found in an answer, and nothing of what is safe', async () => {
    const { tuner, account } = onResource()
    const { model } = await trained(tuner)
    const live = await model.deploy(SKU)
    expect(await live.chat(QUESTION)).not.toHaveProperty('findings')
    account.configure({ contentFilter: 'answer' }, 'azure')
    const { findings } = await live.chat(QUESTION)
    expect(findings?.length).toBeGreaterThan(0)
    for (const finding of findings ?? []) expect(finding).toMatchObject({ side: 'answer', filtered: true })
  })
})

describe('a question', () => {
  it('takes the service’s own data sources along', async () => {
    const { tuner, account } = onResource()
    const { model } = await trained(tuner)
    const live = await model.deploy(SKU)
    const parameters = { endpoint: 'https://facts.search.windows.net', index_name: 'facts' }
    const dataSources = [{ type: 'azure_search', parameters }]
    await live.chat(QUESTION, { providerOptions: { azure: { dataSources }, elsewhere: { any: 1 } } })
    const asked = account.requests().findLast(({ operation }) => operation === 'chat.create')
    expect(asked?.requestBody).toMatchObject({ json: { data_sources: dataSources } })
    expect(asked?.requestBody).not.toHaveProperty('json.providerOptions')
  })

  it('with an option that Azure does not have is refused before it is sent', async () => {
    const { tuner, driver } = onResource()
    const before = operations(driver).length
    const asking = tuner.models.open('any').chat(QUESTION, { providerOptions: { azure: { dataSource: [] } } })
    await expect(asking).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(operations(driver)).toHaveLength(before)
  })
})

describe('a tuned model', () => {
  it.each([true, false])('has its base model and its last day; with Azure Resource Manager: %s', async (managed) => {
    const account = emulated.emulator.account()
    const { ANYTUNE_AZURE_ACCESS_TOKEN: token, ...environment } = account.env('azure')
    const options = { trainingType: 'Standard', polling: { firstMs: 20, maximumMs: 100 } } as const
    const settings = settingsOf(options, managed ? { ...environment, ANYTUNE_AZURE_ACCESS_TOKEN: token } : environment)
    const tuner = createTuner(driverOf(settings))
    const { model, run } = await trained(tuner)
    const [kept] = await collect(tuner.models.list())
    expect(kept).toMatchObject({ id: model.id, baseModel: BASE_MODEL, servedUntil: expect.any(Date) })
    expect(kept?.servedUntil?.getUTCFullYear()).toBe(2027)
    // Which job made it is told by the dated API alone.
    expect(kept?.job).toBe(managed ? undefined : (await run.job()).id)
    expect(await tuner.models.get(model.id)).toEqual(kept)
  })
})

describe('what is refused while content is sent', () => {
  it.each([
    ['files.create', {}],
    ['uploads.parts.create', { uploadAboveBytes: 0 }],
    ['uploads.complete', { uploadAboveBytes: 0 }],
  ])('by %s shows no row, not even in the error’s cause', async (operation, options) => {
    const { tuner, account } = onResource({}, options)
    const plan = await tuner.plan(request)
    const message = 'Line 1 is not valid: "What does number 0 cost?"'
    emulated.emulator.faults.add({ operation, account: account.name, kind: 'status', status: 400, message, times: 9 })
    const error: unknown = await tuner.start(plan).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid-argument' })
    expect(inspect(error, { depth: 9 })).not.toContain('What does number')
    expect(await collect(tuner.datasets.list())).toEqual([])
  })
})

describe('an identity instead of a key', () => {
  it('is enough for the whole life, and asked once for each scope', async () => {
    const account = emulated.emulator.account()
    const { AZURE_OPENAI_API_KEY: _, ANYTUNE_AZURE_ACCESS_TOKEN: token = '', ...environment } = account.env('azure')
    const scopes: string[] = []
    const getToken = async (scope: string | string[]) => {
      scopes.push(String(scope))
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 }
    }
    const options = {
      trainingType: 'GlobalStandard',
      credential: { getToken },
      uploadAboveBytes: 0,
      polling: { firstMs: 20, maximumMs: 100 },
    }
    const tuner = createTuner(driverOf(settingsOf(options, environment)))
    const { model } = await trained(tuner)
    const live = await model.deploy(SKU)
    expect((await live.chat(QUESTION)).text).toMatch(/./)
    await live.undeploy()
    expect(scopes.toSorted()).toEqual([
      'https://ai.azure.com/.default',
      'https://cognitiveservices.azure.com/.default',
      'https://management.azure.com/.default',
    ])
  })
})

describe('before anything is sent', () => {
  const checks = ({ preflight }: Plan) => Object.fromEntries(preflight.map(({ id, ...check }) => [id, check]))

  it('the resource is looked at without being changed', async () => {
    const { tuner, account } = onResource()
    const plan = await tuner.plan(request)
    expect(plan.verified?.region).toBe('azure/swedencentral')
    expect(checks(plan)).toMatchObject({
      resource: { result: 'passed' },
      'base-model': { result: 'passed', message: expect.stringContaining('can be tuned until 2027-04-14') },
      'job-limit': { result: 'passed', message: '0 of 100 jobs' },
      'file-limit': { result: 'passed' },
      'deployment-limit': { result: 'passed', message: '0 of 10 deployments of tuned models' },
    })
    expect(account.requests().every(({ method }) => method === 'GET')).toBe(true)
  })

  it('a key that is not the resource’s is told, and a plan with it does not start', async () => {
    const account = emulated.emulator.account()
    const settings = settingsOf({ trainingType: 'Standard', apiKey: 'no-key-of-mine' }, account.env('azure'))
    const tuner = createTuner(driverOf(settings))
    const plan = await tuner.plan(request)
    expect(checks(plan)).toMatchObject({ resource: { result: 'failed' } })
    const error: unknown = await tuner.start(plan).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'failed-precondition' })
    expect(JSON.stringify(error)).not.toContain('no-key-of-mine')
  })

  it('what cannot be read without Azure Resource Manager is said to be so', async () => {
    const account = emulated.emulator.account()
    const { ANYTUNE_AZURE_ACCESS_TOKEN: _, ...environment } = account.env('azure')
    const tuner = createTuner(driverOf(settingsOf({ trainingType: 'Standard' }, environment)))
    expect(checks(await tuner.plan(request))).toMatchObject({
      resource: { result: 'passed' },
      'deployment-limit': { result: 'could-not-read' },
    })
  })

  it('a resource that is full of jobs is told', async () => {
    const { tuner, account } = onResource()
    account.seed({ jobs: 100 }, 'azure')
    const plan = await tuner.plan(request)
    expect(checks(plan)).toMatchObject({
      'job-limit': { result: 'failed', message: 'the resource has 100 jobs, and takes 100' },
    })
    const refused = await tuner.start(plan).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'failed-precondition', next: [{ do: 'export-all' }] })
  })
})
