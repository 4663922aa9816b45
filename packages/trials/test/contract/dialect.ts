/** Swagger 2.0 and OpenAPI 3.0 and 3.1 as their vendors really write them, turned into JSON schema 2020-12. */
import type { Json, JsonObject } from './specification.ts'

/** The same document with every schema keyword in today's form. Examples are left out: they are not schemas. */
export function toDraft2020(document: Json): JsonObject {
  // An object stays one.
  return convert(document) as JsonObject
}

const NOT_SCHEMAS: ReadonlySet<string> = new Set(['example', 'examples', 'x-ms-examples', 'x-oaiMeta'])

function convert(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => convert(item) ?? null) // narrowed by the test
  if (typeof value !== 'object' || value === null) return value
  const source = value as JsonObject // neither a list nor null
  const members = Object.entries(source).filter(([name]) => !NOT_SCHEMAS.has(name))
  const converted = Object.fromEntries(members.map(([name, member]) => [name, convert(member)]))
  return nullable(exclusive(binary(converted)))
}

/** `nullable` stands in documents of 3.1 as well, and ARM says it with `x-nullable`. */
function nullable(schema: JsonObject): JsonObject {
  const { nullable: yes, 'x-nullable': alsoYes, ...rest } = schema
  if (yes !== true && alsoYes !== true) return yes === undefined || typeof yes === 'boolean' ? rest : schema
  return { anyOf: [rest, { type: 'null' }] }
}

/** `exclusiveMinimum: true` beside `minimum` became a number of its own. */
function exclusive(schema: JsonObject): JsonObject {
  let changed: JsonObject = schema
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof changed[flag] !== 'boolean') continue
    const { [flag]: isExclusive, [bound]: limit, ...rest } = changed
    changed = isExclusive === true ? { ...rest, [flag]: limit } : { ...rest, [bound]: limit }
  }
  return changed
}

/** Formats that JSON schema does not have: they say how wide a number is, or that a text is bytes. */
function binary(schema: JsonObject): JsonObject {
  const { format, ...rest } = schema
  return typeof format === 'string' && !KNOWN_FORMATS.has(format) ? rest : schema
}

const KNOWN_FORMATS: ReadonlySet<string> = new Set(['date-time', 'date', 'uri', 'uuid', 'email'])
