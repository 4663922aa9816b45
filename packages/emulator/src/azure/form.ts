import { readForm } from '../server/multipart.ts'
import type { DataCall } from './data-call.ts'
import { PURPOSES, type NewFile, type Purpose } from './files.ts'
import { invalidPayload } from './refusal.ts'

/** A file upload's form; what it may say and what it must follows the surface. */
export function readFileForm(call: DataCall): NewFile {
  const fields = readFields(call, FILE_FIELDS[call.surface])
  const file = fields.get('file')
  if (file?.filename === undefined) throw invalidPayload("The field 'file' is required and must be a file.", 'file')
  const purpose = readPurpose(fields.get('purpose')?.text, call.surface)
  const expiresAfter = readExpiry(fields)
  return { filename: file.filename, purpose, content: file.content, expiresAfter }
}

/** The bytes of an upload's part. */
export function readPartForm(call: DataCall): Buffer {
  const part = readFields(call, new Set(['data'])).get('data')
  if (part === undefined) throw invalidPayload("The field 'data' is required.", 'data')
  return part.content
}

/** A purpose that the surface lets a client use. */
export function readPurpose(value: string | undefined, surface: DataCall['surface']): Purpose {
  const purpose = PURPOSES.find((known) => known === value && (surface === 'dated' || V1_PURPOSES.has(known)))
  if (purpose !== undefined) return purpose
  throw invalidPayload("The value of 'purpose' is missing or not one that this API knows.", 'purpose')
}

/** The bounds that Azure gives: fourteen to thirty days. */
export const EXPIRY_SECONDS = { minimum: 1_209_600, maximum: 2_592_000 }

const V1_PURPOSES: ReadonlySet<Purpose> = new Set(['assistants', 'batch', 'fine-tune', 'evals'])

/** The schema of the dated API has dots, the vendor's SDKs send brackets. */
const FILE_FIELDS: Record<DataCall['surface'], ReadonlySet<string>> = {
  v1: new Set(['file', 'purpose', 'expires_after[anchor]', 'expires_after[seconds]']),
  dated: new Set([
    'file',
    'purpose',
    'expires_after[anchor]',
    'expires_after[seconds]',
    'expires_after.anchor',
    'expires_after.seconds',
  ]),
}

interface Field {
  readonly filename: string | undefined
  readonly content: Buffer
  readonly text: string
}

function readFields({ request }: DataCall, allowed: ReadonlySet<string>): ReadonlyMap<string, Field> {
  const form = readForm(request.headers['content-type'], request.body)
  if (!form.ok) throw invalidPayload(`The request is not a valid form: ${form.problem}.`)
  const fields = new Map<string, Field>()
  for (const { name, filename, content } of form.parts) {
    if (!allowed.has(name)) throw invalidPayload(`Unrecognized request argument supplied: ${name}`, name)
    if (fields.has(name)) throw invalidPayload(`The field '${name}' is given twice.`, name)
    // Only a field is read as text: a file is large.
    fields.set(name, { filename, content, text: filename === undefined ? content.toString('utf8') : '' })
  }
  return fields
}

function readExpiry(fields: ReadonlyMap<string, Field>): number | undefined {
  const field = (name: string) => (fields.get(`expires_after[${name}]`) ?? fields.get(`expires_after.${name}`))?.text
  const anchor = field('anchor')
  const seconds = field('seconds')
  if (anchor === undefined && seconds === undefined) return undefined
  if (anchor !== 'created_at')
    throw invalidPayload("The value of 'expires_after.anchor' must be 'created_at'.", 'expires_after')
  return checkExpiry(seconds === undefined || !/^\d+$/.test(seconds) ? NaN : Number(seconds))
}

function checkExpiry(seconds: number): number {
  const { minimum, maximum } = EXPIRY_SECONDS
  if (seconds >= minimum && seconds <= maximum) return seconds
  throw invalidPayload(`The value of 'expires_after.seconds' must be from ${minimum} to ${maximum}.`, 'expires_after')
}
