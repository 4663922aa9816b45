import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, memoryJournal, type Journal, type Plan } from '../src/index.ts'
import { memory } from '../src/memory.ts'
import { assertPermit, requestPermit } from '../src/policy/gate.ts'
import { NOT_CONFIGURED } from '../src/policy/judgement.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
const RETRY = { attempts: 2, firstMs: 1, maximumMs: 2 }

describe('an error', () => {
  it('says what to do next about a permit that is for something else', () => {
    const elsewhere = () =>
      assertPermit(requestPermit({ purpose: 'chat' }, NOT_CONFIGURED), { purpose: 'stage', sha256: 'a' })
    expect(elsewhere).toThrow(expect.objectContaining({ code: 'policy-refused', hint: expect.any(String) as string }))
  })
})

describe('a caller that breaks while it is told of progress', () => {
  it('gets its own error, and the staging is not taken for lost', async () => {
    const driver = memory()
    const tuner = createTuner(driver, { journal: memoryJournal(), retry: RETRY })
    const broken = new Error('the progress bar broke')
    const starting = tuner.start(await tuner.plan(REQUEST), {
      onProgress({ type }) {
        if (type === 'bytes') throw broken
      },
    })
    await expect(starting).rejects.toBe(broken)
    expect(driver.calls.filter(({ operation }) => operation === 'datasets.part')).toHaveLength(1)
  })
})

describe('a journal of another version', () => {
  it('is not gone on with: what this version does not know would be ignored', async () => {
    const journal = memoryJournal()
    const driver = memory()
    const tuner = createTuner(driver, { journal, retry: RETRY })
    const run = await tuner.start(await tuner.plan(REQUEST))
    const later: Journal = {
      ...journal,
      async read(id) {
        const entries = await journal.read(id)
        return entries.map(({ at, entry }) => {
          // As a later version might write it.
          const plan = 'plan' in entry ? ({ ...entry.plan, version: 2 } as unknown as Plan) : undefined
          return { at, entry: plan === undefined || !('plan' in entry) ? entry : { ...entry, plan } }
        })
      },
    }
    const resuming = createTuner(driver, { journal: later, retry: RETRY }).resume(run.id)
    await expect(resuming).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
