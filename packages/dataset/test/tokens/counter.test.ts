import { globSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base'
import * as o200k from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import type { EncodingId } from '../../src/tokens/encodings.ts'
import { loadTokenCounter } from '../../src/tokens/counter.ts'

const LIBRARY = { cl100k_base: cl100k, o200k_base: o200k } as const
const SPECIAL_IS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }
const ENCODINGS = ['o200k_base', 'cl100k_base'] as const satisfies readonly EncodingId[]

/** What tokenizers disagree on. */
const PIECES =
  'a B é 日 \ud83d\ude00 \u0301 ß İ ſ \u00a0 \u200d 1 23 4567 ٣ ! ... / // \ud800 \udc00 <|endoftext|> camelCase'
    .split(' ')
    .concat(["'", "'s", "'S", "'ll", "n't", '{"', '":', ' ', '  ', '\n', '\r\n', '\t', '\n\n ', 'HTTPServer'])

describe('counting tokens', () => {
  // "How to count tokens with tiktoken", openai-cookbook: printed there by OpenAI's own library.
  it.each([
    ['tiktoken is great!', 'cl100k_base', 6],
    ['antidisestablishmentarianism', 'cl100k_base', 6],
    ['2 + 2 = 4', 'cl100k_base', 7],
    ['お誕生日おめでとう', 'cl100k_base', 9],
    ['tiktoken is great!', 'o200k_base', 6],
    ['antidisestablishmentarianism', 'o200k_base', 6],
    ['2 + 2 = 4', 'o200k_base', 7],
    ['お誕生日おめでとう', 'o200k_base', 8],
  ] as const)('of %j in %s gives what OpenAI documents: %i', async (text, encoding, tokens) => {
    const { count } = await loadTokenCounter(encoding)
    expect(count(text)).toBe(tokens)
  })

  it.each(ENCODINGS)('in %s gives what the library gives, whatever the text', async (encoding) => {
    const { count } = await loadTokenCounter(encoding)
    const text = fc.oneof(
      fc.array(fc.constantFrom(...PIECES)).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, (any) => {
        expect(count(any)).toBe(LIBRARY[encoding].countTokens(any, SPECIAL_IS_TEXT))
      }),
      { numRuns: 2000 },
    )
  })

  it('loads a vocabulary when it is asked for, and never with the package', () => {
    const folder = new URL('../../src/', import.meta.url)
    for (const file of globSync('**/*.ts', { cwd: folder })) {
      expect(readFileSync(new URL(file, folder), 'utf8'), file).not.toMatch(/from 'gpt-tokenizer/)
    }
  })

  it('takes what looks like a special token as the text it is in a row', async () => {
    const { count } = await loadTokenCounter('o200k_base')
    expect(count('<|endoftext|>')).toBeGreaterThan(1)
    expect(count('')).toBe(0)
  })

  it('remembers nothing wrong: the second count is the first', async () => {
    const { count } = await loadTokenCounter('o200k_base')
    const text = 'Unwiederbringlichkeiten, 12345 Kühlschränke und ein\u{1f9ca}würfel'
    expect([count(text), count(text)]).toEqual([o200k.countTokens(text), o200k.countTokens(text)])
  })

  it('of a million letters without a break ends: merging is not quadratic', async () => {
    const { count } = await loadTokenCounter('o200k_base')
    // Eight letters "a" are one token.
    expect(o200k.countTokens('a'.repeat(800))).toBe(100)
    expect(count('a'.repeat(1_000_000))).toBe(125_000)
  }, 60_000)

  it('of a run that exhausts the stack of the pattern ends too', async () => {
    const { count } = await loadTokenCounter('cl100k_base')
    const run = '日'.repeat(9_000_000)
    // One character is one token; the library itself throws.
    expect(() => run.matchAll(/[^\r\n\p{L}\p{N}]?\p{L}+/gu).next()).toThrow(RangeError)
    expect(count(run)).toBeGreaterThan(8_000_000)
  }, 120_000)
})
