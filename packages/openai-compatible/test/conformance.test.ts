import { runConformance } from '@anytune/conformance'
import type { JobStatus } from '@anytune/core/driver'
import { startEmulator } from '@anytune/emulator'
import { openaiCompatible } from '@anytune/openai-compatible'
import { afterAll, describe, it } from 'vitest'
import { emulated } from './emulated.ts'
import { JOB_STATUSES } from '../src/statuses.ts'

const STATUSES: Readonly<Record<string, JobStatus>> = JOB_STATUSES
const FORMS = ['method', 'legacy'] as const

const emulator = await startEmulator({
  vendors: ['openai'],
  schedule: { validatingMilliseconds: 20, queuedMilliseconds: 20, stepMilliseconds: 5, evaluatingMilliseconds: 20 },
})
afterAll(() => emulator.close())

for (const hyperparametersForm of FORMS) {
  const { open, accountOf, ...known } = emulated(emulator, (connection) =>
    openaiCompatible({ ...connection, hyperparametersForm, polling: { firstMs: 20, maximumMs: 100 } }),
  )
  await runConformance({
    name: `openai-compatible, ${hyperparametersForm} form`,
    describe,
    it,
    afterAll,
    harness: {
      makeDriver: () => open(emulator.account()),
      sameAccount: (driver) => open(accountOf(driver)),
      calls: known.calls,
      baseModel: 'gpt-4.1-mini-2025-04-14',
      quick: {
        supervised: { hyperparameters: { epochs: 3, batchSize: 4 } },
        preference: { hyperparameters: { epochs: 1, batchSize: 4 } },
      },
      // Six hundred steps of five milliseconds.
      slow: { hyperparameters: { epochs: 50, batchSize: 1 } },
      statuses: { expected: STATUSES, statusOf: (word) => STATUSES[word] ?? 'unknown' },
      checkpoints: 'servable',
      asked: known.asked,
      storedBytes: known.storedBytes,
      plantOddJob: (driver) =>
        void accountOf(driver).seed({ jobs: [{ shownAs: { status: 'levitating', error: {} } }] }),
      faults: { kinds: ['lost-request', 'lost-answer', 'server-error', 'rate-limited'], failNext: known.fail },
      timeoutMs: 60_000,
    },
  })
}
