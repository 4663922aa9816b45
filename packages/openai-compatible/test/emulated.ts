import type { Driver, Job, Method } from '@anytune/core/driver'
import type { Asked, FaultKind, FaultOperation } from '@anytune/conformance'
import type { Emulator, EmulatorAccount, FaultKind as EmulatedFault } from '@anytune/emulator'

/** How an account is reached. */
export interface Connection {
  readonly apiKey: string
  readonly baseURL: string
}

/** Drivers on accounts of the emulator's OpenAI, and what the emulator itself knows of them. */
export function emulated<D extends Driver, O>(emulator: Emulator, make: (connection: Connection, options?: O) => D) {
  const accounts = new WeakMap<Driver, EmulatorAccount>()

  function open(account: EmulatorAccount, options?: O): D {
    const { OPENAI_API_KEY: apiKey = '', OPENAI_BASE_URL: baseURL = '' } = account.env('openai')
    const driver = make({ apiKey, baseURL }, options)
    accounts.set(driver, account)
    return driver
  }

  function accountOf(driver: Driver): EmulatorAccount {
    const account = accounts.get(driver)
    if (account === undefined) throw new Error('this driver was not opened here')
    return account
  }

  /** Asks the vendor without the driver. */
  async function ask(driver: Driver, path: string): Promise<Response> {
    const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseURL } = accountOf(driver).env('openai')
    // The log keeps it apart by its agent.
    const headers = { authorization: `Bearer ${key}`, 'user-agent': TEST_AGENT }
    const response = await fetch(`${baseURL}${path}`, { headers })
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return response
  }

  return {
    open,
    accountOf,
    /** One word for each request of a driver. */
    calls: (driver: Driver) =>
      accountOf(driver)
        .requests()
        .filter(({ requestHeaders }) => requestHeaders['user-agent'] !== TEST_AGENT)
        .map(({ operation }) => operation),
    storedBytes: async (driver: Driver, file: string) =>
      new Uint8Array(await (await ask(driver, `/files/${file}/content`)).arrayBuffer()),
    asked: async (driver: Driver, { id }: Job) =>
      // The emulator's answer, by the vendor's schema.
      toAsked((await (await ask(driver, `/fine_tuning/jobs/${id}`)).json()) as VendorRecord, accountOf(driver)),
    fail(driver: Driver, operation: FaultOperation, kind: FaultKind) {
      const { name: account } = accountOf(driver)
      emulator.faults.add({ ...FAULTS[kind], operation: OPERATIONS[operation], account })
    },
  }
}

const TEST_AGENT = 'the test itself'

const OPERATIONS: Readonly<Record<FaultOperation, string>> = {
  'jobs.get': 'jobs.get',
  'jobs.list': 'jobs.list',
  'jobs.create': 'jobs.create',
  'datasets.create': 'files.create',
}

const FAULTS: Readonly<Record<FaultKind, EmulatedFault>> = {
  'lost-request': { kind: 'reset', when: 'before' },
  'lost-answer': { kind: 'reset', when: 'after' },
  'server-error': { kind: 'status', status: 500 },
  'rate-limited': { kind: 'rate-limit' },
  unauthenticated: { kind: 'status', status: 401 },
  'permission-denied': { kind: 'status', status: 403 },
  hang: { kind: 'hang' },
}

interface Numbers {
  readonly n_epochs?: number | 'auto'
  readonly batch_size?: number | 'auto'
  readonly learning_rate_multiplier?: number | 'auto'
  readonly beta?: number | 'auto'
}

interface VendorRecord {
  readonly id: string
  readonly seed: number
  readonly validation_file: string | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly method: {
    readonly type: 'supervised' | 'dpo' | 'reinforcement'
    readonly [name: string]: unknown
  }
}

const METHODS: Readonly<Record<VendorRecord['method']['type'], Method>> = {
  supervised: 'supervised',
  dpo: 'preference',
  reinforcement: 'reinforcement',
}

const NAMES = {
  n_epochs: 'epochs',
  batch_size: 'batchSize',
  learning_rate_multiplier: 'learningRateMultiplier',
  beta: 'beta',
}

/** Reinforcement has numbers of its own, which are options of this provider. */
function isCommon(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name)
}

/** The job as the vendor has it; its suffix is in the request alone. */
function toAsked(record: VendorRecord, account: EmulatorAccount): Asked {
  const { type } = record.method
  // By the vendor's schema, whatever the method.
  const { hyperparameters = {} } = (record.method[type] ?? {}) as { readonly hyperparameters?: Numbers }
  const named = Object.entries(hyperparameters).flatMap(([name, value]) =>
    isCommon(name) && typeof value === 'number' ? [[NAMES[name], value] as const] : [],
  )
  const suffix = suffixOf(record.id, account)
  return {
    method: METHODS[type],
    hyperparameters: Object.fromEntries(named),
    seed: record.seed,
    ...(suffix !== undefined && { suffix }),
    ...(record.metadata !== null && { metadata: record.metadata }),
    ...(record.validation_file !== null && { validation: record.validation_file }),
  }
}

function suffixOf(job: string, account: EmulatorAccount): string | undefined {
  const made = account.requests().find(({ operation, responseBody }) => {
    if (operation !== 'jobs.create' || responseBody === undefined || !('json' in responseBody)) return false
    return Object(responseBody.json).id === job
  })
  const body = made?.requestBody
  return body !== undefined && 'json' in body ? Object(body.json).suffix : undefined
}
