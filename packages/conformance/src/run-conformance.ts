import { DEFAULT_TIMEOUT_MS } from './account.ts'
import type { Harness } from './harness.ts'
import { makeSuite, TOPICS, type TopicName } from './suite.ts'
import { TOPIC_TESTS } from './topics/topics.ts'

/** One test of the suite. */
export interface ConformanceTest {
  readonly topic: TopicName
  readonly name: string
  /** `topic: name`, as {@link ConformanceOptions.expectedFailures} names it. */
  readonly title: string
  /** Why it cannot be run with this harness; it is reported as skipped, never left out. */
  readonly unchecked?: string
  run(): Promise<void>
}

/** The suite for one driver, for runners of any kind. */
export interface Conformance {
  readonly tests: readonly ConformanceTest[]
  /** After the last test: removes the suite's files, and cleans up what the harness made. */
  close(): Promise<void>
}

/** The parts of a test runner that are needed; those of vitest, node:test, Jest and Mocha fit. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  it: ((name: string, body: () => Promise<void>, timeoutMs: number) => unknown) & {
    skip(name: string, body: () => Promise<void>): unknown
  }
  afterAll(body: () => Promise<void>): unknown
}

export interface ConformanceOptions extends Runner {
  /** What the tests are called by: the provider's name. */
  readonly name: string
  readonly harness: Harness
  /** Known gaps, `topic: name` with the reason. A gap that has closed fails the test as well. */
  readonly expectedFailures?: Readonly<Record<string, string>>
}

/** Writes the tests for what a driver has, and the inverted ones for what it lacks. Makes one driver to see. */
export async function makeConformance(harness: Harness): Promise<Conformance> {
  const suite = await makeSuite(harness)
  const tests = TOPICS.flatMap((topic) =>
    TOPIC_TESTS[topic](suite).map((test): ConformanceTest => {
      const known = { topic, name: test.name, title: `${topic}: ${test.name}` }
      if ('run' in test) return { ...known, run: test.run }
      return {
        ...known,
        unchecked: test.unchecked,
        run: () => Promise.reject(new Error(`this test cannot be run: ${test.unchecked}`)),
      }
    }),
  )
  return { tests, close: () => suite.close() }
}

/**
 * Runs the suite in the caller's test runner: `await runConformance({ name, harness, describe, it, afterAll })`,
 * at the top level of a test file.
 *
 * @throws Error when an expected failure names no test.
 */
export async function runConformance(options: ConformanceOptions): Promise<void> {
  const { name, harness, describe, it, afterAll, expectedFailures = {} } = options
  const { tests, close } = await makeConformance(harness)
  assertNamed(expectedFailures, tests)
  afterAll(close)
  for (const topic of TOPICS) {
    describe(`${name} conforms: ${topic}`, () => {
      for (const test of tests) {
        if (test.topic !== topic) continue
        if (test.unchecked !== undefined) it.skip(`${test.name} (unchecked: ${test.unchecked})`, test.run)
        else it(test.name, () => runOne(test, expectedFailures[test.title]), harness.timeoutMs ?? DEFAULT_TIMEOUT_MS)
      }
    })
  }
}

async function runOne(test: ConformanceTest, expected: string | undefined): Promise<void> {
  if (expected === undefined) return test.run()
  const failed = await test.run().then(
    () => false,
    () => true,
  )
  if (!failed)
    throw new Error(`this test passes now: take it out of expectedFailures, where it stands for: ${expected}`)
}

function assertNamed(expected: Readonly<Record<string, string>>, tests: readonly ConformanceTest[]): void {
  for (const title of Object.keys(expected)) {
    if (!tests.some((test) => test.title === title)) throw new Error(`expectedFailures: there is no test "${title}"`)
  }
}
