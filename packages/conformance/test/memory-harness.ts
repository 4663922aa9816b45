import {
  MEMORY_STATES,
  memory,
  type MemoryDriver,
  type MemoryFailure,
  type MemoryFault,
  type MemoryStoreOptions,
} from '@anytune/core/memory'
import type { Driver } from '@anytune/core/driver'
import type { FaultKind, Harness } from '../src/index.ts'

/** Makes something else of the driver, such as one with a defect. */
export type Change = (driver: MemoryDriver) => Driver

const FAULTS: Readonly<Record<FaultKind, Pick<MemoryFault, 'when' | 'error'>>> = {
  'lost-request': { when: 'before', error: { code: 'unavailable', reached: 'maybe' } },
  'lost-answer': { when: 'after', error: { code: 'unavailable', reached: 'maybe' } },
  'server-error': { when: 'before', error: { code: 'unavailable', reached: 'maybe', status: 503 } },
  'rate-limited': { when: 'before', error: { code: 'rate-limited', reached: 'yes', status: 429, retryAfterMs: 1 } },
  unauthenticated: { when: 'before', error: refusedAs('unauthenticated') },
  'permission-denied': { when: 'before', error: refusedAs('permission-denied') },
  hang: { when: 'before', error: 'hang' },
}

function refusedAs(code: MemoryFailure['code']): MemoryFailure {
  return { code, reached: 'yes' }
}

/** The in-memory account behind a driver of the suite, which may be a proxy of ours. */
function accountOf(driver: Driver): MemoryDriver {
  return driver as MemoryDriver
}

function unreachable(): never {
  throw new Error('the account has no such job')
}

/** What the suite must know of the in-memory provider, or of a driver made of it. */
export const memoryHarness = (change: Change = (driver) => driver, options: MemoryStoreOptions = {}): Harness => ({
  // Long enough for a slow job to be caught while it runs, also on a busy machine.
  makeDriver: () => change(memory({ durations: { steppingMs: 40 }, ...options })),
  sameAccount: (driver) => change(memory({ store: accountOf(driver).store })),
  calls: (driver) => accountOf(driver).calls.map(({ operation }) => operation),
  baseModel: 'memory-small',
  quick: { supervised: { hyperparameters: { epochs: 2 } }, preference: { hyperparameters: { beta: 0.1 } } },
  slow: { hyperparameters: { epochs: 50 } },
  statuses: {
    expected: MEMORY_STATES,
    async statusOf(word) {
      const account = memory()
      const driver = change(account)
      const context = {
        signal: new AbortController().signal,
        retry: <T>(part: () => Promise<T>) => part(),
        until: () => Promise.reject(new Error('nothing to wait for')),
        save: async () => {},
        progress: () => {},
      }
      // Staging needs a permit, and a word needs no data: the account is told of a dataset directly.
      account.store.datasets.set('dataset-x', {
        id: 'dataset-x',
        sequence: 0,
        createdAt: new Date(0),
        name: 'x',
        format: 'openai-chat',
        bytes: new Uint8Array(),
        sha256: '',
        lessons: [],
      })
      const spec = { baseModel: 'memory-small', method: 'supervised', training: 'dataset-x' } as const
      const attempt = { key: 'conformance-states', since: new Date() }
      const { id } = await driver.jobs.create({ ...spec, hyperparameters: {}, providerOptions: {} }, attempt, context)
      account.store.reportState(id, word)
      return (await driver.jobs.get(id, context)).status
    },
  },
  checkpoints: 'servable',
  asked(driver, { id }) {
    const { method, hyperparameters, suffix, seed, metadata, validation } =
      accountOf(driver).store.jobs.get(id)?.spec ?? unreachable()
    return {
      method,
      hyperparameters,
      ...(suffix !== undefined && { suffix }),
      ...(seed !== undefined && { seed }),
      ...(metadata !== undefined && { metadata }),
      ...(validation !== undefined && { validation }),
    }
  },
  storedBytes: async (driver, id) => accountOf(driver).store.datasets.get(id)?.bytes ?? new Uint8Array(),
  plantOddJob(driver) {
    const { store } = accountOf(driver)
    const spec = {
      baseModel: '',
      method: 'reinforcement',
      training: 'gone',
      hyperparameters: {},
      providerOptions: {},
    } as const
    const odd = { spec, rows: 0, outcome: { status: 'expired' }, model: 'model-odd', lessons: [], acts: [] } as const
    const sequence = store.nextSequence()
    store.jobs.set('job-odd', { id: 'job-odd', sequence, createdAt: store.clock.now(), ...odd })
    store.reportState('job-odd', 'partially_done')
  },
  faults: {
    kinds: Object.keys(FAULTS) as FaultKind[],
    failNext: (driver, operation, kind) => accountOf(driver).fail({ operation, ...FAULTS[kind] }),
  },
})
