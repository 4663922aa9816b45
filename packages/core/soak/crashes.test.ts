import { rmSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { createTuner, isAnytuneError, memoryJournal } from '../src/index.ts'
import { memory, memoryStore, type MemoryFault, type MemoryStore } from '../src/memory.ts'
import { dying } from '../test/dying-journal.ts'
import { chatFile, temporaryFolder } from '../test/support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training, validation } as const
const CASES = 5000

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function faults(below: (n: number) => number): MemoryFault[] {
  const operations = ['datasets.create', 'jobs.create', 'datasets.find', 'jobs.find', 'datasets.get'] as const
  return Array.from({ length: below(3) }, () => ({
    operation: operations[below(operations.length)] ?? 'jobs.create',
    when: below(2) === 0 ? 'before' : 'after',
    times: 1 + below(2),
  }))
}

async function jobsOn(store: MemoryStore): Promise<number> {
  let count = 0
  for await (const _ of createTuner(memory({ store }), { journal: memoryJournal() }).jobs.list()) count++
  return count
}

it(`${CASES} runs with crashes and lost answers: never two jobs, and one at the end or a decision to make`, async () => {
  const ends = { one: 0, decision: 0 }
  for (let seed = 0; seed < CASES; seed++) {
    const below = random(seed)
    const keepsKeys = below(4) > 0
    const store = memoryStore({ durations: { processingMs: 0 }, keepsKeys })
    const journal = memoryJournal()
    const open = (lives: number) =>
      createTuner(memory({ store, faults: faults(below) }), {
        journal: lives < 15 ? dying(journal, lives, below(2) === 0) : journal,
        retry: { attempts: 3, firstMs: 0, maximumMs: 0 },
      })
    const starter = open(below(20))
    await starter.start(await starter.plan(REQUEST)).catch(() => {})
    const [id] = await journal.list()
    if (id === undefined) throw new Error(`seed ${seed}: not journalled`)

    let end: 'one' | 'decision' | undefined
    for (let tries = 0; end === undefined && tries < 40; tries++) {
      try {
        await open(below(20)).resume(id)
        end = 'one'
      } catch (error) {
        if (isAnytuneError(error) && error.code === 'needs-decision') end = 'decision'
      }
      expect(await jobsOn(store), `seed ${seed}`).toBeLessThanOrEqual(1)
    }
    if (end === undefined) throw new Error(`seed ${seed}: never ended`)
    expect(keepsKeys ? ['one'] : ['one', 'decision'], `seed ${seed}`).toContain(end)
    // At a decision to make there is one that cannot be told to be ours, or none.
    expect(end === 'decision' ? [0, 1] : [1], `seed ${seed}`).toContain(await jobsOn(store))
    ends[end]++
  }
  expect(ends.one).toBeGreaterThan(CASES / 2)
  expect(ends.decision).toBeGreaterThan(0)
})
