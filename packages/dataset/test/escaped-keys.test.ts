import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactly } from '../src/exact-number.ts'
import { parseByHand } from '../src/json-by-hand.ts'
import { parseRow } from '../src/json-row.ts'

describe('a key that holds an escape', () => {
  it.each([
    [String.raw`{"a":0,"\\":1}`, String.raw`{"a":0,"\n":2}`, '\n'],
    [String.raw`{"b":0,"\\n":1}`, String.raw`{"b":0,"\nx":2}`, '\nx'],
    [String.raw`{"c":0,"x\\":1}`, String.raw`{"c":0,"x\"":2}`, 'x"'],
    [String.raw`{"d":0,"\\":1}`, String.raw`{"d":0, "\u0061" :2}`, 'a'],
  ])('is read as it is after %s: %s', (before, row, key) => {
    // V8 from 12.8 on, once it has read the first row, takes the key of the second for the first's.
    expect(parseRow(before)).toHaveProperty('row')
    const parsed = parseRow(row)
    expect('row' in parsed && Object.entries(parsed.row)[1]).toEqual([key, 2])
  })

  it('is not lost beside the key it is taken for', () => {
    parseRow(String.raw`{"e":0,"\\":1}`)
    const parsed = parseRow(String.raw`{"e":0,"\n":2,"\\":3}`)
    expect('row' in parsed && parsed.row).toEqual({ e: 0, '\n': 2, '\\': 3 })
  })

  it('is seen as a duplicate of its other spelling', () => {
    expect(parseRow(String.raw`{"a":1,"\u0061":2}`)).toMatchObject({ fault: { rule: 'duplicate-key' } })
  })

  it('does not let a row nest deeper, even where the engine loses the nested value', () => {
    parseRow(String.raw`{"f":0,"\\":1}`)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(parseRow(String.raw`{"f":0,"\n":${deep},"\\":1}`)).toMatchObject({ fault: { rule: 'too-deep' } })
  })

  it('keeps the digits of numbers beside it', () => {
    const parsed = parseRow(String.raw`{"\n":[9007199254740993, -0, 1.0],"b":[{}, [], "", true, null]}`)
    expect(JSON.stringify('row' in parsed && parsed.row)).toBe(
      String.raw`{"\n":[9007199254740993,-0,1],"b":[{},[],"",true,null]}`,
    )
  })
})

it('reading by hand is reading by the engine, where no key holds an escape', () => {
  const plainKeys = fc.json({ maxDepth: 4, stringUnit: 'grapheme' }).filter((text) => !/[{,]\s*"[^"\\]*\\/.test(text))
  fc.assert(
    fc.property(plainKeys, fc.constantFrom(0, 1, 3), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent)
      expect(parseByHand(spaced, 64)).toEqual(parseExactly(spaced))
    }),
    { numRuns: 1000 },
  )
})
