import type { Circumstances, Answer, VendorContext, VendorRequest } from '../server/service.ts'
import { readJson } from '../server/read-body.ts'
import { checkShape, object, text, type Member, type ShapeOf } from '../server/shape.ts'
import type { OpenAIAccount } from './account.ts'
import { refuse, refuseViolation } from './refusal.ts'

/** An authenticated request of a known operation. */
export interface OpenAICall extends Circumstances {
  readonly context: VendorContext
  readonly account: OpenAIAccount
  readonly request: VendorRequest
  readonly params: Readonly<Record<string, string>>
}

/** Does one operation. */
export type OpenAIHandler = (call: OpenAICall) => Answer | Promise<Answer>

/** The body as JSON of this shape; anything else is refused. */
export function readBodyAs<Body>({ request }: OpenAICall, shape: ShapeOf<Body>): Body {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    const message =
      'Unsupported content type: the API method only accepts application/json. Set a Content-Type header to fix it.'
    throw refuse(400, { message, code: 'unsupported_content_type' })
  }
  const reading = readJson(request.body)
  if ('problem' in reading) {
    throw refuse(400, { message: 'We could not parse the JSON body of your request.', code: 'invalid_json' })
  }
  const violation = checkShape(shape, reading.value)
  if (violation !== undefined) throw refuseViolation(violation)
  return reading.value as Body // the shape was checked
}

/** The query's parameters, each given once and known; anything else is refused. */
export function readQuery<Name extends string>(
  { request }: OpenAICall,
  ...names: readonly Name[]
): Readonly<Partial<Record<Name, string>>> {
  const given = Object.fromEntries(request.query)
  const members = Object.fromEntries(names.map((name): [string, Member] => [name, { kind: 'optional', shape: text() }]))
  const violation = checkShape(object(members), given)
  if (violation !== undefined) throw refuseViolation(violation)
  return given as Partial<Record<Name, string>> // the names were checked
}
