import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, dataset, memoryJournal, type PlannedDataset, type PlanRequest } from '../src/index.ts'
import { memory, type MemoryDriver } from '../src/memory.ts'
import { asPlanned } from '../src/plan/sources.ts'
import { chatFile, chatRow, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const

function tunerOn(driver = memory()) {
  return createTuner(driver, { journal: memoryJournal(), retry: { attempts: 2, firstMs: 1, maximumMs: 2 } })
}

describe('reading a dataset', () => {
  it('counts the rows that the wanted format cannot hold among the rejected ones', async () => {
    const two = chatFile(folder, 'two.jsonl', 2)
    const request = { ...REQUEST, training: two, method: 'preference', skipRejected: true } as const
    await expect(tunerOn().plan(request)).rejects.toMatchObject({
      code: 'dataset-invalid',
      data: { rejected: { count: 2, first: [{ line: 1 }, { line: 2 }], byRule: { 'not-representable': 2 } } },
    })
  })

  it.each([1, 2, 3, 4, 5])('ends with the abort of the caller, in pass %i over the data', async (pass) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let passes = 0
    let readAfter = 0
    const source = {
      name: 'rows',
      async *open() {
        const mine = ++passes
        for (let row = 0; row < 50; row++) {
          if (controller.signal.aborted) readAfter++
          yield Buffer.from(`${chatRow(`q${row}`, 'a')}\n`)
          if (mine === pass && row === 10) controller.abort(reason)
        }
      },
    }
    const driver = memory()
    const judging: MemoryDriver = {
      ...driver,
      datasets: {
        ...driver.datasets,
        async rules(_, examples) {
          for await (const _ of examples());
          return []
        },
      },
    }
    const planning = tunerOn(judging).plan({ ...REQUEST, training: dataset(source) }, { signal: controller.signal })
    await expect(planning).rejects.toBe(reason)
    expect(readAfter).toBeLessThanOrEqual(1)
  })

  it.each([
    ['nothing', {}],
    ['a source without its wrapping', { name: 'rows', open: () => [] }],
    ['a field that is none', { source: training, clas: 'internal' }],
    ['a number', 7],
  ])('is refused when the dataset is %s', async (_, given) => {
    // As a JavaScript caller may write it.
    const request = { ...REQUEST, training: given } as unknown as PlanRequest<MemoryDriver>
    await expect(tunerOn().plan(request)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('training') as string,
    })
  })

  it('hands on no byte beyond those of the plan', async () => {
    const path = join(folder, 'grown.jsonl')
    writeFileSync(path, '')
    const planned = { role: 'training', name: 'grown.jsonl', encoded: { bytes: 4, sha256: '' } }
    async function* grown() {
      yield Buffer.from('1234')
      yield Buffer.from('5678')
    }
    const handed: string[] = []
    const passing = async () => {
      // Only what is compared is needed here.
      for await (const chunk of asPlanned(grown(), planned as unknown as PlannedDataset)) {
        handed.push(Buffer.from(chunk).toString())
      }
    }
    await expect(passing()).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(handed).toEqual(['1234'])
  })
})

describe('a tuner', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses pages of %d, which would end a list before its end', async (pageSize) => {
    const tuner = tunerOn()
    await tuner.start(await tuner.plan(REQUEST))
    await expect(Array.fromAsync(tuner.jobs.list({ pageSize }))).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('says what is wrong when a list repeats its pages', async () => {
    const driver = memory()
    const list = async () => ({ items: [], next: 'same' })
    const tuner = tunerOn({ ...driver, jobs: { ...driver.jobs, list } })
    await expect(Array.fromAsync(tuner.jobs.list())).rejects.toMatchObject({
      code: 'unknown',
      hint: expect.any(String) as string,
    })
  })

  it('closes its journal also when the driver cannot be closed', async () => {
    const journal = memoryJournal()
    let closed = false
    const driver: MemoryDriver = { ...memory(), close: () => Promise.reject(new Error('stuck')) }
    const tuner = createTuner(driver, { journal: { ...journal, close: async () => void (closed = true) } })
    await expect(tuner.close()).rejects.toThrow('stuck')
    expect(closed).toBe(true)
  })
})
