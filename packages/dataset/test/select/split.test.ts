import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitRows, type SplitOptions } from '../../src/index.ts'
import { errorOf } from '../support.ts'
import { all, manyRows, row, rowsOf } from './support.ts'

type Sides = Readonly<Record<'training' | 'validation' | 'test', readonly string[]>>

async function split(lines: readonly string[], options: SplitOptions): Promise<Sides> {
  const sides = { training: [] as string[], validation: [] as string[], test: [] as string[] }
  for await (const { side, row } of splitRows(rowsOf(lines), options).open()) sides[side].push(row.bytes.toString())
  return sides
}

/** Side by text; a text that is on two sides is an error. */
function sideOf(sides: Sides): Map<string, string> {
  const found = new Map<string, string>()
  for (const [side, lines] of Object.entries(sides)) {
    for (const line of lines) {
      if ((found.get(line) ?? side) !== side) throw new Error('a row is on two sides')
      found.set(line, side)
    }
  }
  return found
}

const someRows = fc.array(
  fc.integer({ min: 0, max: 60 }).map((value) => row(value)),
  { maxLength: 60 },
)
const ratios = fc.record({
  validation: fc.double({ min: 0, max: 0.45, noNaN: true }),
  test: fc.double({ min: 0, max: 0.45, noNaN: true }),
  seed: fc.string(),
})

describe('a split by shares', () => {
  it('puts every row on exactly one side, in order, and rows that say the same on one side', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, ratios, async (lines, options) => {
        const sides = await split(lines, options)
        const side = sideOf(sides)
        for (const name of ['training', 'validation', 'test'] as const)
          expect(sides[name]).toEqual(lines.filter((line) => side.get(line) === name))
      }),
    )
  })

  it('keeps a row on its side when rows are appended, removed or put in another order', async () => {
    const changed = someRows.chain((lines) =>
      fc
        .tuple(fc.constant(lines), fc.shuffledSubarray(lines), someRows)
        .map(([before, kept, more]) => ({ before, after: [...kept, ...more] })),
    )
    await fc.assert(
      fc.asyncProperty(changed, ratios, async ({ before, after }, options) => {
        const first = sideOf(await split(before, options))
        for (const [line, side] of sideOf(await split(after, options))) expect(first.get(line) ?? side).toBe(side)
      }),
    )
  })

  it('a larger share takes rows from training alone, and leaves the other share as it is', async () => {
    const lines = manyRows(2000)
    const small = await split(lines, { validation: 0.1, test: 0.1 })
    const large = await split(lines, { validation: 0.3, test: 0.1 })
    expect(large.test).toEqual(small.test)
    expect(large.validation).toEqual(expect.arrayContaining([...small.validation]))
  })

  it('is met within six standard deviations of 50,000 rows, for any seed', async () => {
    const lines = manyRows(50_000)
    const sides = await split(lines, { validation: 0.1, test: 0.05, seed: 'large' })
    const deviation = (share: number) => 6 * Math.sqrt(lines.length * share * (1 - share))
    expect(Math.abs(sides.validation.length - 5000)).toBeLessThan(deviation(0.1))
    expect(Math.abs(sides.test.length - 2500)).toBeLessThan(deviation(0.05))
    expect(sides.training.length + sides.validation.length + sides.test.length).toBe(50_000)
  })

  it('another seed divides in another way', async () => {
    const lines = manyRows(200)
    const one = await split(lines, { validation: 0.5, seed: 'a' })
    expect(await split(lines, { validation: 0.5, seed: 'a' })).toEqual(one)
    expect(await split(lines, { validation: 0.5, seed: 'b' })).not.toEqual(one)
  })

  it('the place of a row is as documented, computed here from the documentation', async () => {
    // {"completion":"7","kind":"completion","prompt":"p"} is the canonical text by hand.
    const canonical = '{"completion":"7","kind":"completion","prompt":"p"}'
    const identity = createHash('sha256').update(`anytune-row-1\n${canonical}`).digest('hex')
    const digest = createHash('sha256')
      .update(JSON.stringify(['anytune-place-1', 'seed', identity, 0]))
      .digest()
    const place = Number(BigInt(`0x${digest.subarray(0, 6).toString('hex')}`)) / 2 ** 48
    const lines = [row(7)]
    expect((await split(lines, { validation: place, seed: 'seed' })).training).toEqual(lines)
    expect((await split(lines, { validation: place + 2 ** -48, seed: 'seed' })).validation).toEqual(lines)
  })

  it.each([
    [{ validation: 1 }],
    [{ validation: -0.1 }],
    [{ validation: Number.NaN }],
    [{ validation: 0.5, test: 0.5 }],
    [{ test: { rows: 0 } }],
    [{ test: { rows: 1.5 } }],
  ])('refuses %o', (options) => {
    expect(() => splitRows(rowsOf([]), options)).toThrow(RangeError)
  })
})

describe('a split by numbers of rows', () => {
  it('is exact where all rows differ, and does not depend on their order', async () => {
    const numbers = fc.record({ validation: fc.integer({ min: 1, max: 20 }), test: fc.integer({ min: 1, max: 20 }) })
    const orders = fc.shuffledSubarray(manyRows(50), { minLength: 50 })
    await fc.assert(
      fc.asyncProperty(orders, numbers, async (lines, { validation, test }) => {
        const options = { validation: { rows: validation }, test: { rows: test } }
        const sides = await split(lines, options)
        expect([sides.validation.length, sides.test.length]).toEqual([validation, test])
        expect(sideOf(sides)).toEqual(new Map(sideOf(await split(manyRows(50), options))))
      }),
    )
  })

  it('is reached with whole groups of rows that say the same, and with no group more than needed', async () => {
    const counted = fc
      .tuple(someRows, fc.integer({ min: 1, max: 30 }))
      .filter(([lines, rows]) => new Set(lines).size > rows)
    await fc.assert(
      fc.asyncProperty(counted, async ([lines, rows]) => {
        const { validation, training } = await split(lines, { validation: { rows } })
        expect(validation.length).toBeGreaterThanOrEqual(rows)
        expect(training.filter((line) => validation.includes(line))).toEqual([])
        const largest = Math.max(...validation.map((line) => validation.filter((other) => other === line).length))
        expect(validation.length - largest).toBeLessThan(rows)
      }),
    )
  })

  it('appended rows move rows from validation to training, never from training to validation', async () => {
    const lines = manyRows(400)
    const options = { validation: { rows: 40 } }
    const before = await split(lines.slice(0, 200), options)
    const after = await split(lines, options)
    expect(after.validation).toHaveLength(40)
    expect(before.training.filter((line) => after.validation.includes(line))).toEqual([])
  })

  it('a share beside a number: each as asked', async () => {
    const sides = await split(manyRows(500), { validation: { rows: 50 }, test: 0.2 })
    expect(sides.validation).toHaveLength(50)
    expect(sides.test).toEqual((await split(manyRows(500), { test: 0.2 })).test)
  })

  it.each([
    [{ validation: { rows: 10 } }],
    [{ validation: { rows: 5 }, test: { rows: 5 } }],
    [{ validation: { rows: 8 }, test: { rows: 8 } }],
    [{ test: { rows: 11 } }],
  ])('%o of 10 rows leaves nothing for training', async (options) => {
    expect(await errorOf(split(manyRows(10), options))).toMatchObject({ code: 'too-few-rows' })
  })
})

describe('rows that belong together', () => {
  const answers = (prompt: string) => Array.from({ length: 5 }, (_, index) => row(index, prompt))

  it('by what they ask: all answers are on one side', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => answers(`question ${index}`)).flat()
    const apart = await split(lines, { validation: 0.5 })
    const together = await split(lines, { validation: 0.5, together: 'prompt' })
    const promptsOn = (side: readonly string[]) => new Set(side.map((line) => String(JSON.parse(line).prompt)))
    const both = (sides: Sides) =>
      [...promptsOn(sides.training)].filter((prompt) => promptsOn(sides.validation).has(prompt))
    expect(both(apart).length).toBeGreaterThan(50)
    expect(both(together)).toEqual([])
    expect(together.training.length + together.validation.length).toBe(500)
  })

  it('by their instructions: a row without any is on its own', async () => {
    const chat = (system: string | undefined, content: number) =>
      JSON.stringify({
        messages: [
          ...(system === undefined ? [] : [{ role: 'system', content: system }]),
          { role: 'user', content: String(content) },
          { role: 'assistant', content: 'y' },
        ],
      })
    const instructed = Array.from({ length: 100 }, (_, index) => chat(`customer ${index % 10}`, index))
    const free = Array.from({ length: 100 }, (_, index) => chat(undefined, index))
    const sides = await split([...instructed, ...free], { validation: 0.5, together: 'instructions' })
    for (let customer = 0; customer < 10; customer++) {
      const of = (lines: readonly string[]) => lines.filter((line) => line.includes(`customer ${customer}"`)).length
      expect([0, 10]).toContain(of(sides.validation))
    }
    const freeIn = all(splitRows(rowsOf(free), { validation: 0.5, together: 'instructions' }).open())
    const freeSides = new Set((await freeIn).map(({ side }) => side))
    expect(freeSides).toEqual(new Set(['training', 'validation']))
  })
})
