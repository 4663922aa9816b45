import { azure } from '@anytune/azure'
import { type Emulator, startEmulator } from '@anytune/emulator'
import { openai } from '@anytune/openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AZURE_V1, OPENAI } from './amendments.ts'
import { live } from './life.ts'
import { missing } from './specification.ts'
import { breachesOf, type Contracts, contractsOf } from './traffic.ts'
import { datasetFiles } from './traffic-files.ts'

/** Busy machines take their time; nothing here is measured. */
const TIMEOUT_MS = 300_000

const MODELS = { baseModel: 'gpt-4.1-mini-2025-04-14', reasoningModel: 'o4-mini-2025-04-16' }
/** Datasets in parts, and looks that come soon. */
const QUICK = { uploadAboveBytes: 1_100, partBytes: 800, polling: { firstMs: 20, maximumMs: 200 } }

/** What the adapters use of each API. */
const USED: Readonly<Record<string, readonly string[]>> = {
  openai: [
    ...'chat.create files.content files.create files.delete files.get files.list'.split(' '),
    ...'jobs.cancel jobs.checkpoints jobs.create jobs.events jobs.get jobs.list jobs.pause jobs.resume'.split(' '),
    ...'models.delete models.get models.list uploads.complete uploads.create uploads.parts.create'.split(' '),
  ],
  azure: [
    ...'account.get account.models.list chat.create'.split(' '),
    ...'deployments.delete deployments.get deployments.list deployments.put'.split(' '),
    ...'files.content files.create files.delete files.get files.list'.split(' '),
    ...'jobs.cancel jobs.checkpoints jobs.create jobs.events jobs.get jobs.list jobs.pause jobs.resume'.split(' '),
    ...'metrics.list models.get models.list operations.result'.split(' '),
    ...'uploads.complete uploads.create uploads.parts.create'.split(' '),
  ],
}

describe.skipIf(missing !== undefined)('the traffic of the adapters’ whole life', () => {
  let emulator: Emulator
  let contracts: Contracts

  beforeAll(async () => {
    emulator = await startEmulator({ vendors: ['openai', 'azure'] })
    contracts = contractsOf()
    using files = datasetFiles()
    const { OPENAI_API_KEY: apiKey = '', OPENAI_BASE_URL: baseURL = '', ...env } = emulator.env
    await live({ driver: openai({ apiKey, baseURL, ...QUICK }), ...MODELS, files })
    const token = env['ANYTUNE_AZURE_ACCESS_TOKEN'] ?? ''
    const onAzure = azure({
      trainingType: 'Standard',
      deploymentSku: 'Standard',
      endpoint: env['AZURE_OPENAI_ENDPOINT'] ?? '',
      credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      subscriptionId: env['AZURE_SUBSCRIPTION_ID'] ?? '',
      resourceGroup: env['ANYTUNE_AZURE_RESOURCE_GROUP'] ?? '',
      account: env['ANYTUNE_AZURE_ACCOUNT'] ?? '',
      resourceManager: env['ANYTUNE_AZURE_RESOURCE_MANAGER'] ?? '',
      ...QUICK,
    })
    await live({ driver: onAzure, ...MODELS, files })
  }, TIMEOUT_MS)

  afterAll(() => emulator.close())

  it('is as the vendors describe it', () => {
    expect(breachesOf(contracts, emulator.requests())).toEqual([])
  })

  it.each(['openai', 'azure'])('has every operation that is used of %s', (vendor) => {
    const own = emulator.requests().filter((exchange) => exchange.vendor === vendor)
    const accepted = own.filter(({ status = 0 }) => status < 300)
    expect([...new Set(accepted.map(({ operation }) => operation))].toSorted()).toEqual(USED[vendor])
  })

  it('has refusals of both vendors', () => {
    const refused = emulator.requests().filter(({ status = 0 }) => status >= 400)
    expect(new Set(refused.map(({ vendor }) => vendor))).toEqual(new Set(['openai', 'azure']))
  })

  it('streams pieces that are as described', async () => {
    const { openai: description, azure: descriptions } = contracts
    const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseURL, AZURE_OPENAI_API_KEY: azureKey, ...env } = emulator.env
    const [model = ''] = emulator.account(key).seed({ models: 1 }, 'openai')['models'] ?? []
    const [deployment = ''] =
      emulator.account(azureKey).seed({ models: 1, deployments: [{ daysAgo: 1 }] }, 'azure')['deployments'] ?? []
    const pieces = {
      openai: await streamed(`${baseURL}/chat/completions`, key, model),
      azure: await streamed(`${env['AZURE_OPENAI_ENDPOINT']}/openai/v1/chat/completions`, azureKey, deployment),
    }
    expect(Math.min(pieces.openai.length, pieces.azure.length)).toBeGreaterThan(3)
    const faults = [
      ...pieces.openai.flatMap((piece) => description[0]?.faultsOf(PIECE, piece)),
      ...pieces.azure.flatMap((piece) => descriptions[1]?.faultsOf(PIECE, piece)),
    ]
    expect(faults).toEqual([])
    // Without what is known of Azure they would not be.
    expect(pieces.azure.flatMap((piece) => description[0]?.faultsOf(PIECE, piece))).not.toEqual([])
  })

  it.each([...OPENAI, ...AZURE_V1])('differs from the description: $what ($source)', (amendment) => {
    expect(breachesOf(contractsOf(amendment), emulator.requests())).not.toEqual([])
  })
})

const PIECE = 'CreateChatCompletionStreamResponse'

/** The pieces of an answer, as they are on the wire. */
async function streamed(url: string, key: string | undefined, model: string): Promise<readonly unknown[]> {
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    stream_options: { include_usage: true },
  })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const text = await (await fetch(url, { method: 'POST', headers, body })).text()
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line): unknown => JSON.parse(line.slice('data: '.length)))
}
