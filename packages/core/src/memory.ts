/**
 * The in-memory provider: reference implementation of the driver interface and a test double for users.
 *
 * It behaves like a vendor (accounts, uploads, jobs that take their time, deployments, faults) and trains nothing:
 * a fine-tuned model is a table of its training examples, and answers with the target of the closest one.
 */
import type { AccountSettings, Driver, JobsDriver, PreflightCheck } from './driver.ts'
import { AnytuneError } from './errors.ts'
import { memoryChat } from './memory/chat.ts'
import { type MemoryDatasets, memoryDatasets } from './memory/datasets.ts'
import { memoryDeployments } from './memory/deployments.ts'
import { jobOfModel, type MemoryJob } from './memory/job-state.ts'
import { memoryJobs } from './memory/jobs.ts'
import { memoryModels } from './memory/models.ts'
import {
  MEMORY_CAPABILITIES,
  type MemoryFault,
  type MemoryOptions,
  memoryOptions,
  type MemoryTypes,
  parseStoreOptions,
} from './memory/options.ts'
import {
  classify,
  type Connection,
  connect,
  type MemoryCall,
  memoryStore,
  type MemoryStore,
  toPending,
} from './memory/store.ts'

export type { MemoryJob } from './memory/job-state.ts'
export {
  MEMORY_CAPABILITIES,
  MEMORY_STATES,
  type MemoryDurations,
  type MemoryFailure,
  type MemoryFault,
  type MemoryLifetimes,
  type MemoryDeploymentOptions,
  type MemoryJobOptions,
  type MemoryOperation,
  type MemoryOptions,
  type MemoryState,
  type MemoryStoreOptions,
} from './memory/options.ts'
export { type MemoryCall, memoryStore, type MemoryStore } from './memory/store.ts'

/** A driver for an in-memory account. */
export interface MemoryDriver extends Driver {
  readonly provider: 'memory'
  readonly capabilities: typeof MEMORY_CAPABILITIES
  readonly '~types'?: MemoryTypes<MemoryJob>
  readonly datasets: MemoryDatasets
  readonly jobs: Required<JobsDriver>
  readonly models: ReturnType<typeof memoryModels>
  readonly deployments: ReturnType<typeof memoryDeployments>
  readonly chat: NonNullable<Driver['chat']>
  readonly verifyTerms: NonNullable<Driver['verifyTerms']>
  /** The account: give it to another `memory({ store })` to have a second process on it. */
  readonly store: MemoryStore
  /** Every request the account saw so far: operations and ids, no content. */
  readonly calls: readonly MemoryCall[]
  /** Moves the account's time forward, so that a test need not wait. */
  advance(ms: number): void
  /** Adds a fault to those given as options. */
  fail(fault: MemoryFault): void
}

/**
 * Makes a driver for a new in-memory account, or for the one given as `store`.
 *
 * @throws AnytuneError `configuration` when options of an account stand beside `store`.
 */
export function memory(options: MemoryOptions = {}): MemoryDriver {
  const { faults = [], ...rest } = options
  const connection = connect('store' in rest ? storeAlone(rest) : memoryStore(rest), faults)
  const { store } = connection
  return {
    spi: 1,
    provider: 'memory',
    scope: `account/${store.account}`,
    capabilities: MEMORY_CAPABILITIES,
    options: memoryOptions,
    polling: { firstMs: 5, maximumMs: 50 },
    datasets: memoryDatasets(connection),
    jobs: memoryJobs(connection),
    models: memoryModels(connection),
    deployments: memoryDeployments(connection),
    chat: memoryChat(connection),
    offering: () => ({ id: 'memory', title: 'In-memory test double', egress: 'none' }),
    preflight: ({ baseModel }, context) =>
      connection.request({ operation: 'preflight' }, context, () => [checkBaseModel(connection, baseModel)]),
    verifyTerms: (context) => connection.request({ operation: 'verifyTerms' }, context, () => accountSettings(store)),
    classify,
    store,
    calls: store.calls,
    advance: (ms) => store.clock.advance(ms),
    fail: (fault) => void connection.faults.push(toPending(fault)),
  }
}

/**
 * Makes the driver from a configuration file's options.
 *
 * @throws AnytuneError `configuration` naming the unknown key and the allowed ones.
 */
export function createDriver(options: unknown): MemoryDriver {
  return memory(parseStoreOptions(options))
}

function storeAlone(options: { readonly store: MemoryStore }): MemoryStore {
  const others = Object.keys(options).filter((key) => key !== 'store')
  if (others.length === 0) return options.store
  throw new AnytuneError('configuration', `memory: ${others.join(', ')} cannot stand beside store`, {
    provider: 'memory',
    hint: 'give options of the account to memoryStore() instead',
  })
}

function accountSettings({ account, set }: MemoryStore): AccountSettings {
  return {
    source: `the in-memory account ${account}`,
    settings: [],
    terms: [],
    ...set,
    checks: [{ id: 'account', result: 'read', message: 'the account says what it has set' }],
  }
}

function checkBaseModel({ store }: Connection, baseModel: string): PreflightCheck {
  const known =
    Object.hasOwn(MEMORY_CAPABILITIES.baseModels.known, baseModel) || jobOfModel(store, baseModel) !== undefined
  return known
    ? { id: 'base-model', result: 'passed', message: `the base model ${baseModel} is there` }
    : { id: 'base-model', result: 'failed', message: `there is no base model ${baseModel}`, hint: 'use memory-small' }
}
