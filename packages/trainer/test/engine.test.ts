import { describe, expect, it } from 'vitest'
import type { Batch } from '../src/engine/engine.ts'
import { createJaxEngine } from '../src/engine/jax-engine.ts'
import { encodeExample } from '../src/encode.ts'
import { packBatch, planRows } from '../src/pack.ts'
import { createRandom } from '../src/random.ts'
import { recipe } from '../src/recipe.ts'
import { createTokenizer } from '../src/tokenizer/tokenizer.ts'
import { smallSize, stirredState } from './helpers.ts'
import { lossAndGradient, toValues, updateWeights, zerosLike } from './oracle/plain-model.ts'

/** Two packed rows of three conversations, one with two turns, over a vocabulary folded to 48 ids. */
function exampleBatch(): Batch {
  const conversation = (...contents: string[]) => ({
    messages: contents.map((content, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content,
    })),
  })
  const examples = [
    conversation('ab?', 'yes', 'and c', 'no'),
    conversation('hello', 'xyz'),
    conversation('q', 'a longer answer'),
  ]
  const encodings = examples.map((example) => encodeExample(createTokenizer([], []), example))
  const folded = encodings.map((encoding) => ({
    ...encoding,
    ids: encoding.ids.map((id) => (id < 16 ? id : 16 + (id % 32))),
  }))
  const rows = planRows(folded, folded.keys(), 32)
  const total = folded.reduce((sum, { predicts }) => sum + predicts.length, 0)
  return packBatch(folded, rows, { rows: 3, length: 32, slots: 24 }, 1 / total)
}

/** Runs with dropout off: its draws are the engine's own. */
async function withoutDropout<Result>(use: () => Promise<Result>): Promise<Result> {
  const settings = recipe as { dropout: number } // constant in the product, varied here to see the arithmetic
  const kept = settings.dropout
  settings.dropout = 0
  try {
    return await use()
  } finally {
    settings.dropout = kept
  }
}

describe('the engine', () => {
  it('agrees with the plain model on loss and gradient norm for several steps', () =>
    withoutDropout(async () => {
      const batch = exampleBatch()
      const state = stirredState(smallSize)
      const engine = await createJaxEngine(smallSize)
      engine.load(state)
      const weights = toValues(state.weights)
      const moments = { first: zerosLike(weights), second: zerosLike(weights) }
      for (let step = 1; step <= 6; step++) {
        const gradient = zerosLike(weights)
        const loss = lossAndGradient(smallSize, weights, batch, gradient)
        const norm = updateWeights(smallSize, weights, gradient, moments, step, 3e-3)
        const report = engine.step([batch], 3e-3, step)
        expect(report.loss).toBeCloseTo(loss, 3)
        expect(Math.abs(report.gradientNorm - norm) / norm).toBeLessThan(2e-3)
      }
      expect(engine.evaluate(batch)).toBeCloseTo(lossAndGradient(smallSize, weights, batch), 3)
      engine.dispose()
    }))

  it('has the gradient of each weight that the plain model has', () =>
    withoutDropout(async () => {
      const batch = exampleBatch()
      const state = stirredState(smallSize)
      const engine = await createJaxEngine(smallSize)
      engine.load(state)
      const weights = toValues(state.weights)
      const gradient = zerosLike(weights)
      lossAndGradient(smallSize, weights, batch, gradient)
      const norm = engine.step([batch], 0, 1).gradientNorm
      const scale = Math.min(1, recipe.largestGradientNorm / norm)
      const { firstMoments } = engine.export()
      for (const [name, values] of Object.entries(gradient)) {
        const seen = firstMoments[name]!.data.map((value) => value / (1 - recipe.firstDecay) / scale)
        const length = Math.hypot(...values)
        const distance = Math.hypot(...values.map((value, index) => value - seen[index]!))
        expect(length, name).toBeGreaterThan(1e-4)
        expect(distance / length, name).toBeLessThan(5e-3)
      }
      engine.dispose()
    }))

  it('sums the gradient of a batch in parts to that of the whole', () =>
    withoutDropout(async () => {
      const encodings = [
        encodeExample(createTokenizer([], []), {
          messages: [
            { role: 'user', content: 'a' },
            { role: 'assistant', content: 'b' },
          ],
        }),
        encodeExample(createTokenizer([], []), {
          messages: [
            { role: 'user', content: 'cc' },
            { role: 'assistant', content: 'dd' },
          ],
        }),
      ]
      const folded = encodings.map((encoding) => ({
        ...encoding,
        ids: encoding.ids.map((id) => (id < 16 ? id : 16 + (id % 32))),
      }))
      const whole = packBatch(folded, [[0], [1]], { rows: 2, length: 16, slots: 8 }, 1 / 5)
      const parts = [[[0]], [[1]]].map((rows) => packBatch(folded, rows, { rows: 2, length: 16, slots: 8 }, 1 / 5))
      const reports = []
      for (const batches of [[whole], parts]) {
        const engine = await createJaxEngine(smallSize)
        engine.load(stirredState(smallSize))
        reports.push(engine.step(batches, 1e-3, 1))
        engine.dispose()
      }
      expect(reports[0]!.loss).toBeCloseTo(reports[1]!.loss, 4)
      expect(reports[0]!.gradientNorm).toBeCloseTo(reports[1]!.gradientNorm, 4)
    }))

  it('drops activations while training only, the same ones for the same key', async () => {
    const batch = exampleBatch()
    const engine = await createJaxEngine(smallSize)
    const losses = [7, 7, 8].map((key) => {
      engine.load(stirredState(smallSize))
      return engine.step([batch], 1e-3, key).loss
    })
    engine.load(stirredState(smallSize))
    const plain = lossAndGradient(smallSize, toValues(stirredState(smallSize).weights), batch)
    expect(engine.evaluate(batch)).toBeCloseTo(plain, 3)
    expect(losses[0]).toBe(losses[1])
    expect(losses[2]).not.toBe(losses[0])
    engine.dispose()
  })

  it('gives back exactly the state that it was given', async () => {
    const state = stirredState(smallSize)
    const engine = await createJaxEngine(smallSize)
    engine.load({ ...state, step: 5 })
    expect(engine.export()).toEqual({ ...state, step: 5 })
    engine.dispose()
  })
})

describe('the plain model', () => {
  it('has the gradient that finite differences show', () => {
    const batch = exampleBatch()
    const weights = toValues(stirredState(smallSize).weights)
    const gradient = zerosLike(weights)
    lossAndGradient(smallSize, weights, batch, gradient)
    const random = createRandom(9)
    for (const [name, values] of Object.entries(gradient)) {
      const direction = values.map(() => random.normal())
      const expected = values.reduce((sum, value, index) => sum + value * direction[index]!, 0)
      const shifted = (amount: number) =>
        lossAndGradient(
          smallSize,
          { ...weights, [name]: weights[name]!.map((value, index) => value + amount * direction[index]!) },
          batch,
        )
      const measured = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
      expect(Math.abs(measured - expected), name).toBeLessThan(1e-6 + 1e-4 * Math.abs(expected))
    }
  })

  it('keeps packed conversations apart: a batch costs what its examples cost alone', () => {
    const encodings = ['ab', 'cdef'].map((content) =>
      encodeExample(createTokenizer([], []), {
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: 'ok' },
        ],
      }),
    )
    const folded = encodings.map((encoding) => ({
      ...encoding,
      ids: encoding.ids.map((id) => (id < 16 ? id : 16 + (id % 32))),
    }))
    const weights = toValues(stirredState(smallSize).weights)
    const cost = (rows: number[][]) =>
      lossAndGradient(smallSize, weights, packBatch(folded, rows, { rows: 2, length: 32, slots: 8 }, 1))
    expect(cost([[0, 1]])).toBeCloseTo(cost([[0], [1]]), 10)
  })
})
