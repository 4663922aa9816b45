import { json } from '../server/answer.ts'
import type { Violation } from '../server/shape.ts'
import type { Answer } from '../server/service.ts'
import { Refusal } from '../errors.ts'

/** What OpenAI's error body says. */
export interface ErrorDetail {
  readonly message: string
  readonly code?: string | null
  readonly param?: string | null
  /** Default: by the status. */
  readonly type?: string
}

/** An answer with OpenAI's error body. */
export function errorAnswer(status: number, detail: ErrorDetail): Answer {
  const { message, code = null, param = null, type = TYPES[status] ?? typeOf(status) } = detail
  return json(status, { error: { message, type, param, code } })
}

/** The same, to be thrown. */
export function refuse(status: number, detail: ErrorDetail): Refusal {
  return new Refusal(errorAnswer(status, detail))
}

const TYPES: Readonly<Record<number, string>> = { 429: 'requests', 403: 'invalid_request_error' }

function typeOf(status: number): string {
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

/** What OpenAI says for a status when there is nothing more to say, for faults that are asked for. */
export const USUAL_DETAILS: Readonly<Record<number, ErrorDetail>> = {
  400: { message: 'The request is invalid.', code: 'invalid_request' },
  401: { message: 'Incorrect API key provided.', code: 'invalid_api_key' },
  403: { message: 'You do not have access to this resource.', code: 'insufficient_permissions' },
  404: { message: 'The requested resource was not found.' },
  409: { message: 'The resource was changed by another request.', code: 'conflict' },
  429: { message: 'Rate limit reached for requests.', code: 'rate_limit_exceeded' },
  500: { message: 'The server had an error while processing your request. Sorry about that!' },
  503: { message: 'The engine is currently overloaded, please try again later.' },
}

/** A request whose body or query does not look as it must; codes as OpenAI's answers show them, the schema lists none. */
export function refuseViolation(violation: Violation): Refusal {
  const { path, expected, found, rule } = violation
  const said: Readonly<Record<Violation['rule'], string>> = {
    missing: `Missing required parameter: '${path}'.`,
    unknown: `Unknown parameter: '${path}'.`,
    type: `Invalid type for '${path}': expected ${expected}, but got ${ARTICLES[found]} instead.`,
    choice: `Invalid value for '${path}'. Supported values are: ${expected}.`,
    minimum: `Invalid '${path}': expected ${expected}.`,
    maximum: `Invalid '${path}': expected ${expected}.`,
    pattern: `Invalid '${path}': expected ${expected}.`,
  }
  return refuse(400, { message: said[rule], code: codeOf(violation), param: path === '' ? null : path })
}

const ARTICLES: Readonly<Record<Violation['found'], string>> = {
  null: 'null',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a decimal',
  string: 'a string',
  array: 'an array',
  object: 'an object',
  nothing: 'nothing',
}

function codeOf({ rule, shape }: Violation): string {
  if (rule === 'minimum' || rule === 'maximum') return LIMIT_CODES[shape]?.[rule] ?? 'invalid_value'
  return CODES[rule]
}

const CODES: Readonly<Record<Exclude<Violation['rule'], 'minimum' | 'maximum'>, string>> = {
  missing: 'missing_required_parameter',
  unknown: 'unknown_parameter',
  type: 'invalid_type',
  choice: 'invalid_value',
  pattern: 'invalid_value',
}

const LIMIT_CODES: Readonly<Partial<Record<Violation['shape'], { minimum: string; maximum: string }>>> = {
  text: { minimum: 'string_below_min_length', maximum: 'string_above_max_length' },
  whole: { minimum: 'integer_below_min_value', maximum: 'integer_above_max_value' },
  number: { minimum: 'decimal_below_min_value', maximum: 'decimal_above_max_value' },
  list: { minimum: 'array_below_min_length', maximum: 'array_above_max_length' },
  map: { minimum: 'object_below_min_properties', maximum: 'object_above_max_properties' },
}
