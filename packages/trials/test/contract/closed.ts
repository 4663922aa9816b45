/** Makes a schema refuse members that it does not name: vendors' descriptions leave that open, their services do not. */
import { entries, object, resolve, type Json, type JsonObject } from './specification.ts'

/**
 * The schema with every object in it closed. Branches of `allOf`, `anyOf` and `oneOf` see each other's members as their own, so that
 * only the place where they come together is closed.
 */
export function closed(document: JsonObject, schema: JsonObject): JsonObject {
  return closing(document, schema, [])
}

/** `within` are the references that are being opened, against schemas that contain themselves. */
function closing(document: JsonObject, schema: JsonObject, within: readonly string[]): JsonObject {
  const opened = opening(document, schema, within)
  if (opened === undefined) return schema
  const kinds = kindsOf(document, schema)
  if (kinds.length > 0) return { anyOf: kinds.map((kind) => closing(document, { $ref: kind }, opened.within)) }
  const inner = membersClosed(document, opened.schema, opened.within)
  return namesMembers(document, inner, 0) ? { ...inner, unevaluatedProperties: false } : inner
}

/** References of the schemas that are a kind of this one, by its discriminator: nothing else refers to them. */
function kindsOf(document: JsonObject, { $ref }: JsonObject): readonly string[] {
  if (typeof $ref !== 'string' || resolve(document, { $ref })['discriminator'] === undefined) return []
  const [place, named] =
    document['definitions'] === undefined
      ? ['#/components/schemas/', object(document['components'])['schemas']]
      : ['#/definitions/', document['definitions']]
  return entries(named).flatMap(([name, schema]) => {
    const bases = object(schema)['allOf']
    const isKind = Array.isArray(bases) && bases.some((base: Json) => isObject(base) && base['$ref'] === $ref)
    return isKind ? [`${place}${name}`] : []
  })
}

function opening(document: JsonObject, schema: JsonObject, within: readonly string[]) {
  const { $ref } = schema
  if (typeof $ref !== 'string') return { schema, within }
  return within.includes($ref) ? undefined : { schema: resolve(document, schema), within: [...within, $ref] }
}

function membersClosed(document: JsonObject, schema: JsonObject, within: readonly string[]): JsonObject {
  const changed: Record<string, Json | undefined> = { ...schema }
  const { properties, items, additionalProperties } = schema
  if (isObject(properties)) {
    changed['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        isObject(member) ? closing(document, member, within) : member,
      ]),
    )
  }
  if (isObject(items)) changed['items'] = closing(document, items, within)
  if (isObject(additionalProperties)) changed['additionalProperties'] = closing(document, additionalProperties, within)
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const) {
    const branches = schema[word]
    if (!Array.isArray(branches)) continue
    changed[word] = branches.map((branch: Json) => {
      if (!isObject(branch)) return branch
      const opened = opening(document, branch, within)
      return opened === undefined ? branch : membersClosed(document, opened.schema, opened.within)
    })
  }
  return changed
}

/** An object without named members is a map, or anything at all: it stays open. */
function namesMembers(document: JsonObject, schema: JsonObject, depth: number): boolean {
  const own = resolve(document, schema)
  if (isObject(own['properties']) && Object.keys(own['properties']).length > 0)
    return own['additionalProperties'] !== true
  const branches = [own['allOf'], own['anyOf'], own['oneOf']].flatMap((words) => (Array.isArray(words) ? words : []))
  return depth < 6 && branches.some((branch: Json) => isObject(branch) && namesMembers(document, branch, depth + 1))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
