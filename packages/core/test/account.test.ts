import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, hasEnded, memoryJournal, runOfDataset } from '../src/index.ts'
import { memory, memoryStore, type MemoryStoreOptions } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const DAY = 24 * 3_600_000
const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')

async function tuned(options: MemoryStoreOptions = {}) {
  const driver = memory({ store: memoryStore(options) })
  const tuner = createTuner(driver, { journal: memoryJournal() })
  const run = await tuner.start(await tuner.plan({ baseModel: 'memory-small', method: 'supervised', training }))
  return { driver, tuner, run }
}

describe('an account that keeps things for a time', () => {
  it('says until when, and has removed them after it', async () => {
    const lifetimes = { datasetMs: 30 * DAY, modelMs: 60 * DAY, deploymentMs: DAY }
    const { driver, tuner, run } = await tuned({ lifetimes })
    const handle = await run.model()
    const live = await handle.deploy()
    await live.chat([{ role: 'user', content: 'hello' }])

    const [dataset] = await Array.fromAsync(tuner.datasets.list())
    const deployment = await tuner.deployments.get(live.id)
    const model = await tuner.models.get(handle.id)
    const job = await run.job()
    expect(dataset?.expiresAt).toEqual(new Date(Number(dataset?.createdAt) + 30 * DAY))
    expect(model.servedUntil).toEqual(new Date(Number(job.finishedAt) + 60 * DAY))
    expect(deployment.endsAt).toEqual(new Date(Number(deployment.createdAt) + DAY))
    expect(deployment.offering).toBe(tuner.offering({ operation: 'serve' }).id)
    expect(Number(deployment.lastUsedAt)).toBeGreaterThanOrEqual(Number(deployment.createdAt))

    driver.advance(2 * DAY)
    expect(await Array.fromAsync(tuner.deployments.list())).toEqual([])
    expect(await Array.fromAsync(tuner.datasets.list())).toHaveLength(1)
    driver.advance(29 * DAY)
    expect(await Array.fromAsync(tuner.datasets.list())).toEqual([])
    expect((await Array.fromAsync(tuner.models.list())).map(({ id }) => id)).toEqual([handle.id])
    driver.advance(30 * DAY)
    expect(await Array.fromAsync(tuner.models.list())).toEqual([])
    expect(await run.job()).not.toHaveProperty('model')
  })
})

describe('reading an account', () => {
  it('tells the events of a running job so far, without waiting for its end', async () => {
    const { driver, tuner, run } = await tuned({ clock: 'manual', durations: { processingMs: 0, steppingMs: 1000 } })
    driver.advance(500)
    const { id } = await run.job()
    const events = await Array.fromAsync(tuner.jobs.events(id, { follow: false }))
    expect(events.map(({ type }) => type)).toEqual(['message', 'message', 'message'])
    expect(hasEnded(await tuner.jobs.get(id))).toBe(false)
  })

  it('knows by its name which run a dataset was staged for', async () => {
    const { tuner, run } = await tuned()
    const [dataset] = await Array.fromAsync(tuner.datasets.list())
    expect(dataset).toBeDefined()
    expect(runOfDataset(dataset!)).toBe(run.id)
    // A provider without names, where the id is the attempt's key.
    expect(runOfDataset({ id: `${run.id}-validation` })).toBe(run.id)
    expect(runOfDataset({ id: `${run.id}-training-2` })).toBe(run.id)
    for (const name of ['train.jsonl', `x-${run.id}-training.jsonl`, `${run.id}-results.csv`, 'run-short-training']) {
      expect(runOfDataset({ id: 'file-1', name })).toBeUndefined()
    }
  })

  it('names the account as references do', async () => {
    const { driver, tuner, run } = await tuned()
    expect(tuner.scope).toBe(driver.scope)
    expect(run.reference).toContain(encodeURIComponent(tuner.scope))
  })
})
