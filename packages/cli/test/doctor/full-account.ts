import { createTuner, memoryJournal, type Tuner } from '@anytune/core'
import type { Context } from '@anytune/core/driver'
import { memory, memoryStore, type MemoryDriver, type MemoryStoreOptions } from '@anytune/core/memory'
import { rows } from '../anytune.ts'

/** What a driver is handed, for calls that wait for nothing. */
const CONTEXT: Context = {
  signal: new AbortController().signal,
  retry: (part) => part(),
  until: () => Promise.reject(new Error('nothing to wait for')),
  save: async () => {},
  progress: () => {},
}

export interface FullAccount {
  readonly driver: MemoryDriver
  readonly tuner: Tuner
  /** The run whose dataset all jobs train on. */
  readonly run: string
  readonly jobs: readonly string[]
}

/** An account with as many jobs, models and deployments as asked for, and calls that are counted from then on. */
export async function fullAccount(
  counts: { readonly models: number; readonly deployments: number },
  options: MemoryStoreOptions = {},
): Promise<FullAccount> {
  const driver = memory({ store: memoryStore({ clock: 'manual', ...options }) })
  const tuner = createTuner(driver, { journal: memoryJournal(), retry: { attempts: 4, firstMs: 1, maximumMs: 2 } })
  const source = {
    name: 'rows',
    open: async function* () {
      yield Buffer.from(rows(4))
    },
  }
  const { dataset } = await import('@anytune/core')
  const plan = await tuner.plan({ baseModel: 'memory-small', method: 'supervised', training: dataset(source) })
  // Time stands still here: it is moved while the dataset is being read.
  const starting = tuner.start(plan)
  const ticking = setInterval(() => driver.advance(1000), 1)
  const run = await starting.finally(() => clearInterval(ticking))
  const [{ id: training } = { id: '' }] = await Array.fromAsync(tuner.datasets.list())
  const jobs = [(await run.job()).id]
  for (let index = 1; index < counts.models; index++) {
    const spec = { ...plan, training, providerOptions: {} }
    jobs.push((await driver.jobs.create(spec, { key: `attempt-${index}`, since: new Date(0) }, CONTEXT)).id)
  }
  driver.advance(60_000)
  const models = await Array.fromAsync(tuner.models.list())
  for (let index = 0; index < counts.deployments; index++) {
    const spec = { model: models[index]?.id ?? '', providerOptions: {} }
    await driver.deployments.create(spec, { key: `deploy-${index}`, since: new Date(0) }, CONTEXT)
  }
  driver.store.calls.splice(0)
  // What the tuner can do is asked for at run time here, as the command line does.
  return { driver, tuner: tuner as unknown as Tuner, run: run.id, jobs }
}
