import { describe, expect, it } from 'vitest'
import { runConformance, TOPICS, type ConformanceOptions } from '../src/index.ts'
import { memoryHarness } from './memory-harness.ts'

interface Registered {
  readonly topic: string
  readonly name: string
  readonly run: () => Promise<void>
  readonly skipped: boolean
}

/** A runner that only writes down what it is given. */
async function registered(options: Partial<ConformanceOptions> = {}) {
  const tests: Registered[] = []
  const closing: (() => Promise<void>)[] = []
  let topic = ''
  const add = (skipped: boolean) => (name: string, run: () => Promise<void>) =>
    tests.push({ topic, name, run, skipped })
  await runConformance({
    name: 'memory',
    harness: memoryHarness(),
    describe(name, body) {
      topic = name
      body()
    },
    it: Object.assign(add(false), { skip: add(true) }),
    afterAll: (close) => closing.push(close),
    ...options,
  })
  return { tests, close: () => Promise.all(closing.map((close) => close())) }
}

describe('runConformance', () => {
  it('names every topic, and skips nothing when the harness is complete', async () => {
    const { tests, close } = await registered()
    expect(new Set(tests.map(({ topic }) => topic)).size).toBe(TOPICS.length)
    expect(tests.filter(({ skipped }) => skipped)).toEqual([])
    await close()
  })

  it('shows what the harness cannot check as skipped, with the reason', async () => {
    const { faults: _, storedBytes: __, ...harness } = memoryHarness()
    const { tests, close } = await registered({ harness })
    const skipped = tests.filter((test) => test.skipped).map(({ name }) => name)
    expect(skipped).toContain('rows in are rows out (unchecked: the harness has no storedBytes)')
    expect(skipped).toContain('lost-answer is understood as such (unchecked: the harness injects no lost-answer)')
    await close()
  })

  it('fails an expected failure that passes', async () => {
    const expectedFailures = { 'unsupported: reinforcement training is unsupported, with zero calls': 'see issue 1' }
    const { tests, close } = await registered({ expectedFailures })
    const test = tests.find(({ name }) => name.startsWith('reinforcement'))
    await expect(test?.run()).rejects.toThrow('passes now')
    await close()
  })

  it('passes an expected failure that fails', async () => {
    const harness = memoryHarness((driver) =>
      Object.assign(driver, { classify: () => ({ code: 'unknown', reached: 'no' }) }),
    )
    const title = 'errors: any thrown value is understood, and nothing is taken for harmless'
    const { tests, close } = await registered({ harness, expectedFailures: { [title]: 'see issue 2' } })
    const test = tests.find(({ name }) => name.startsWith('any thrown value'))
    await expect(test?.run()).resolves.toBeUndefined()
    await close()
  })

  it('refuses an expected failure of no test', async () => {
    await expect(registered({ expectedFailures: { 'jobs: no such test': 'x' } })).rejects.toThrow('there is no test')
  })
})
