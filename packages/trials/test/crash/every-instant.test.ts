import { afterAll, describe, expect, it, vi } from 'vitest'
import { dieAgain, dieAt, instantsOf } from './die.ts'
import { describeInstant } from './instants.ts'
import { openGround } from './place.ts'
import { type Outcome, renderCounts, renderOutcomes } from './outcomes.ts'
import { random } from './random.ts'
import { type Condition, CONDITIONS, SCENARIOS } from './scenarios.ts'
import { innerWorlds } from './world.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const ground = await openGround()
afterAll(() => ground[Symbol.asyncDispose]())
const worlds = innerWorlds(ground)

const conditions: readonly Condition[] = Object.values(CONDITIONS)
const outcomes: Outcome[] = []
let deaths = 0

describe.each(SCENARIOS)('a process, $name,', (scenario) => {
  const own = conditions.filter(({ vendors }) => vendors.includes(scenario.vendor))

  it.each(own)('dies at any instant, and the next one leaves one of each, or asks, while $name', async (condition) => {
    const failures: string[] = []
    for (const instant of await instantsOf(worlds, scenario, condition)) {
      deaths++
      await dieAt(worlds, scenario, condition, instant).then(
        (end) => outcomes.push({ scenario: scenario.name, condition: condition.name, instant, end }),
        (error: unknown) => failures.push(`${describeInstant(instant)}: ${said(error)}`),
      )
    }
    expect(failures).toEqual([])
  })

  it('dies again and again while it goes on, and makes nothing twice', async () => {
    const failures: string[] = []
    const chances = await Promise.all(
      own.map(async (condition) => ({ condition, instants: await instantsOf(worlds, scenario, condition) })),
    )
    for (let seed = 0; seed < SAMPLES; seed++) {
      const below = random(seed)
      const { condition, instants } = one(chances, below)
      const first = one(instants, below)
      await dieAgain(worlds, scenario, condition, first, below).then(
        (died) => (deaths += died),
        (error: unknown) =>
          failures.push(`seed ${seed}, ${condition.name}, first ${describeInstant(first)}: ${said(error)}`),
      )
    }
    expect(failures).toEqual([])
  })
})

describe('of the processes that died in this file', () => {
  it('there were a thousand or more', () => {
    expect(deaths).toBeGreaterThanOrEqual(1000)
  })

  it('what came is what crash-outcomes.md says', async () => {
    console.info(`${renderCounts(outcomes)}\n${deaths} processes died in all.`)
    await expect(`${INTRODUCTION}\n${renderOutcomes(outcomes)}`).toMatchFileSnapshot('../../crash-outcomes.md')
  })
})

/** Of each provider and way to send a file. */
const SAMPLES = 40

const INTRODUCTION = `# What comes of a process that dies

Each line counts processes that died: one at each write to the journal and each request of a run, before and after it was done, and at
requests that arrive when the next process has given up looking (\`late\`). The next process goes on with the run. Here is what came
of it, on the emulator, through the real adapters and SDKs. \`npm test\` compares this page with what it sees; where a change is meant,
\`npm test -- every-instant -u\` writes it anew.
`

function one<T>(of: readonly T[], below: (limit: number) => number): T {
  const chosen = of[below(of.length)]
  if (chosen === undefined) throw new Error('there is nothing to choose from')
  return chosen
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
