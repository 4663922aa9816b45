import { createTuner, memoryJournal, type Journal } from '@anytune/core'
import { startEmulator } from '@anytune/emulator'
import { openai, type OpenAIDriver } from '@anytune/openai'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { emulated } from '../../openai-compatible/test/emulated.ts'
import { collect, rowsFile, temporaryFolder } from './rows.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

// Time stands still but where a test moves it.
const emulator = await startEmulator({ vendors: ['openai'], clock: 'driven' })
const folder = temporaryFolder()
afterAll(async () => {
  await emulator.close()
  folder.remove()
})

const { open, accountOf, calls, storedBytes } = emulated(emulator, (connection) =>
  openai({ ...connection, uploadAboveBytes: 0, partBytes: 200, polling: { firstMs: 5, maximumMs: 20 } }),
)
const training = rowsFile(folder, 'train.jsonl', 12)
const REQUEST = { baseModel: 'gpt-4.1-mini-2025-04-14', method: 'supervised', training } as const

class Killed extends Error {
  override readonly name = 'Killed'
}

function tunerOn(driver: OpenAIDriver, journal: Journal) {
  return createTuner(driver, { journal, retry: { attempts: 3, firstMs: 1, maximumMs: 5 } })
}

/** A run whose process dies when its upload has so many parts, and the driver of the next process on the same account. */
async function killedAfter(parts: number) {
  const account = emulator.account()
  account.configure({ processingMilliseconds: 0 })
  const doomed = open(account)
  const journal = memoryJournal()
  const death = new AbortController()
  const stopListening = emulator.onRequest((phase, exchange) => {
    if (phase !== 'after' || exchange.account !== account.name || exchange.operation !== 'uploads.parts.create') return
    const arrived = calls(doomed).filter((operation) => operation === 'uploads.parts.create').length
    if (arrived >= parts) death.abort(new Killed('killed'))
  })
  const tuner = tunerOn(doomed, journal)
  const plan = await tuner.plan(REQUEST)
  await expect(tuner.start(plan, { signal: death.signal })).rejects.toThrow(Killed)
  stopListening()
  const [run] = await collect(tuner.runs.list())
  const driver = open(accountOf(doomed))
  return { run: run?.reference ?? '', driver, tuner: tunerOn(driver, journal), planned: plan.datasets[0]?.encoded }
}

const count = (driver: OpenAIDriver, operation: string) => calls(driver).filter((one) => one === operation).length

describe('an upload whose process was killed', () => {
  it.each([1, 3, 6])('after %i parts goes on in the next process, with one upload and one file', async (parts) => {
    const { run, driver, tuner, planned } = await killedAfter(parts)
    await tuner.resume(run)
    expect(count(driver, 'uploads.create')).toBe(1)
    const staged = await collect(tuner.datasets.list())
    expect(staged).toHaveLength(1)
    expect((await storedBytes(driver, staged[0]?.id ?? '')).byteLength).toBe(planned?.bytes)
    expect(await collect(tuner.jobs.list())).toHaveLength(1)
  })

  it('an hour ago has expired by the service’s clock, and is begun again', async () => {
    const { run, driver, tuner, planned } = await killedAfter(3)
    emulator.clock.advance(61 * 60_000)
    await tuner.resume(run)
    expect(count(driver, 'uploads.create')).toBe(2)
    expect((await collect(tuner.datasets.list())).map(({ bytes }) => bytes)).toEqual([planned?.bytes])
  })

  it('is removed with its run, parts and all', async () => {
    const { run, driver, tuner } = await killedAfter(3)
    const { id } = await tuner.runs.get(run)
    await tuner.purge(id)
    expect(count(driver, 'uploads.cancel')).toBe(1)
    expect(await collect(tuner.datasets.list())).toEqual([])
  })
})
