import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConformance } from '@anytune/conformance'
import type { Driver } from '@anytune/core/driver'
import { local, type LocalDriver } from '@anytune/local'
import { afterAll, describe, it } from 'vitest'
import { fromJob } from '../src/from-job.ts'
import { exampleFacts } from './example-facts.ts'
import { killRunners } from './support.ts'

/** Directories by the scope of their drivers. */
const places = new Map<string, string>()

function open(directory: string): LocalDriver {
  const driver = local({ directory })
  places.set(driver.scope, directory)
  return driver
}

const placeOf = (driver: Driver) => places.get(driver.scope) ?? ''

await runConformance({
  name: 'local',
  describe,
  it,
  afterAll,
  harness: {
    makeDriver: async () => open(join(await mkdtemp(join(tmpdir(), 'anytune-local-conformance-')), 'data')),
    sameAccount: (driver) => open(placeOf(driver)),
    baseModel: 'scratch-tiny',
    // Twelve rows in two steps an epoch; of the checkpoints at steps 10 and 20 both are kept.
    quick: { supervised: { hyperparameters: { epochs: 12, batchSize: 8 } } },
    slow: { hyperparameters: { epochs: 1000, batchSize: 8 } },
    statuses: {
      expected: {
        starting: 'queued',
        validating: 'validating',
        running: 'running',
        pausing: 'pausing',
        paused: 'paused',
        interrupted: 'paused',
        cancelling: 'cancelling',
        cancelled: 'cancelled',
        succeeded: 'succeeded',
        failed: 'failed',
        unreadable: 'unknown',
      },
      statusOf: (word) => fromJob(exampleFacts(word), new Date()).status,
    },
    checkpoints: 'servable',
    storedBytes: (driver, dataset) => readFile(join(placeOf(driver), 'datasets', `${dataset}.jsonl`)),
    async plantOddJob(driver) {
      const job = join(placeOf(driver), 'jobs', 'odd-job')
      await mkdir(job, { recursive: true })
      await writeFile(join(job, 'job.json'), '{"version":2,"method":"telepathy"}')
    },
    timeoutMs: 90_000,
    async cleanUp() {
      for (const directory of places.values()) {
        await killRunners(open(directory))
        await rm(join(directory, '..'), { recursive: true, force: true, maxRetries: 5 })
      }
    },
  },
})
