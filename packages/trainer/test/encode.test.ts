import { describe, expect, it } from 'vitest'
import { checkExamples, createMeter, type TrainingExample } from '../src/index.ts'
import { encodeExample, encodePrompt } from '../src/encode.ts'
import { omitTokens } from '../src/omit-tokens.ts'
import { packBatch, planRows } from '../src/pack.ts'
import { createRandom } from '../src/random.ts'
import { planSchedule } from '../src/schedule.ts'
import { createTokenizer } from '../src/tokenizer/tokenizer.ts'
import { byteToken, special } from '../src/tokenizer/tokens.ts'
import { fruitOrders } from './helpers.ts'

const bytes = createTokenizer([], [])
const b = (text: string) => Array.from(Buffer.from(text), byteToken)
const conversation: TrainingExample = {
  messages: [
    { role: 'system', content: 's' },
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'yo' },
    { role: 'user', content: 'x' },
    { role: 'assistant', content: 'z' },
  ],
}

describe('an encoded conversation', () => {
  it('has the roles as markers and ends each answer', () => {
    const { begin, system, user, assistant, end } = special
    const { ids } = encodeExample(bytes, conversation)
    expect([...ids]).toEqual([
      begin,
      system,
      ...b('s'),
      user,
      ...b('hi'),
      assistant,
      ...b('yo'),
      end,
      user,
      ...b('x'),
      assistant,
      ...b('z'),
      end,
    ])
  })

  it('is learned at the answers and their ends alone', () => {
    const { ids, predicts } = encodeExample(bytes, conversation)
    expect([...predicts].map((position) => ids[position + 1])).toEqual([
      ...b('yo'),
      special.end,
      ...b('z'),
      special.end,
    ])
  })

  it('shows a prompt as a whole and an answer only its past', () => {
    const { seesTo } = encodeExample(bytes, conversation)
    expect([...seesTo]).toEqual([6, 6, 6, 6, 6, 6, 6, 7, 8, 9, 12, 12, 12, 13, 14])
  })

  it('starts as the prompt that asks for its answer', () => {
    const whole = encodeExample(bytes, conversation)
    const prompt = encodePrompt(bytes, conversation.messages.slice(0, 4))
    expect([...whole.ids.subarray(0, prompt.ids.length)]).toEqual([...prompt.ids])
    expect([...whole.seesTo.subarray(0, prompt.ids.length)]).toEqual([...prompt.seesTo])
  })

  it('leaves out only text that is read, never a marker or an answer', () => {
    const encoding = encodeExample(bytes, conversation)
    const { begin, system, user, assistant, end } = special
    const random = { next: () => 0.999, normal: () => 0 }
    const bare = omitTokens(encoding, 0.6, random)
    expect([...bare.ids]).toEqual([begin, system, user, assistant, ...b('yo'), end, user, assistant, ...b('z'), end])
    expect([...bare.seesTo]).toEqual([3, 3, 3, 3, 4, 5, 6, 8, 8, 9, 10])
    expect([...bare.predicts].map((position) => bare.ids[position + 1])).toEqual([...b('yo'), end, ...b('z'), end])
    expect(omitTokens(encoding, 0, random)).toEqual(encoding)
  })

  it('leaves out the wanted share on average, and sometimes next to nothing', () => {
    const random = createRandom(8)
    const encoding = encodeExample(bytes, {
      messages: [
        { role: 'user', content: 'x'.repeat(200) },
        { role: 'assistant', content: 'y' },
      ],
    })
    const lengths = Array.from(
      { length: 300 },
      () => omitTokens(encoding, 0.2, random).ids.length - encoding.ids.length + 200,
    )
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    expect(mean).toBeGreaterThan(154)
    expect(mean).toBeLessThan(166)
    expect(Math.max(...lengths)).toBeGreaterThan(195)
  })
})

describe('packing', () => {
  it('holds each example once, within its row, with the loss shared equally', () => {
    const encodings = fruitOrders(20).map((example) => encodeExample(bytes, example))
    const rows = planRows(encodings, encodings.keys(), 128)
    const total = encodings.reduce((sum, { predicts }) => sum + predicts.length, 0)
    const batch = packBatch(encodings, rows, { rows: rows.length, length: 128, slots: 128 }, 1 / total)
    expect(rows.flat().sort((one, other) => one - other)).toEqual([...encodings.keys()])
    expect(batch.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
    expect(batch.ids.filter((id) => id === special.begin)).toHaveLength(20)
    for (const [slot, weight] of batch.weights.entries()) {
      const at = Math.floor(slot / 128) * 128 + batch.positions[slot]!
      expect(weight === 0 || batch.ids[at + 1] === batch.targets[slot]).toBe(true)
    }
  })

  it('shows every example once an epoch, in another order each time, and never exceeds its shape', () => {
    const encodings = fruitOrders(21).map((example) => encodeExample(bytes, example))
    const schedule = planSchedule(encodings, [], { epochs: 3, batchSize: 8, learningRate: 1 }, 4)
    const steps = Array.from({ length: schedule.totalSteps }, (_, step) => schedule.examplesOf(step))
    const epochs = [0, 1, 2].map((epoch) => steps.slice(epoch * 3, epoch * 3 + 3).flat())
    expect(schedule.totalSteps).toBe(9)
    for (const epoch of epochs) expect([...epoch].sort((one, other) => one - other)).toEqual([...encodings.keys()])
    expect(epochs[0]).not.toEqual(epochs[1])
    for (const step of steps)
      expect(planRows(encodings, step, schedule.shape.length).length).toBeLessThanOrEqual(schedule.shape.rows)
  })

  it('raises the learning rate first and then lowers it', () => {
    const encodings = fruitOrders(20).map((example) => encodeExample(bytes, example))
    const { learningRateOf, totalSteps } = planSchedule(encodings, [], { epochs: 10, batchSize: 4, learningRate: 1 }, 4)
    const rates = Array.from({ length: totalSteps }, (_, step) => learningRateOf(step))
    expect(rates[0]).toBeCloseTo(0.2)
    expect(Math.max(...rates)).toBe(1)
    expect(rates.at(-1)).toBeLessThan(0.06)
  })
})

describe('checking examples', () => {
  it('finds every example that could not be trained on, with its place', async () => {
    const user = (content: string) => ({ role: 'user' as const, content })
    const answer = { role: 'assistant' as const, content: 'ok' }
    const training = [
      ...fruitOrders(30),
      { messages: [user('qxj vkz '.repeat(300)), answer] },
      { messages: [user('only a question')] },
    ]
    const wrong = { messages: [{ role: 'tool', content: 'x' }, answer] } as unknown as TrainingExample
    const report = await checkExamples(
      'scratch-tiny',
      [...training, wrong],
      [{ messages: [user('half \ud83d'), answer] }, ...fruitOrders(2)],
    )
    expect(report.issues).toMatchObject([
      { dataset: 'training', index: 30, problem: 'too-long', limit: 256 },
      { dataset: 'training', index: 31, problem: 'no-assistant-message' },
      { dataset: 'training', index: 32, problem: 'malformed-message' },
      { dataset: 'validation', index: 0, problem: 'lone-surrogate' },
    ])
    expect(report.issues[0]!.tokens).toBeGreaterThan(256)
  })

  it('counts an example as the meter counts it', async () => {
    const training = fruitOrders(30)
    const report = await checkExamples('scratch-small', training)
    const meter = await createMeter('scratch-small', training)
    const lengths = training.map((example) => meter.measure(example))
    expect(report.issues).toEqual([])
    expect(report.longestTokens).toBe(Math.max(...lengths))
    expect(report.trainingTokens).toBe(lengths.reduce((sum, length) => sum + length, 0))
  })

  it('names the base models when it is given something else', async () => {
    await expect(checkExamples('gpt-9', [])).rejects.toThrow(/scratch-tiny, scratch-small, scratch-medium/)
  })
})
