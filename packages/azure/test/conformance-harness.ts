import type { Asked, FaultKind, FaultOperation, Harness } from '@anytune/conformance'
import type { Driver, Job, Method } from '@anytune/core/driver'
import type { Emulator, EmulatorOptions, FaultKind as VendorFault } from '@anytune/emulator'
import { fromJob, hyperparametersOf } from '../src/from-job.ts'
import type { AzureJob } from '../src/from-job.ts'
import { type Emulated, startEmulated } from './emulated.ts'

/** An emulator for the conformance suite, and what the suite must know of it and of the driver. */
export async function conformanceHarness(
  options: Partial<EmulatorOptions> = {},
): Promise<{ readonly emulator: Emulator; readonly harness: Harness }> {
  // A job must tell more slowly than it is listened to, also on a busy machine: some tests listen until it is silent.
  const schedule = { stepMilliseconds: 250 }
  const { emulator, connect, accountOf, ask } = await startEmulated({ schedule, ...options })
  const harness: Harness = {
    makeDriver: () => connect(),
    sameAccount: (driver) => connect(accountOf(driver)),
    calls: (driver) =>
      accountOf(driver)
        .requests()
        .map(({ operation }) => operation),
    baseModel: 'gpt-4.1-mini-2025-04-14',
    quick: {
      supervised: { hyperparameters: { epochs: 3, batchSize: 12 } },
      preference: { hyperparameters: { epochs: 1, batchSize: 12 } },
      reinforcement: {
        // The one model that takes it without an invitation.
        baseModel: 'o4-mini-2025-04-16',
        hyperparameters: { epochs: 1, batchSize: 12 },
        providerOptions: { reinforcement: { grader: GRADER, evalInterval: 2 } },
        rows: Array.from({ length: 12 }, (_, index) => ({
          messages: [{ role: 'user', content: `What is twice ${index}?` }],
          answer: String(2 * index),
        })),
      },
    },
    slow: { hyperparameters: { epochs: 5000, batchSize: 1 } },
    deploymentOptions: { sku: 'Standard' },
    statuses: {
      expected: {
        created: 'queued',
        pending: 'queued',
        validating_files: 'validating',
        queued: 'queued',
        running: 'running',
        pausing: 'pausing',
        paused: 'paused',
        resuming: 'queued',
        canceling: 'cancelling',
        cancelling: 'cancelling',
        canceled: 'cancelled',
        cancelled: 'cancelled',
        succeeded: 'succeeded',
        failed: 'failed',
      },
      statusOf: (word) => fromJob({ id: 'ftjob-1', status: word } as unknown as AzureJob).status, // a word of any schema
    },
    checkpoints: 'servable',
    unsortedLists: ['datasets', 'jobs', 'models', 'deployments'],
    asked: (driver, job) => asked(ask, driver, job),
    storedBytes: async (driver, dataset) => (await ask(driver, `/files/${dataset}/content`)).bytes(),
    plantOddJob(driver) {
      const shownAs = { status: 'dreaming', method: { type: 'telepathy' }, hyperparameters: null, error: {} }
      accountOf(driver).seed({ jobs: [{ shownAs }] }, 'azure')
    },
    faults: {
      kinds: Object.keys(FAULTS) as FaultKind[], // the table's own keys
      failNext(driver, operation, kind) {
        emulator.faults.add({ operation: OPERATIONS[operation], account: accountOf(driver).name, ...FAULTS[kind] })
      },
    },
    timeoutMs: 120_000,
    cleanUp: () => emulator.close(),
  }
  return { emulator, harness }
}

const FAULTS: Readonly<Record<FaultKind, VendorFault>> = {
  'lost-request': { kind: 'reset', when: 'before' },
  'lost-answer': { kind: 'reset', when: 'after' },
  'server-error': { kind: 'status', status: 500 },
  'rate-limited': { kind: 'rate-limit', retryAfter: '1' },
  unauthenticated: { kind: 'status', status: 401 },
  'permission-denied': { kind: 'status', status: 403 },
  hang: { kind: 'hang' },
}
const OPERATIONS: Readonly<Record<FaultOperation, string>> = {
  'jobs.get': 'jobs.get',
  'jobs.list': 'jobs.list',
  'jobs.create': 'jobs.create',
  'datasets.create': 'files.create',
}

const GRADER = {
  type: 'string_check',
  name: 'exact',
  input: '{{sample.output_text}}',
  reference: '{{item.answer}}',
  operation: 'eq',
} as const

const METHODS: Readonly<Record<string, Method>> = {
  supervised: 'supervised',
  dpo: 'preference',
  reinforcement: 'reinforcement',
}

/** What the resource itself says that it was asked for. */
async function asked(ask: Emulated['ask'], driver: Driver, { id }: Job): Promise<Asked> {
  const response = await ask(driver, `/fine_tuning/jobs/${id}`)
  const job = (await response.json()) as AzureJob // as the emulator sends it
  const method = METHODS[job.method?.type ?? '']
  if (method === undefined) throw new Error('the job has no method')
  return {
    method,
    hyperparameters: hyperparametersOf(job),
    ...(job.user_provided_suffix && { suffix: job.user_provided_suffix }),
    ...(typeof job.seed === 'number' && { seed: job.seed }),
    ...(job.metadata && { metadata: job.metadata }),
    ...(job.validation_file && { validation: job.validation_file }),
  }
}
