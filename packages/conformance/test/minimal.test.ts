import type { Driver } from '@anytune/core/driver'
import { afterAll, describe, it } from 'vitest'
import { runConformance } from '../src/index.ts'
import { overlay } from '../src/overlay.ts'
import { memoryHarness } from './memory-harness.ts'

/** A provider that can train supervised and nothing more: every topic that it lacks is inverted. */
const harness = memoryHarness((driver) =>
  // Members that are undefined are how an operation is lacking at run time.
  overlay<Driver>(driver, {
    capabilities: {
      methods: { supervised: { format: 'openai-chat', hyperparameters: { epochs: { minimum: 1, integer: true } } } },
      fields: {},
      baseModels: { exhaustive: true, known: { 'memory-small': {} } },
    },
    options: { job: (value) => driver.options.job(value) },
    datasets: overlay<Driver['datasets']>(driver.datasets, without('delete', 'abandon')),
    jobs: overlay<Driver['jobs']>(driver.jobs, without('pause', 'resume', 'events', 'changed')),
    ...without('models', 'deployments', 'chat', 'preflight'),
  }),
)

function without(...names: readonly string[]): Record<string, never> {
  return Object.fromEntries(names.map((name) => [name, undefined])) as Record<string, never>
}

await runConformance({ name: 'minimal', harness: { ...harness, checkpoints: 'none' }, describe, it, afterAll })
