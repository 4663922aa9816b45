import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/index.ts'
import { isList, isObject } from '../../src/formats/shape.ts'
import { parseRow } from '../../src/json-row.ts'

/** JSON as it is written: numbers by their digits, keys in order and perhaps twice. */
type Written =
  | { readonly is: 'object'; readonly members: readonly (readonly [key: string, value: Written])[] }
  | { readonly is: 'list'; readonly items: readonly Written[] }
  | { readonly is: 'number'; readonly digits: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'literal'; readonly literal: 'true' | 'false' | 'null' }

const text = fc.oneof(
  fc.constantFrom('', ':', ': 1', ':1e5', '":1', '\\', '\\":-0', '{"a":0.5}', 'é', '日', '\u{1F600}', '\n', '\0', '/'),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
  fc.string({ maxLength: 6, unit: 'binary-ascii' }),
)
const digits = fc.oneof(
  fc.constantFrom('0', '-0', '1', '1.0', '-0.0', '1e3', '1E-2', '9007199254740993', '0.1', '1e400', '123456789012345'),
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String),
  fc.tuple(fc.integer(), fc.stringMatching(/^\d{1,20}$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
)
const { object } = fc.letrec<{ value: Written; object: Written & { is: 'object' } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ is: fc.constant('text' as const), text }),
    fc.record({ is: fc.constant('number' as const), digits }),
    fc.record({ is: fc.constant('literal' as const), literal: fc.constantFrom('true', 'false', 'null') }),
    fc.record({ is: fc.constant('list' as const), items: fc.array(tie('value'), { maxLength: 4 }) }),
    tie('object'),
  ),
  object: fc.record({
    is: fc.constant('object' as const),
    members: fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }),
  }),
}))

/** A row and a way of writing it. */
export const writtenRow = fc.record({
  row: object,
  space: fc.constantFrom('', '', ' ', '\t ', '\r'),
  /** Every so many characters of a text, one is written as an escape; 0 for none. */
  escapes: fc.constantFrom(0, 0, 1, 2, 5),
})
export type WrittenRow = typeof writtenRow extends fc.Arbitrary<infer Row> ? Row : never

/** What is wrong with how the row is read; undefined when it is read as what it says, or refused for a good reason. */
export function misread({ row, space, escapes }: WrittenRow): string | undefined {
  const parsed = parseRow(written(row, space, escapes))
  const reason = refusalOf(row)
  if ('fault' in parsed) return parsed.fault.rule === reason ? undefined : `refused as ${parsed.fault.rule}`
  if (reason !== undefined) return `not refused as ${reason}`
  return difference(row, parsed.row)
}

/** The rule that such a row breaks; `__proto__` is looked for first. */
function refusalOf(row: Written): 'forbidden-key' | 'duplicate-key' | undefined {
  const objects = objectsIn(row)
  if (objects.some((keys) => keys.includes('__proto__'))) return 'forbidden-key'
  return objects.some((keys) => new Set(keys).size < keys.length) ? 'duplicate-key' : undefined
}

function objectsIn(value: Written): readonly (readonly string[])[] {
  if (value.is === 'list') return value.items.flatMap(objectsIn)
  if (value.is !== 'object') return []
  return [value.members.map(([key]) => key), ...value.members.flatMap(([, member]) => objectsIn(member))]
}

function written(value: Written, space: string, escapes: number): string {
  const put = (inner: Written) => written(inner, space, escapes)
  const between = (parts: readonly string[]) => `${space}${parts.join(`${space},${space}`)}${space}`
  if (value.is === 'number') return value.digits
  if (value.is === 'literal') return value.literal
  if (value.is === 'text') return literal(value.text, escapes)
  if (value.is === 'list') return `[${between(value.items.map(put))}]`
  const members = value.members.map(([key, member]) => `${literal(key, escapes)}${space}:${space}${put(member)}`)
  return `{${between(members)}}`
}

function literal(value: string, escapes: number): string {
  let index = 0
  const units = value.replaceAll(/[^]/g, (unit) => {
    if (escapes > 0 && index++ % escapes === 0) return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    return unit === '"' || unit === '\\' || unit < ' ' ? JSON.stringify(unit).slice(1, -1) : unit
  })
  return `"${units}"`
}

function difference(expected: Written, found: JsonValue | undefined): string | undefined {
  if (expected.is === 'object') return isObject(found) ? objectDifference(expected.members, found) : 'no object'
  if (expected.is === 'list') {
    if (!isList(found) || found.length !== expected.items.length) return 'another list'
    return expected.items.map((item, index) => difference(item, found[index])).find((inner) => inner !== undefined)
  }
  if (expected.is === 'text') return found === expected.text ? undefined : 'another text'
  const text = JSON.stringify(found)
  if (expected.is === 'literal') return text === expected.literal ? undefined : 'another literal'
  return isSameNumber(expected.digits, text) ? undefined : `${expected.digits} became ${text}`
}

function objectDifference(members: readonly (readonly [string, Written])[], found: JsonObject): string | undefined {
  if (Object.keys(found).length !== members.length) return 'other keys'
  for (const [key, member] of members) {
    const inner = Object.hasOwn(found, key) ? difference(member, found[key]) : 'a key is absent'
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Compares decimal numbers by their digits, in no arithmetic that rounds; a zero has a sign. */
function isSameNumber(one: string, other: string): boolean {
  return normal(one) === normal(other)
}

function normal(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  const significant = all.replace(/0+$/, '')
  if (significant === '') return `${sign}0`
  return `${sign}${significant}e${Number(exponent) - fraction.length + all.length - significant.length}`
}
