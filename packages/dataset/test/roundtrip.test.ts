import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalExample, type Example } from '../src/index.ts'
import { CODECS, FORMAT_IDS } from '../src/formats/formats.ts'
import { anyExample } from './formats/arbitrary.ts'
import { decoded } from './formats/support.ts'

describe('any valid example', () => {
  it('is the same after every format that can say it, and after every pair of them', { timeout: 60_000 }, () => {
    const crossed = new Set<string>()
    fc.assert(
      fc.property(anyExample, (example) => {
        for (const { format: first, back } of survivors(example)) {
          for (const { format: second } of survivors(back)) crossed.add(`${first} ${second}`)
        }
      }),
      { numRuns: 600 },
    )
    // Formats of one kind all convert into each other: 7 for conversations, 2 for each other kind but one.
    expect(crossed.size).toBe(7 * 7 + 2 * 2 + 1 + 2 * 2 + 2 * 2)
  })

  it('is refused with a feature that the format does not say, or says in part', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyExample, fc.constantFrom(...FORMAT_IDS), (example, format) => {
        const { unsaid } = CODECS[format].encode(example)
        if (unsaid === undefined) return
        const partly = Object.keys(CODECS[format].partly ?? {})
        const whole = [...CODECS[format].says].filter((feature) => !partly.includes(feature))
        expect(whole).not.toContain(unsaid.feature)
      }),
      { numRuns: 3000 },
    )
  })

  it('is one line of JSON', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyExample, fc.constantFrom(...FORMAT_IDS), (example, format) => {
        expect(CODECS[format].encode(example).text ?? '').not.toMatch(/[\n\r]/)
      }),
      { numRuns: 1000 },
    )
  })

  it('has one canonical form, which is its own', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyExample, (example) => {
        const canonical = canonicalExample(example)
        expect(canonicalExample(canonical)).toEqual(canonical)
      }),
      { numRuns: 1000 },
    )
  })
})

/** The example as it comes back from each format that takes it; equality is checked on the way. */
function survivors(example: Example) {
  const canonical = canonicalExample(example)
  return FORMAT_IDS.flatMap((format) => {
    const { text } = CODECS[format].encode(example)
    if (text === undefined) return []
    const back = decoded(format, text)
    expect(canonicalExample(back), format).toEqual(canonical)
    return [{ format, back }]
  })
}
