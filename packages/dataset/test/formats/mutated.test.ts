import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalExample, type FormatId, type JsonObject, type JsonValue } from '../../src/index.ts'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { isList, isObject } from '../../src/formats/shape.ts'
import { parseRow } from '../../src/json-row.ts'
import { expectedRows } from './cases.ts'

const SECRET = 'leakMe'
const rows = (await expectedRows()).map(({ text, format }) => {
  const parsed = parseRow(text)
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  return { row: parsed.row, format }
})

/** What is put in the place of a value, or of a member with its key. */
const REPLACEMENTS: readonly JsonValue[] = [
  SECRET,
  '',
  4_242_424_242,
  null,
  true,
  [],
  [SECRET],
  {},
  { [SECRET]: SECRET },
  { text: SECRET },
  'user',
  'assistant',
  'model',
]
const KEYS: readonly string[] = [
  SECRET,
  'leak_me',
  'role',
  'content',
  'parts',
  'text',
  'tool_calls',
  'system_instruction',
]

const mutation = fc.record({
  from: fc.constantFrom(...rows),
  at: fc.nat(),
  way: fc.constantFrom('replace', 'rename', 'remove', 'add', 'double'),
  value: fc.constantFrom(...REPLACEMENTS),
  key: fc.constantFrom(...KEYS),
  // Mostly read as what it was.
  other: fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, fc.constantFrom(...FORMAT_IDS)),
})

it('a mutated row is taken and survives, or is refused without a word of it', { timeout: 60_000 }, () => {
  const outcomes = new Map<string, number>()
  fc.assert(
    fc.property(mutation, (drawn) => {
      const outcome = outcomeOf(drawn.other ?? drawn.from.format, mutate(drawn))
      expect(['survives', 'is refused', 'cannot be written again']).toContain(outcome)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }),
    { numRuns: 20_000 },
  )
  expect(outcomes.get('survives')).toBeGreaterThan(1000)
  expect(outcomes.get('is refused')).toBeGreaterThan(1000)
})

function outcomeOf(format: FormatId, row: JsonObject): string {
  const decoded = CODECS[format].decode(row)
  if ('fault' in decoded) {
    return /leak_?me|4242424242/i.test(JSON.stringify(decoded.fault)) ? 'tells of the row' : 'is refused'
  }
  const { text, unsaid } = CODECS[format].encode(decoded.example)
  // ShareGPT's readers drop rows whose turns do not alternate, so it is read more freely than it is written.
  if (unsaid) return format === 'sharegpt' && FREELY.has(unsaid.feature) ? 'cannot be written again' : unsaid.feature
  const again = parseRow(text)
  const back = 'row' in again ? CODECS[format].decode(again.row) : undefined
  const same =
    back && 'example' in back && isDeepStrictEqual(canonicalExample(back.example), canonicalExample(decoded.example))
  return same ? 'survives' : `changes: ${text}`
}

const FREELY: ReadonlySet<string> = new Set(['uneven-turns'])

interface Mutation {
  readonly from: { readonly row: JsonObject }
  readonly at: number
  readonly way: 'replace' | 'rename' | 'remove' | 'add' | 'double'
  readonly value: JsonValue
  readonly key: string
}

/** Changes one place of the row, the `at`-th in the order of its text. */
function mutate({ from: { row }, at, way, value, key }: Mutation): JsonObject {
  const places = { left: at % countPlaces(row) }
  const change = (item: JsonValue): JsonValue => {
    if (isList(item)) {
      return item.flatMap((inner) => {
        if (places.left-- !== 0) return [change(inner)]
        if (way === 'remove') return []
        return way === 'double' ? [inner, inner] : [value]
      })
    }
    if (!isObject(item)) return item
    return Object.fromEntries(
      Object.entries(item).flatMap(([name, inner]): (readonly [string, JsonValue])[] => {
        if (places.left-- !== 0) return [[name, change(inner)]]
        if (way === 'remove') return []
        if (way === 'rename') return [[key, inner]]
        return way === 'replace'
          ? [[name, value]]
          : [
              [name, inner],
              [key, value],
            ]
      }),
    )
  }
  return change(row) as JsonObject
}

function countPlaces(value: JsonValue): number {
  if (isList(value)) return value.reduce((sum: number, item) => sum + 1 + countPlaces(item), 0)
  return isObject(value) ? Object.values(value).reduce((sum: number, item) => sum + 1 + countPlaces(item), 0) : 0
}
