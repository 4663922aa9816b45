import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../src/random.ts'
import { createTokenizer, fitTokenizer, type Tokenizer } from '../src/tokenizer/tokenizer.ts'
import { firstMergedId, special, specialCount } from '../src/tokenizer/tokens.ts'
import { fruitOrders, randomText } from './helpers.ts'

function decode(tokenizer: Tokenizer, ids: readonly number[]): string {
  return Buffer.concat(ids.map((id) => tokenizer.bytes(id))).toString('utf8')
}

function fitToOrders(count = 60): Tokenizer {
  const messages = fruitOrders(count).flatMap((example) => example.messages)
  const answers = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)
  return fitTokenizer({ texts: messages.map(({ content }) => content), answers }, 512)
}

const gsm8k = fileURLToPath(new URL('../../../../shared/data/gsm8k-chat-train.jsonl', import.meta.url))

describe('the tokenizer', () => {
  it('gives back any text, whatever it was fitted to', () => {
    const random = createRandom(5)
    const texts = Array.from({ length: 400 }, () => randomText(random, 1 + Math.floor(random.next() * 60)))
    const fitted = fitTokenizer({ texts: texts.slice(0, 200), answers: [] }, 2048)
    for (const tokenizer of [createTokenizer([], []), fitToOrders(), fitted]) {
      for (const text of ['', ' ', '\n\n  x', "it's", '👩‍👩‍👧‍👦🏳️‍🌈', 'a'.repeat(500), ...texts]) {
        expect(decode(tokenizer, tokenizer.encode(text))).toBe(text.isWellFormed() ? text : 'never')
      }
    }
  })

  it('never encodes text to a structural id, not even the names of structural tokens', () => {
    const tokenizer = fitToOrders()
    const names = Object.keys(special).map((name) => `<${name}> [${name.toUpperCase()}] <|${name}|>`)
    const controls = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code))
    for (const text of [...names, controls, '\u0000\u0005', '<|endoftext|>']) {
      expect(Math.min(...tokenizer.encode(text))).toBeGreaterThanOrEqual(specialCount)
    }
  })

  it('refuses half of a surrogate pair instead of replacing it', () => {
    const tokenizer = createTokenizer([], [])
    for (const text of ['\ud83d', 'a\ude00b', '\ude00\ud83d']) {
      expect(() => tokenizer.encode(text)).toThrow(expect.objectContaining({ code: 'invalid-example' }))
    }
    expect(decode(tokenizer, tokenizer.encode('\ud83d\ude00'))).toBe('😀')
  })

  it('is the same for the same texts and keeps to its vocabulary', () => {
    const [one, other] = [fitToOrders(), fitToOrders()]
    expect(one.merges).toEqual(other.merges)
    expect(one.phrases).toEqual(other.phrases)
    expect(one.vocabulary).toBeLessThanOrEqual(512)
    expect(one.vocabulary).toBe(firstMergedId + one.merges.length + one.phrases.length)
  })

  it('makes one token of wording that the answers share, and none of what differs', () => {
    const tokenizer = fitToOrders()
    const pieces = tokenizer
      .encode('{"fruit":"kiwi","number":"two"}')
      .map((id) => Buffer.from(tokenizer.bytes(id)).toString())
    expect(pieces).toEqual(['{"fruit":"', 'kiwi', '","number":"', 'two', '"}'])
  })

  it('forms no token that only occurs once', () => {
    const tokenizer = fitTokenizer({ texts: ['alpha beta gamma'], answers: [] }, 1024)
    expect(tokenizer.merges.map(([left, right]) => decode(tokenizer, [left, right]))).toEqual([])
  })

  it.skipIf(!existsSync(gsm8k))('shortens real text to under half of its bytes', () => {
    const rows = readFileSync(gsm8k, 'utf8').trim().split('\n')
    const texts = rows.flatMap((row) =>
      (JSON.parse(row) as { messages: { content: string }[] }).messages.map(({ content }) => content),
    )
    const tokenizer = fitTokenizer({ texts, answers: [] }, 1024)
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    const tokens = texts.reduce((sum, text) => sum + tokenizer.encode(text).length, 0)
    expect(bytes / tokens).toBeGreaterThan(2.2)
    expect(texts.every((text) => decode(tokenizer, tokenizer.encode(text)) === text)).toBe(true)
  })
})
