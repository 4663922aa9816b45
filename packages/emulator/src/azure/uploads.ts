import { createHash, randomUUID } from 'node:crypto'
import { json } from '../server/answer.ts'
import type { Answer } from '../server/service.ts'
import { choice, list, object, optional, text, whole } from '../server/shape.ts'
import { readBody, seconds, type DataCall } from './data-call.ts'
import { toFile } from './file-handlers.ts'
import { admitFile, PURPOSES, type AzureFile, type Purpose } from './files.ts'
import { readPartForm } from './form.ts'
import { invalidPayload, notFound, unexpectedState } from './refusal.ts'

/** A file that comes in parts; times are milliseconds of the emulator's clock. */
export interface AzureUpload {
  readonly id: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly filename: string
  readonly purpose: Purpose
  /** As it was announced. */
  readonly bytes: number
  readonly parts: Map<string, Buffer>
  cancelled: boolean
  file: AzureFile | undefined
}

/** Announces a file. */
export function createUpload(call: DataCall): Answer {
  const { account, now, lag, request } = call
  const body = readBody(call, START) as UploadBody // the shape says so
  const { maximumUploadBytes, uploadMilliseconds } = account.settings
  if (body.bytes > maximumUploadBytes) {
    throw invalidPayload(`The value of 'bytes' must be at most ${maximumUploadBytes}.`, 'bytes')
  }
  const id = newUploadId()
  const { filename, purpose, bytes } = body
  const expiresAt = now + uploadMilliseconds
  const upload: AzureUpload = {
    id,
    createdAt: now,
    expiresAt,
    filename,
    purpose,
    bytes,
    parts: new Map(),
    cancelled: false,
    file: undefined,
  }
  account.uploads.add(id, upload, lag)
  return json(200, toUpload(upload, now), { location: `${request.origin}/openai/uploads/${id}` })
}

/** Takes a part; parts may come in any order and at the same time. */
export function createPart(call: DataCall): Answer {
  const upload = findPending(call)
  const content = readPartForm(call)
  const { maximumFileBytes } = call.account.settings
  if (content.length === 0) throw invalidPayload('The part is empty.', 'data')
  if (content.length > maximumFileBytes) throw invalidPayload(`A part may have ${maximumFileBytes} bytes.`, 'data')
  const received = [...upload.parts.values()].reduce((total, part) => total + part.length, content.length)
  if (received > upload.bytes) throw invalidPayload('The parts have more bytes than the upload announced.', 'data')
  const block = randomUUID().replaceAll('-', '')
  const id = `part_${block}`
  upload.parts.set(id, content)
  return json(200, {
    id,
    object: 'upload.part',
    created_at: seconds(call.now),
    upload_id: upload.id,
    azure_block_id: Buffer.from(block).toString('base64'),
  })
}

/** Puts the named parts together in their order and makes the file. */
export function completeUpload(call: DataCall): Answer {
  const upload = findPending(call)
  const { part_ids: ids, md5 } = readBody(call, COMPLETE) as CompleteBody // the shape says so
  const parts = ids.map((id) => upload.parts.get(id))
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length || new Set(ids).size < ids.length) {
    throw invalidPayload("'part_ids' must name parts of this upload, each once.", 'part_ids')
  }
  const content = Buffer.concat(known)
  if (content.length !== upload.bytes) {
    throw invalidPayload(`The parts have ${content.length} bytes; the upload announced ${upload.bytes}.`, 'part_ids')
  }
  if (md5 !== undefined && md5.toLowerCase() !== createHash('md5').update(content).digest('hex')) {
    throw invalidPayload("The content does not have the given 'md5'.", 'md5')
  }
  const { account, now, lag } = call
  // A file that came in parts may be larger than one that came whole.
  const file = admitFile(account, { ...upload, content }, now, account.settings.maximumUploadBytes)
  account.files.add(file.id, file, lag)
  upload.file = file
  upload.parts.clear()
  return json(200, toUpload(upload, now))
}

/** Drops an upload with its parts. */
export function cancelUpload(call: DataCall): Answer {
  const upload = findPending(call)
  upload.cancelled = true
  upload.parts.clear()
  return json(200, toUpload(upload, call.now))
}

interface UploadBody {
  readonly purpose: Purpose
  readonly filename: string
  readonly bytes: number
  readonly mime_type: string
}

interface CompleteBody {
  readonly part_ids: readonly string[]
  readonly md5?: string
}

const START = object({
  purpose: choice(...PURPOSES),
  filename: text({ minimum: 1 }),
  bytes: whole({ minimum: 1 }),
  mime_type: text({ minimum: 1 }),
})
const COMPLETE = object({ part_ids: list(text(), { minimum: 1 }), md5: optional(text()) })

function newUploadId(): string {
  return `upload_${randomUUID().replaceAll('-', '')}`
}

function uploadStatus({ cancelled, file, expiresAt }: AzureUpload, now: number) {
  if (file !== undefined) return 'completed'
  if (cancelled) return 'cancelled'
  return now >= expiresAt ? 'expired' : 'pending'
}

function toUpload(upload: AzureUpload, now: number) {
  const { id, bytes, createdAt, expiresAt, filename, purpose, file } = upload
  return {
    id,
    object: 'upload',
    bytes,
    created_at: seconds(createdAt),
    expires_at: seconds(expiresAt),
    filename,
    purpose,
    status: uploadStatus(upload, now),
    ...(file !== undefined && { file: toFile(file, now) }),
  }
}

function findPending({ account, params, now }: DataCall): AzureUpload {
  const id = params['upload'] ?? ''
  const upload = account.uploads.look(id)
  if (upload === undefined) throw notFound('upload', id)
  const status = uploadStatus(upload, now)
  if (status === 'pending') return upload
  throw unexpectedState(`The upload is ${status}.`)
}
