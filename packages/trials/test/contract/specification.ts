/** Vendors' own API descriptions, in whichever dialect, as one list of operations with JSON schemas of draft 2020-12. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { toDraft2020 } from './dialect.ts'

const SPECS = fileURLToPath(new URL('../../../../../shared/specs/', import.meta.url))

/** Why the descriptions cannot be used here; undefined when they are there. */
export const missing = existsSync(SPECS) ? undefined : 'the vendors’ API descriptions are not beside this checkout'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/** One operation of a description. */
export interface Operation {
  /** `GET /files/{file_id}`. */
  readonly name: string
  readonly method: string
  readonly path: RegExp
  /** Query parameters by name. */
  readonly query: ReadonlyMap<string, { readonly required: boolean; readonly schema: JsonObject }>
  /** Of a JSON body; absent where the operation takes none. */
  readonly request?: JsonObject
  /** By status, or `default`; `undefined` stands for an answer that is not JSON. */
  readonly responses: ReadonlyMap<string, JsonObject | undefined>
}

export interface Specification {
  readonly file: string
  readonly operations: readonly Operation[]
  /** The whole document, for the references in the schemas. */
  readonly document: JsonObject
}

/** Reads a description; `base` is what stands before its paths, as a regular expression. */
export function readSpecification(file: string, base: string): Specification {
  return toSpecification(file, JSON.parse(readFileSync(`${SPECS}${file}`, 'utf8')), base)
}

/** A description as its vendor wrote it, or as it was written down from a vendor's pages. */
export function toSpecification(file: string, written: Json, base: string): Specification {
  const document = toDraft2020(written)
  const operations = entries(document['paths']).flatMap(([path, item]) =>
    entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => toOperation(document, { path, method, operation: object(operation), base })),
  )
  // A path of words goes before one with a parameter in the same place.
  return { file, document, operations: operations.toSorted((a, b) => parameters(a.name) - parameters(b.name)) }
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'patch', 'delete'])

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: JsonObject
  readonly base: string
}

function toOperation(document: JsonObject, { path, method, operation, base }: Entry): Operation {
  const given = list(operation['parameters']).map((parameter) => resolve(document, object(parameter)))
  const query = given
    .filter((parameter) => parameter['in'] === 'query')
    .map((parameter) => {
      // In Swagger 2 the parameter is its own schema, where `required` means something else.
      const { name, required = false, schema, ...plain } = parameter
      return [
        text(name),
        { required: required === true, schema: schema === undefined ? plain : object(schema) },
      ] as const
    })
  const bodyParameter = given.find((parameter) => parameter['in'] === 'body')
  const request = jsonOf(object(operation['requestBody'] ?? {})) ?? (bodyParameter && object(bodyParameter['schema']))
  const responses = entries(operation['responses']).map(([status, answer]) => {
    const resolved = resolve(document, object(answer))
    const schema = jsonOf(resolved) ?? resolved['schema']
    return [status, schema === undefined ? undefined : object(schema)] as const
  })
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path: new RegExp(`^${base}${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    query: new Map(query),
    ...(request !== undefined && { request }),
    responses: new Map(responses),
  }
}

function jsonOf(holder: JsonObject): JsonObject | undefined {
  const content = holder['content'] === undefined ? {} : object(holder['content'])
  const json = content['application/json']
  const schema = json === undefined ? undefined : object(json)['schema']
  return schema === undefined ? undefined : object(schema)
}

/** What a reference within the document stands for; anything else as it is. */
export function resolve(document: JsonObject, value: JsonObject): JsonObject {
  const { $ref } = value
  if (typeof $ref !== 'string') return value
  let at: Json | undefined = document
  for (const part of $ref.slice(2).split('/')) {
    at = object(at)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return resolve(document, object(at))
}

function text(value: Json | undefined): string {
  if (typeof value === 'string') return value
  throw new Error('the description has something else where a text is needed')
}

export function object(value: Json | undefined): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject // narrowed by the test
  throw new Error('the description has something else where an object is needed')
}

export function entries(value: Json | undefined): readonly (readonly [string, Json])[] {
  return value === undefined
    ? []
    : Object.entries(object(value)).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]))
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [] // narrowed by the test
}

function parameters(name: string): number {
  return name.split('{').length
}
