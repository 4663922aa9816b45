import type { OpenAI } from 'openai'
import { bytes, json } from '../server/answer.ts'
import { checkShape, choice, object, optional, type ShapeOf } from '../server/shape.ts'
import type { OpenAIAccount } from './account.ts'
import { readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { EXPIRY, readFileForm, type Expiry } from './form.ts'
import { pageOf } from './paging.ts'
import { refuse, refuseViolation } from './refusal.ts'
import { bringUpToDate } from './stored-job.ts'
import { isExpired, showFile, storeFile, type StoredFile } from './stored-file.ts'

export const createFile: OpenAIHandler = (call) => {
  const { account, context, lag } = call
  readQuery(call)
  const { file, fields } = readFileForm(call, 'file', FIELDS)
  const { purpose, expires_after: expiry } = fields
  const { filename = '', content } = file
  const stored = makeFile(
    { filename, purpose, content, expiresAfterSeconds: expiry?.seconds },
    account.settings.fileBytes,
    call,
  )
  account.files.add(stored.id, stored, lag)
  return json(200, showFile(stored, context.clock))
}

export const listFiles: OpenAIHandler = (call) => {
  const { account, context } = call
  const query = readQuery(call, 'purpose', 'limit', 'order', 'after')
  const violation = checkShape(ORDER, query.order === undefined ? {} : { order: query.order })
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

interface FileFields {
  readonly purpose: StoredFile['purpose']
  readonly expires_after?: Expiry
}

const FIELDS: ShapeOf<FileFields> = object({
  purpose: choice('assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'),
  expires_after: optional(EXPIRY),
})

const ORDER = object({ order: optional(choice('asc', 'desc')) })

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
