import { createHash } from 'node:crypto'
import { json } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import { choice, list, object, optional, text, whole, type ShapeOf } from '../server/shape.ts'
import type { OpenAI } from 'openai'
import { readBodyAs, readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { assertFileName, makeFile } from './files.ts'
import { EXPIRY, readFileForm } from './form.ts'
import { refuse } from './refusal.ts'
import { showUpload, uploadStatus, type StoredUpload } from './stored-upload.ts'

export const createUpload: OpenAIHandler = (call) => {
  const { account, context, lag } = call
  readQuery(call)
  const body = readBodyAs(call, UPLOAD_REQUEST)
  const { uploadBytes } = account.settings
  if (body.bytes > uploadBytes) {
    const message = `Invalid 'bytes': an upload has at most ${uploadBytes} bytes.`
    throw refuse(400, { message, code: 'integer_above_max_value', param: 'bytes' })
  }
  assertFileName(body)
  const createdAt = context.clock.seconds()
  const upload: StoredUpload = {
    id: newId('upload_'),
    filename: body.filename,
    purpose: body.purpose,
    bytes: body.bytes,
    createdAt,
    expiresAt: createdAt + SECONDS_TO_COMPLETE,
    fileExpiresAfterSeconds: body.expires_after?.seconds,
    parts: new Map(),
  }
  account.uploads.add(upload.id, upload, lag)
  return json(200, showUpload(upload, context.clock))
}

export const addPart: OpenAIHandler = (call) => {
  const { account, context } = call
  const upload = findPending(call)
  const { file } = readFileForm(call, 'data', object({}))
  if (file.content.length > account.settings.partBytes) {
    const message = `A part has at most ${account.settings.partBytes} bytes.`
    throw refuse(413, { message, code: 'content_size_limit_exceeded', param: 'data' })
  }
  const id = newId('part_')
  upload.parts.set(id, Buffer.from(file.content))
  const created_at = context.clock.seconds()
  return json(200, { id, object: 'upload.part', created_at, upload_id: upload.id } satisfies OpenAI.Uploads.UploadPart)
}

export const completeUpload: OpenAIHandler = (call) => {
  const { account, context, lag } = call
  const upload = findPending(call)
  const { part_ids: ids, md5 } = readBodyAs(call, COMPLETE_REQUEST)
  const parts = ids.map((id) => upload.parts.get(id))
  const missing = parts.findIndex((part, index) => part === undefined || ids.indexOf(ids[index] ?? '') !== index)
  if (missing !== -1) {
    const message = `Invalid 'part_ids[${missing}]': the upload has no such part, or it is named twice.`
    throw refuse(400, { message, code: 'invalid_value', param: 'part_ids' })
  }
  const content = Buffer.concat(parts.filter((part) => part !== undefined))
  if (content.length !== upload.bytes) {
    const message = `The parts have ${content.length} bytes together; the upload was created for ${upload.bytes}.`
    throw refuse(400, { message, code: 'invalid_upload', param: 'part_ids' })
  }
  if (md5 !== undefined && md5 !== createHash('md5').update(content).digest('hex')) {
    throw refuse(400, { message: 'The md5 checksum does not match the bytes.', code: 'invalid_checksum', param: 'md5' })
  }
  const { filename, purpose, fileExpiresAfterSeconds: expiresAfterSeconds } = upload
  const file = makeFile({ filename, purpose, content, expiresAfterSeconds }, account.settings.uploadBytes, call)
  account.files.add(file.id, file, lag)
  upload.end = 'completed'
  upload.file = file
  upload.parts.clear()
  return json(200, showUpload(upload, context.clock))
}

export const cancelUpload: OpenAIHandler = (call) => {
  const upload = findPending(call)
  upload.end = 'cancelled'
  upload.parts.clear()
  return json(200, showUpload(upload, call.context.clock))
}

/** An upload that is not completed within the hour is gone. */
const SECONDS_TO_COMPLETE = 3600

type UploadRequest = Pick<StoredUpload, 'filename' | 'purpose' | 'bytes'> &
  Pick<OpenAI.UploadCreateParams, 'mime_type' | 'expires_after'>

const UPLOAD_REQUEST: ShapeOf<UploadRequest> = object({
  filename: text({ minimum: 1 }),
  purpose: choice('assistants', 'batch', 'fine-tune', 'vision'),
  bytes: whole({ minimum: 1 }),
  mime_type: text({ minimum: 1 }),
  expires_after: optional(EXPIRY),
})

const COMPLETE_REQUEST: ShapeOf<OpenAI.UploadCompleteParams> = object({ part_ids: list(text()), md5: optional(text()) })

function findPending(call: OpenAICall): StoredUpload {
  const { account, context, params } = call
  readQuery(call)
  const id = params['upload'] ?? ''
  const upload = account.uploads.look(id)
  if (upload === undefined) throw refuse(404, { message: `No such Upload object: ${id}`, param: 'id' })
  const status = uploadStatus(upload, context.clock)
  if (status === 'pending') return upload
  throw refuse(400, {
    message: `The upload is ${status}; only a pending one can be used.`,
    code: 'invalid_upload_status',
  })
}
