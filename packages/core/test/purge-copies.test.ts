import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, memoryJournal } from '../src/index.ts'
import { memory, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const RETRY = { attempts: 2, firstMs: 0, maximumMs: 0 }
const POLLING = { firstMs: 1, maximumMs: 1 }

/** The same driver, for which no dataset is found by its id the first time. */
function findingLate(driver: MemoryDriver): MemoryDriver {
  const asked = new Set<string>()
  return {
    ...driver,
    polling: POLLING,
    datasets: {
      ...driver.datasets,
      get(id, context) {
        const again = asked.has(id)
        asked.add(id)
        return driver.datasets.get(again ? id : 'not-yet', context)
      },
    },
  }
}

describe('a second copy of a dataset', () => {
  it('that is listed, and not yet found by its id, is not told as gone', async () => {
    const driver = memory({ listLagMs: 60_000, keepsKeys: false, durations: { processingMs: 0 } })
    driver.fail({ operation: 'datasets.create', when: 'after' })
    driver.fail({ operation: 'jobs.create', when: 'before', error: { code: 'permission-denied', reached: 'yes' } })
    const tuner = createTuner(findingLate(driver), { journal: memoryJournal(), retry: RETRY })
    const plan = await tuner.plan({ baseModel: 'memory-small', method: 'supervised', training })
    await expect(tuner.start(plan)).rejects.toMatchObject({ code: 'permission-denied' })
    driver.advance(120_000)
    const [run] = await Array.fromAsync(tuner.runs.list())
    const { things } = await tuner.purge(run?.id ?? '')
    // The run itself has looked at the second one alone.
    expect(things.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['dataset removed', 'dataset removed'])
    expect(driver.store.datasets.size).toBe(0)
  })
})
