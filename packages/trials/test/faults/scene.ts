import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azure } from '@anytune/azure'
import { createTuner, type Journal, memoryJournal, type Plan, type Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'
import { type Emulator, type EmulatorAccount, type Exchange, startEmulator } from '@anytune/emulator'
import { openai } from '@anytune/openai'
import { missing } from '../contract/specification.ts'
import { breachesOf, contractsOf } from '../contract/traffic.ts'
import { keepLedger, type Ledger } from './account-ledger.ts'

export type VendorName = 'openai' | 'azure'

/** What no error may show. */
export const PLANTED = {
  /** In each row, and quoted in the vendor's error bodies. */
  row: 'The heron sleeps at 4711.',
  /** In the vendor's error bodies, as vendors show keys. */
  key: 'sk-proj-planted0123456789',
} as const

/** The last day of OpenAI's new jobs shall not be the last day of these tests. */
const NOW = new Date('2026-11-25T12:00:00Z')
export const BASE_MODEL = 'gpt-4.1-mini-2025-04-14'
/** Pauses are as short as they can be: what counts is how often a vendor is asked. */
const RETRY = { attempts: 3, firstMs: 0, maximumMs: 1 }

/** A tuner on a fresh account that has one of each thing. */
export interface Scene {
  readonly vendor: VendorName
  readonly account: EmulatorAccount
  readonly tuner: Tuner
  readonly journal: Journal
  readonly plan: Plan
  readonly things: {
    readonly dataset: string
    readonly job: string
    readonly model: string
    readonly deployment: string
  }
  /** Credentials of the account, which no error may show either. */
  readonly credentials: readonly string[]
}

export interface SceneOptions {
  /** Datasets are sent in parts. */
  readonly inParts?: boolean
  /** The client's own patience. Default: longer than any test. */
  readonly timeoutMs?: number
}

export interface Ground extends AsyncDisposable {
  readonly emulator: Emulator
  readonly ledger: Ledger
  /** What is not as the vendors describe it; nothing where their descriptions are not at hand. */
  breachesOf(exchanges: readonly Exchange[]): readonly string[]
  scene(vendor: VendorName, options?: SceneOptions): Promise<Scene>
}

export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'anytune-faults-'))
  const training = join(folder, 'train.jsonl')
  writeFileSync(training, rows(12))
  const emulator = await startEmulator({ vendors: ['openai', 'azure'], schedule: SCHEDULE })
  const ledger = keepLedger(emulator)
  const contracts = missing === undefined ? contractsOf() : undefined
  const plans = new Map<VendorName, Promise<Plan>>()
  const planFor = (vendor: VendorName, tuner: Tuner) => {
    // It names the vendor's host and the file, and no account.
    const plan =
      plans.get(vendor) ??
      tuner.plan({
        baseModel: BASE_MODEL,
        method: 'supervised',
        training,
        hyperparameters: { epochs: 50, batchSize: 1 },
      })
    plans.set(vendor, plan)
    return plan
  }
  return {
    emulator,
    ledger,
    breachesOf: (exchanges) => (contracts === undefined ? [] : breachesOf(contracts, exchanges)),
    async scene(vendor, options = {}) {
      const account = emulator.account()
      account.configure(SETTINGS[vendor], vendor)
      const seeded = account.seed(SEEDS[vendor], vendor)
      const environment = account.env(vendor)
      const driver = DRIVERS[vendor]({ environment, ...options })
      const journal = memoryJournal()
      const tuner = createTuner(driver, { journal, retry: RETRY, now: () => NOW })
      const first = (kind: string) => seeded[kind]?.[0] ?? ''
      return {
        vendor,
        account,
        tuner,
        journal,
        plan: await planFor(vendor, tuner),
        things: {
          dataset: first('files'),
          job: first('jobs'),
          model: first('models'),
          deployment: first('deployments'),
        },
        credentials: [account.name, environment['ANYTUNE_AZURE_ACCESS_TOKEN']].filter((one) => one !== undefined),
      }
    },
    async [Symbol.asyncDispose]() {
      ledger.stop()
      await emulator.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A job trains at once, and for 600 steps: longer than any trial. */
const SCHEDULE = { validatingMilliseconds: 0, queuedMilliseconds: 0, stepMilliseconds: 100, evaluatingMilliseconds: 0 }
const SETTINGS: Readonly<Record<VendorName, Readonly<Record<string, unknown>>>> = {
  openai: { processingMilliseconds: 0 },
  azure: {
    processingMilliseconds: 0,
    pausingMilliseconds: 0,
    deployingMilliseconds: 0,
    readinessLagMilliseconds: 0,
    undeployingMilliseconds: 0,
  },
}
const SEEDS: Readonly<Record<VendorName, Readonly<Record<string, unknown>>>> = {
  openai: { files: 1, jobs: 1, models: 1 },
  azure: { files: 1, jobs: 1, models: 1, deployments: [{ daysAgo: 1 }] },
}

interface Connection extends SceneOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The vendors' real adapters, over their real SDKs. */
const DRIVERS: Readonly<Record<VendorName, (connection: Connection) => Driver>> = {
  openai({ environment, inParts, timeoutMs }) {
    return openai({
      apiKey: environment['OPENAI_API_KEY'] ?? '',
      baseURL: environment['OPENAI_BASE_URL'] ?? '',
      polling: POLLING,
      ...(inParts && IN_PARTS),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
  },
  azure({ environment, inParts, timeoutMs }) {
    const token = environment['ANYTUNE_AZURE_ACCESS_TOKEN'] ?? ''
    return azure({
      trainingType: 'Standard',
      deploymentSku: 'Standard',
      endpoint: environment['AZURE_OPENAI_ENDPOINT'] ?? '',
      credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      subscriptionId: environment['AZURE_SUBSCRIPTION_ID'] ?? '',
      resourceGroup: environment['ANYTUNE_AZURE_RESOURCE_GROUP'] ?? '',
      account: environment['ANYTUNE_AZURE_ACCOUNT'] ?? '',
      resourceManager: environment['ANYTUNE_AZURE_RESOURCE_MANAGER'] ?? '',
      polling: POLLING,
      ...(inParts && IN_PARTS),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
  },
}

const POLLING = { firstMs: 1, maximumMs: 5 }
/** In one part, so that the same requests are made each time. */
const IN_PARTS = { uploadAboveBytes: 0, partBytes: 65_536 }

function rows(count: number): string {
  const row = (index: number) => ({
    messages: [
      { role: 'user', content: `Where is heron ${index}?` },
      { role: 'assistant', content: PLANTED.row },
    ],
  })
  return Array.from({ length: count }, (_, index) => `${JSON.stringify(row(index))}\n`).join('')
}
