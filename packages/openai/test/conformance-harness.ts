import type { Harness } from '@anytune/conformance'
import type { JobStatus } from '@anytune/core/driver'
import { type Emulator, type EmulatorOptions, startEmulator } from '@anytune/emulator'
import { openai } from '@anytune/openai'
import { JOB_STATUSES } from '../src/statuses.ts'
import { emulated } from '../../openai-compatible/test/emulated.ts'

const POLLING = { firstMs: 20, maximumMs: 100 }

/** An emulator for the conformance suite, and what the suite must know of it and of the driver. */
export async function conformanceHarness(
  options: Partial<EmulatorOptions> = {},
): Promise<{ readonly emulator: Emulator; readonly harness: Harness }> {
  const emulator = await startEmulator({
    vendors: ['openai'],
    schedule: { validatingMilliseconds: 20, queuedMilliseconds: 20, stepMilliseconds: 5, evaluatingMilliseconds: 20 },
    ...options,
  })
  const { open, accountOf, ...known } = emulated(emulator, (connection) => openai({ ...connection, polling: POLLING }))
  const harness: Harness = {
    makeDriver: () => open(emulator.account()),
    sameAccount: (driver) => open(accountOf(driver)),
    calls: known.calls,
    baseModel: 'gpt-4.1-mini-2025-04-14',
    quick: {
      supervised: { hyperparameters: { epochs: 3, batchSize: 4 } },
      preference: { hyperparameters: { epochs: 1, batchSize: 4 } },
      reinforcement: {
        // The one model that took it.
        baseModel: 'o4-mini-2025-04-16',
        hyperparameters: { epochs: 1, batchSize: 4 },
        providerOptions: { reinforcement: { grader: GRADER, evalInterval: 2 } },
        rows: Array.from({ length: 12 }, (_, index) => ({
          messages: [{ role: 'user', content: `What is twice ${index}?` }],
          answer: String(2 * index),
        })),
      },
    },
    // Six hundred steps of five milliseconds.
    slow: { hyperparameters: { epochs: 50, batchSize: 1 } },
    statuses: {
      // From the SDK's types, and the sample answer of `pause` in the vendor's API description.
      expected: {
        validating_files: 'validating',
        queued: 'queued',
        running: 'running',
        paused: 'paused',
        succeeded: 'succeeded',
        failed: 'failed',
        cancelled: 'cancelled',
      },
      statusOf: (word) => (Object.hasOwn(JOB_STATUSES, word) ? statusOf(word) : 'unknown'),
    },
    checkpoints: 'servable',
    asked: known.asked,
    storedBytes: known.storedBytes,
    plantOddJob(driver) {
      accountOf(driver).seed({
        jobs: [{ shownAs: { status: 'levitating', method: { type: 'telepathy' }, error: {}, result_files: null } }],
      })
    },
    faults: {
      kinds: [
        'lost-request',
        'lost-answer',
        'server-error',
        'rate-limited',
        'unauthenticated',
        'permission-denied',
        'hang',
      ],
      failNext: known.fail,
    },
    timeoutMs: 60_000,
    cleanUp: () => emulator.close(),
  }
  return { emulator, harness }
}

const GRADER = {
  type: 'string_check',
  name: 'exact',
  input: '{{sample.output_text}}',
  reference: '{{item.answer}}',
  operation: 'eq',
} as const

function statusOf(word: string): JobStatus {
  const all: Readonly<Record<string, JobStatus>> = JOB_STATUSES
  return all[word] ?? 'unknown'
}
