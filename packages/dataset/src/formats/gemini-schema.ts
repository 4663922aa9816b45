import type { JsonObject, JsonValue } from '../example.ts'
import { isList, isObject } from './shape.ts'

// Source: Schema of Google's discovery document aiplatform v1, revision 20260920: a part of OpenAPI 3.0 with types in
// capitals, `nullable`, and counts as strings.

/** One keyword of a schema, there and here; undefined when it cannot be said. */
interface Keyword {
  readonly decode: (value: JsonValue) => JsonValue | undefined
  readonly encode: (value: JsonValue) => JsonValue | undefined
}

const same = (fits: (value: JsonValue) => boolean): Keyword => {
  const keep = (value: JsonValue) => (fits(value) ? value : undefined)
  return { decode: keep, encode: keep }
}
const text = same((value) => typeof value === 'string')
const texts = same((value) => isList(value) && value.every((item) => typeof item === 'string'))
const number = same((value) => typeof value === 'number' || isExactNumber(value))
const count: Keyword = {
  decode: (value) => {
    const read = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
    return Number.isSafeInteger(read) ? read : undefined
  },
  encode: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined),
}
const nested: Keyword = { decode: decodeSchema, encode: encodeSchema }

/** Keywords that mean the same in both; every other one has no place on the other side. */
const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['description', text],
  ['title', text],
  ['format', text],
  ['pattern', text],
  ['enum', texts],
  ['required', texts],
  ['minimum', number],
  ['maximum', number],
  ['minLength', count],
  ['maxLength', count],
  ['minItems', count],
  ['maxItems', count],
  ['minProperties', count],
  ['maxProperties', count],
  ['default', same(() => true)],
  ['items', nested],
  ['anyOf', { decode: (value) => each(value, decodeSchema), encode: (value) => each(value, encodeSchema) }],
  ['properties', { decode: (value) => byName(value, decodeSchema), encode: (value) => byName(value, encodeSchema) }],
])

const TYPE: ReadonlySet<string> = new Set(['type'])
const TYPE_AND_NULLABLE: ReadonlySet<string> = new Set(['type', 'nullable'])
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

/** Google's schema as JSON Schema; undefined when it uses a keyword that an example has no place for. */
export function decodeSchema(value: JsonValue): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const { type, nullable } = value
  const decoded = mapped(value, 'decode', TYPE_AND_NULLABLE)
  const named = type === undefined ? undefined : decodeType(type)
  if (decoded === undefined || (type !== undefined && named === undefined)) return undefined
  if (nullable !== undefined && typeof nullable !== 'boolean') return undefined
  if (nullable && named === undefined) return undefined
  return { ...(named !== undefined && { type: nullable ? [named, 'null'] : named }), ...decoded }
}

/** JSON Schema as Google's; undefined when it says what Google's cannot. */
export function encodeSchema(value: JsonValue): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const { type } = value
  const encoded = mapped(value, 'encode', TYPE)
  if (encoded === undefined || type === undefined) return encoded
  const [named, second, ...more] = isList(type) ? type : [type]
  const nullable = second === 'null' && more.length === 0
  if (typeof named !== 'string' || !TYPES.includes(named) || (second !== undefined && !nullable)) return undefined
  if (isList(type) && !nullable) return undefined
  return { type: named.toUpperCase(), ...(nullable && { nullable }), ...encoded }
}

/** Documents show both spellings of a type. */
function decodeType(type: JsonValue): string | undefined {
  if (typeof type !== 'string' || (type !== type.toUpperCase() && type !== type.toLowerCase())) return undefined
  const lower = type.toLowerCase()
  return TYPES.includes(lower) ? lower : undefined
}

/** The schema with each keyword turned, but for those that are read apart. */
function mapped(schema: JsonObject, way: keyof Keyword, apart: ReadonlySet<string>): JsonObject | undefined {
  const turned: Record<string, JsonValue> = {}
  for (const key in schema) {
    if (apart.has(key)) continue
    const value = KEYWORDS.get(key)?.[way](schema[key] ?? null)
    if (value === undefined) return undefined
    turned[key] = value
  }
  return turned
}

function each(value: JsonValue, turn: (value: JsonValue) => JsonObject | undefined): readonly JsonObject[] | undefined {
  if (!isList(value)) return undefined
  const turned = value.map(turn)
  return turned.every((item) => item !== undefined) ? turned : undefined
}

function byName(value: JsonValue, turn: (value: JsonValue) => JsonObject | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const turned: Record<string, JsonObject> = {}
  // No name is "__proto__": rows with such a key are refused.
  for (const name in value) {
    const schema = turn(value[name] ?? null)
    if (schema === undefined) return undefined
    turned[name] = schema
  }
  return turned
}

function isExactNumber(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !isList(value) && !isObject(value)
}
