import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeExample } from '../src/encode.ts'
import type { ModelSize } from '../src/engine/parameters.ts'
import { createDecoder } from '../src/generate/decoder.ts'
import { loadModel, type ChatMessage, type GenerateOptions, type LanguageModel } from '../src/index.ts'
import { packBatch } from '../src/pack.ts'
import { writeDirectory, diskWriter } from '../src/store/files.ts'
import { encodeModel } from '../src/store/model-files.ts'
import { createTokenizer } from '../src/tokenizer/tokenizer.ts'
import { stirredState, withDirectory } from './helpers.ts'
import { lossAndGradient, toValues } from './oracle/plain-model.ts'

const size: ModelSize = { layers: 2, width: 32, heads: 2, contextTokens: 64, vocabulary: 272 }
const tokenizer = createTokenizer([], [])
const question: readonly ChatMessage[] = [{ role: 'user', content: 'how?' }]

async function withModel<Result>(use: (model: LanguageModel) => Promise<Result>): Promise<Result> {
  return withDirectory(async (parent) => {
    const directory = join(parent, 'model')
    await mkdir(parent, { recursive: true })
    const { weights } = stirredState(size)
    await writeDirectory(directory, encodeModel({ baseModel: 'scratch-tiny', size, tokenizer, weights }), diskWriter)
    return use(await loadModel(directory))
  })
}

async function collect(model: LanguageModel, options?: GenerateOptions): Promise<string[]> {
  const pieces: string[] = []
  for await (const piece of model.generate(question, options)) pieces.push(piece)
  return pieces
}

describe('the decoder', () => {
  it('gives the whole model’s probability of every answer token, over several turns', () => {
    const turn = (role: ChatMessage['role'], content: string) => ({ role, content })
    const example = {
      messages: [
        turn('system', 'be brief'),
        turn('user', 'ab?'),
        turn('assistant', 'yes'),
        turn('user', 'c'),
        turn('assistant', 'no'),
      ],
    }
    const encoding = encodeExample(tokenizer, example)
    const { weights } = stirredState(size)
    const decoder = createDecoder(size, weights, 64)
    let expected = 0
    for (let start = 0; start < encoding.ids.length;) {
      const last = encoding.seesTo[start]!
      const logits = decoder.read(encoding.ids.subarray(start, last + 1), true)
      const highest = Math.max(...logits)
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
      const answered = encoding.predicts.includes(last)
      if (answered) expected -= logits[encoding.ids[last + 1]!]! - highest - Math.log(total)
      start = last + 1
    }
    const batch = packBatch([encoding], [[0]], { rows: 1, length: 64, slots: 16 }, 1)
    expect(expected).toBeCloseTo(lossAndGradient(size, toValues(weights), batch), 3)
  })
})

describe('generation', () => {
  it('is the same each time at temperature 0, and for the same seed above it', () =>
    withModel(async (model) => {
      const twice = async (options?: GenerateOptions) => [
        (await collect(model, options)).join(''),
        (await collect(model, options)).join(''),
      ]
      const [greedy, again] = await twice({ maxTokens: 20 })
      const [drawn, drawnAgain] = await twice({ maxTokens: 20, temperature: 3, seed: 1 })
      const [other] = await twice({ maxTokens: 20, temperature: 3, seed: 2 })
      expect(greedy).toBe(again)
      expect(drawn).toBe(drawnAgain)
      expect(drawn).not.toBe(other)
      expect((await collect(model, { maxTokens: 20, temperature: 3, topK: 1 })).join('')).toBe(greedy)
    }))

  it('yields whole characters only, however the bytes fall', () =>
    withModel(async (model) => {
      for (const seed of [1, 2, 3, 4]) {
        for (const piece of await collect(model, { maxTokens: 40, temperature: 5, seed }))
          expect(piece.isWellFormed()).toBe(true)
      }
    }))

  it('stops at the number of tokens, at the context and at an abort', () =>
    withModel(async (model) => {
      const room = model.contextTokens - model.countTokens(question)
      const bytes = async (options: GenerateOptions) => Buffer.byteLength((await collect(model, options)).join(''))
      expect(await bytes({ maxTokens: 3 })).toBeLessThanOrEqual(9)
      expect(await bytes({ maxTokens: 10_000 })).toBeLessThanOrEqual(room * 3)
      await expect(collect(model, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    }))

  it('refuses messages that leave no room for an answer', () =>
    withModel(async (model) => {
      const generate = async () => {
        for await (const piece of model.generate([{ role: 'user', content: 'x'.repeat(100) }])) expect(piece).toBe('')
      }
      await expect(generate()).rejects.toMatchObject({ code: 'example-too-long' })
    }))

  it('shows a base model as what it is: untrained', async () => {
    const model = await loadModel('scratch-tiny')
    const answer = (await collect(model, { maxTokens: 12 })).join('')
    expect(answer).not.toContain('{')
    expect(model.contextTokens).toBe(256)
  })
})
