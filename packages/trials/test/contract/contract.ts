/** Holds traffic against a vendor's own description of its API. */
import { createRequire } from 'node:module'
import type { Exchange } from '@anytune/emulator'
import type { Options, ValidateFunction } from 'ajv'
import { closed } from './closed.ts'
import type { JsonObject, Operation, Specification } from './specification.ts'

// Both packages are CommonJS, and their types say otherwise of what an import gives.
const require = createRequire(import.meta.url)
const { Ajv2020 } = require('ajv/dist/2020.js') as { Ajv2020: new (options: Options) => Ajv }
const { default: addFormats } = require('ajv-formats') as { default: (ajv: unknown) => void }

interface Ajv {
  addSchema(schema: object): void
  compile(schema: object): ValidateFunction
}

/** What is not as the description says. */
export interface Breach {
  /** `POST /fine_tuning/jobs`, or the request itself where the description has no such operation. */
  readonly operation: string
  readonly side: 'request' | 'response'
  /** Where in the body, and what: no values. */
  readonly what: string
}

/** Checks exchanges against one description. */
export interface Contract {
  /** True when this description is the one for such a path. */
  covers(exchange: Exchange): boolean
  breaches(exchange: Exchange): readonly Breach[]
  /** What is wrong with a value that shall be of one of the description's named schemas, such as a piece of a stream. */
  faultsOf(schema: string, value: unknown): readonly string[]
  /** Operations that were seen so far. */
  readonly seen: ReadonlySet<string>
}

/**
 * Requests are closed: a member that the description does not name is a breach, as it is to a strict service. So are answers.
 * Bodies that are not JSON (multipart, streams, file content) are the emulator's own parsers' to judge.
 */
export function contractOf(specification: Specification): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  addFormats(ajv)
  ajv.addSchema({ ...specification.document, $id: ID })
  const compiled = new Map<JsonObject, ValidateFunction>()
  const validate = (schema: JsonObject, value: unknown): readonly string[] => {
    const check = compiled.get(schema) ?? ajv.compile(rebase(closed(specification.document, schema)))
    compiled.set(schema, check)
    if (check(value)) return []
    return (check.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath === '' ? '(body)' : instancePath}: ${message ?? 'is wrong'} ${detail(params)}`.trim(),
    )
  }
  const named = new Map<string, JsonObject>()
  const seen = new Set<string>()
  const find = ({ method, path }: Exchange) =>
    specification.operations.find((operation) => operation.method === method && operation.path.test(path))
  return {
    seen,
    faultsOf(schema, value) {
      const reference = named.get(schema) ?? { $ref: `#/components/schemas/${schema}` }
      named.set(schema, reference)
      return validate(reference, value)
    },
    covers: ({ path }) => specification.operations.some((operation) => operation.path.test(path)),
    breaches(exchange) {
      const operation = find(exchange)
      if (operation === undefined) {
        return [{ operation: `${exchange.method} ${exchange.path}`, side: 'request', what: 'no such operation' }]
      }
      seen.add(operation.name)
      const tell = (side: Breach['side']) => (what: string) => ({ operation: operation.name, side, what })
      return [
        ...requestFaults(operation, exchange, validate).map(tell('request')),
        ...responseFaults(operation, exchange, validate).map(tell('response')),
      ]
    },
  }
}

const ID = 'https://anytune.example/description'

type Validate = (schema: JsonObject, value: unknown) => readonly string[]

function requestFaults(operation: Operation, exchange: Exchange, validate: Validate): readonly string[] {
  // What the vendor refused was wrong, and was told so.
  if (exchange.status !== undefined && exchange.status >= 400) return []
  const { requestBody } = exchange
  const faults = queryFaults(operation, exchange, validate)
  if (operation.request === undefined)
    return 'json' in requestBody ? [...faults, 'a JSON body that is not asked for'] : faults
  return 'json' in requestBody
    ? [...faults, ...validate(operation.request, requestBody.json)]
    : [...faults, 'no JSON body']
}

function queryFaults(operation: Operation, { query }: Exchange, validate: Validate): readonly string[] {
  const given = new URLSearchParams(query)
  const names = new Set([...given.keys()].map(plainName))
  const unknown = [...names].filter((name) => !operation.query.has(name)).map((name) => `query ${name}: not described`)
  const faults = [...operation.query].flatMap(([name, { required, schema }]) => {
    const text = given.get(name)
    if (text === null) return required && !names.has(name) ? [`query ${name}: required`] : []
    const asNumber = Number(text)
    // A query has texts alone; a number is one where the schema takes it.
    const fits = validate(schema, text).length === 0 || (text !== '' && validate(schema, asNumber).length === 0)
    return fits ? [] : [`query ${name}: ${validate(schema, text).join(', ')}`]
  })
  return [...unknown, ...faults]
}

/** `metadata[anytune]` is the parameter `metadata`. */
function plainName(name: string): string {
  return name.replace(/\[.*$/, '')
}

function responseFaults(operation: Operation, exchange: Exchange, validate: Validate): readonly string[] {
  const { status, responseBody } = exchange
  // A fault's answer is wrong on purpose.
  if (status === undefined || responseBody === undefined || exchange.fault !== undefined) return []
  const known = operation.responses.has(String(status))
  // Descriptions of OpenAI name no error; those of Azure have one for all.
  if (!known && status >= 400 && !operation.responses.has('default')) return []
  if (!known && !operation.responses.has('default')) return [`status ${status}: not described`]
  const schema = operation.responses.get(known ? String(status) : 'default')
  if (schema === undefined || !('json' in responseBody)) return []
  return validate(schema, responseBody.json)
}

/** References are meant from the document's root. */
function rebase(schema: JsonObject): JsonObject {
  const moved: unknown = JSON.parse(JSON.stringify(schema), (name, value: unknown) =>
    name === '$ref' && typeof value === 'string' && value.startsWith('#') ? `${ID}${value}` : value,
  )
  return moved as JsonObject // an object stays one
}

function detail(params: Record<string, unknown>): string {
  const { unevaluatedProperty, missingProperty, additionalProperty, allowedValues, type } = params
  const told = unevaluatedProperty ?? additionalProperty ?? missingProperty ?? allowedValues ?? type
  return told === undefined ? '' : JSON.stringify(told)
}
