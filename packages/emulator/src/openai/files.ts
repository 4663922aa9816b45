import type { OpenAI } from 'openai'
import { bytes, json } from '../server/answer.ts'
import { readForm, type FormPart } from '../server/multipart.ts'
import { checkShape, choice, object, optional, whole, type Violation } from '../server/shape.ts'
import type { OpenAIAccount } from './account.ts'
import { readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { pageOf } from './paging.ts'
import { refuse, refuseViolation } from './refusal.ts'
import { bringUpToDate } from './stored-job.ts'
import { isExpired, showFile, storeFile, type StoredFile } from './stored-file.ts'

export const createFile: OpenAIHandler = (call) => {
  const { account, context, lag } = call
  readQuery(call)
  const { file, fields } = readUpload(call, 'file')
  const violation = checkShape(FIELDS, fields)
  if (violation !== undefined) throw refuseViolation(violation)
  const { purpose, 'expires_after[seconds]': expiresAfterSeconds } = fields as unknown as FileFields // the shape says so
  const { filename = '', content } = file
  const stored = makeFile({ filename, purpose, content, expiresAfterSeconds }, account.settings.fileBytes, call)
  account.files.add(stored.id, stored, lag)
  return json(200, showFile(stored, context.clock))
}

export const listFiles: OpenAIHandler = (call) => {
  const { account, context } = call
  const query = readQuery(call, 'purpose', 'limit', 'order', 'after')
  const violation = checkShape(object({ order: optional(choice('asc', 'desc')) }), { order: query.order ?? 'desc' })
  if (violation !== undefined) throw refuseViolation(violation)
  dropExpired(account, call)
  const files = account.files.list().filter(({ purpose }) => query.purpose === undefined || purpose === query.purpose)
  const ordered = query.order === 'asc' ? files : files.toReversed()
  const { data, hasMore } = pageOf(ordered, ({ id }) => id, query, { usual: 10_000, largest: 10_000 })
  return json(200, {
    object: 'list',
    data: data.map((file) => showFile(file, context.clock)),
    first_id: data[0]?.id ?? '',
    last_id: data.at(-1)?.id ?? '',
    has_more: hasMore,
  })
}

export const retrieveFile: OpenAIHandler = (call) => json(200, showFile(findFile(call), call.context.clock))

export const deleteFile: OpenAIHandler = (call) => {
  const { id } = findFile(call)
  call.account.files.remove(id)
  return json(200, { id, object: 'file', deleted: true } satisfies OpenAI.FileDeleted)
}

export const fileContent: OpenAIHandler = (call) => bytes(findFile(call).content, 'application/octet-stream')

/** Makes a file as it is asked for; what is too large or of the wrong kind is refused. */
export function makeFile(
  file: Pick<StoredFile, 'filename' | 'purpose' | 'content' | 'expiresAfterSeconds'>,
  largest: number,
  { account, context }: OpenAICall,
): StoredFile {
  if (file.content.length > largest) {
    const message = `Maximum content size limit (${largest}) exceeded.`
    throw refuse(413, { message, code: 'content_size_limit_exceeded' })
  }
  assertFileName(file)
  return storeFile({ ...file, processingMilliseconds: account.settings.processingMilliseconds }, context.clock)
}

/** Training files are told by their name. */
export function assertFileName({ filename, purpose }: { readonly filename: string; readonly purpose: string }): void {
  if (purpose !== 'fine-tune' || filename.endsWith('.jsonl')) return
  throw refuse(400, { message: 'Invalid file format for Fine-Tuning API. Must be .jsonl', param: 'file' })
}

/** The one file of a form and its other fields; a number is told from text by what it looks like, as a form has no types. */
export function readUpload(
  { request }: OpenAICall,
  member: string,
): { readonly file: FormPart; readonly fields: Readonly<Record<string, string | number>> } {
  const reading = readForm(request.headers['content-type'], request.body)
  if (!reading.ok)
    throw refuse(400, { message: `Could not parse multipart form: ${reading.problem}.`, code: 'invalid_form' })
  const files = reading.parts.filter(({ filename }) => filename !== undefined)
  const [file] = files
  const others = reading.parts.filter((part) => part !== file)
  const wrong = files.find(({ name }) => name !== member) ?? others.find(({ filename }) => filename !== undefined)
  if (wrong !== undefined) throw refuseViolation(violation('unknown', wrong.name))
  if (file === undefined) throw refuseViolation(violation('missing', member))
  const fields = others.map(({ name, content }): [string, string | number] => [
    name,
    toFieldValue(content.toString('utf8')),
  ])
  return { file, fields: Object.fromEntries(fields) }
}

interface FileFields {
  readonly purpose: StoredFile['purpose']
  readonly 'expires_after[seconds]'?: number
}

const FIELDS = object({
  purpose: choice('assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'),
  'expires_after[anchor]': optional(choice('created_at')),
  'expires_after[seconds]': optional(whole({ minimum: 3600, maximum: 2_592_000 })),
})

function toFieldValue(value: string): string | number {
  return /^\d{1,15}$/.test(value) ? Number(value) : value
}

function violation(rule: 'unknown' | 'missing', path: string): Violation {
  return { rule, path, expected: '', found: 'nothing', shape: 'object' }
}

function findFile(call: OpenAICall): StoredFile {
  const { account, params } = call
  readQuery(call)
  dropExpired(account, call)
  const id = params['file'] ?? ''
  const file = account.files.look(id)
  if (file !== undefined) return file
  throw refuse(404, { message: `No such File object: ${id}`, param: 'id' })
}

/** What has expired is gone; what jobs have written by now is there. */
function dropExpired(account: OpenAIAccount, { context }: OpenAICall): void {
  bringUpToDate(account, context.clock)
  for (const file of account.files.all()) if (isExpired(file, context.clock)) account.files.remove(file.id)
}
