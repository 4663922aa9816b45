import { readForm, type FormPart } from '../server/multipart.ts'
import { checkShape, choice, object, whole, type ShapeOf, type Violation } from '../server/shape.ts'
import type { OpenAICall } from './call.ts'
import { refuse, refuseViolation } from './refusal.ts'

/** How long after its creation a file is deleted. */
export interface Expiry {
  readonly anchor: 'created_at'
  readonly seconds: number
}

/** From an hour to thirty days. */
export const EXPIRY: ShapeOf<Expiry> = object({
  anchor: choice('created_at'),
  seconds: whole({ minimum: 3600, maximum: 2_592_000 }),
})

/** A form of one file and other fields of this shape; anything else is refused. `member` is the file's name in the form. */
export function readFileForm<Fields>(
  { request }: OpenAICall,
  member: string,
  shape: ShapeOf<Fields>,
): { readonly file: FormPart; readonly fields: Fields } {
  const reading = readForm(request.headers['content-type'], request.body)
  if (!reading.ok) {
    throw refuse(400, { message: `Could not parse multipart form: ${reading.problem}.`, code: 'invalid_form' })
  }
  const file = reading.parts.find(({ name, filename }) => name === member && filename !== undefined)
  if (file === undefined) throw refuseViolation(violation('missing', member))
  const others = reading.parts.filter((part) => part !== file)
  const foreign = others.find(
    ({ filename, name }, index) =>
      filename !== undefined || name === member || others.findIndex((other) => other.name === name) < index,
  )
  if (foreign !== undefined) throw refuseViolation(violation('unknown', foreign.name))
  const fields = toObject(others)
  const wrong = checkShape(shape, fields)
  if (wrong !== undefined) throw refuseViolation(wrong)
  return { file, fields: fields as Fields } // the shape was checked
}

/** Fields as JSON: `a[b]` is the member `b` of `a`, and what looks like a whole number is one, as a form has no types. */
function toObject(parts: readonly FormPart[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const { name, content } of parts) {
    const [, outer = name, inner] = /^([^[]+)\[([^\]]+)\]$/.exec(name) ?? []
    const value = toValue(content.toString('utf8'))
    const known = fields[outer]
    fields[outer] = inner === undefined ? value : { ...(typeof known === 'object' ? known : {}), [inner]: value }
  }
  return fields
}

function toValue(value: string): string | number {
  return /^\d{1,15}$/.test(value) ? Number(value) : value
}

function violation(rule: 'unknown' | 'missing', path: string): Violation {
  return { rule, path, expected: '', found: 'nothing', shape: 'object' }
}
