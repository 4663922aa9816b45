import { readJson } from '../server/read-body.ts'
import type { Answer, VendorContext, VendorRequest } from '../server/service.ts'
import { checkShape, type Shape, type Violation } from '../server/shape.ts'
import type { Lag } from '../server/shelf.ts'
import type { AzureAccount } from './account.ts'
import { invalidPayload, type AzureRefusal } from './refusal.ts'

/** A request to the data plane whose credentials and API version are good. */
export interface DataCall {
  readonly surface: 'v1' | 'dated'
  readonly request: VendorRequest
  readonly account: AzureAccount
  readonly params: Readonly<Record<string, string>>
  /** Milliseconds of the emulator's clock. */
  readonly now: number
  readonly lag: Lag
  readonly context: VendorContext
}

export type DataHandler = (call: DataCall) => Answer | Promise<Answer>

/** The JSON of the body, which has the shape; what it has not is refused. */
export function readBody({ request }: DataCall, shape: Shape): unknown {
  if (!/^(application|text)\/(\w+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    throw invalidPayload('The content type must be application/json.')
  }
  const read = readJson(request.body)
  if (!('value' in read))
    throw invalidPayload(`The request body is ${read.problem === 'empty' ? 'missing' : 'not valid JSON'}.`)
  const violation = checkShape(shape, read.value)
  if (violation !== undefined) throw toRefusal(violation)
  return read.value
}

/** A violation in the words of the data plane: names and expectations, never the value. */
export function toRefusal({ rule, path, expected }: Violation): AzureRefusal {
  if (rule === 'unknown') return invalidPayload(`Unrecognized request argument supplied: ${path}`, path)
  if (rule === 'missing') return invalidPayload(`The field '${path}' is required.`, path)
  return invalidPayload(`The value of '${path || 'the body'}' must be ${expected}.`, path)
}

/** Unix seconds, as the data plane tells time. */
export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

/** A page of a list that is newest first; `after` and `limit` come from the query. */
export function pageAfter<Item extends { readonly id: string }>(
  { request }: DataCall,
  newestFirst: readonly Item[],
  defaultLimit: number,
): { readonly items: readonly Item[]; readonly hasMore: boolean } {
  const limit = readLimit(request.query.get('limit'), defaultLimit)
  const after = request.query.get('after')
  const position = after === null ? -1 : newestFirst.findIndex(({ id }) => id === after)
  if (after !== null && position === -1)
    throw invalidPayload("The value of 'after' is not an id of this list.", 'after')
  const items = newestFirst.slice(position + 1, position + 1 + limit)
  return { items, hasMore: position + 1 + limit < newestFirst.length }
}

function readLimit(given: string | null, defaultLimit: number): number {
  if (given === null) return defaultLimit
  const limit = Number(given)
  if (/^\d+$/.test(given) && limit >= 1 && limit <= maximumLimit) return limit
  throw invalidPayload(`The value of 'limit' must be an integer from 1 to ${maximumLimit}.`, 'limit')
}

/** What the dated file list names as its range. */
const maximumLimit = 10_000
