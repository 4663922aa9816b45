import type { OpenAI } from 'openai'
import { bytes, json } from '../server/answer.ts'
import { choice, object, optional, text, whole } from '../server/shape.ts'
import type { Answer } from '../server/service.ts'
import { readBody, seconds, type DataCall } from './data-call.ts'
import {
  admitFile,
  fileStatus,
  PURPOSES,
  type AzureFile,
  type FileStatus,
  type NewFile,
  type Purpose,
} from './files.ts'
import { EXPIRY_SECONDS, readFileForm, readPurpose } from './form.ts'
import { AzureRefusal, invalidPayload, notFound } from './refusal.ts'

/** Takes a file: 200 on v1, 201 with its location on the dated API. */
export function createFile(call: DataCall): Answer {
  return keep(call, readFileForm(call))
}

/** The dated API alone: fetches a file from an address, of which this emulator reaches loopback ones only. */
export async function importFile(call: DataCall): Promise<Answer> {
  const { purpose, filename, content_url: url, expires_after: expiry } = readBody(call, IMPORT) as ImportBody // the shape says so
  const content = await download(url, call.request.signal)
  return keep(call, { filename, purpose: readPurpose(purpose, 'dated'), content, expiresAfter: expiry?.seconds })
}

/** The v1 list is whole and filters by purpose only; the dated one has a cursor and does not say whether there is more. */
export function listFiles(call: DataCall): Answer {
  const { account, request, now, surface } = call
  const purpose = request.query.get('purpose')
  const files = account.files.list().filter((file) => purpose === null || file.purpose === purpose)
  if (surface === 'v1') {
    const data = files.toReversed().map((file) => toFile(file, now))
    return json(200, {
      object: 'list',
      data,
      first_id: data[0]?.id ?? '',
      last_id: data.at(-1)?.id ?? '',
      has_more: false,
    })
  }
  if (purpose !== null) readPurpose(purpose, surface)
  return json(200, { object: 'list', data: cut(call, files).map((file) => toFile(file, now)) })
}

export function getFile(call: DataCall): Answer {
  return json(200, toFile(find(call), call.now))
}

/** Also of a file that a job has used. */
export function deleteFile(call: DataCall): Answer {
  const { id } = find(call)
  call.account.files.remove(id)
  return json(200, { id, object: 'file', deleted: true })
}

export function readContent(call: DataCall): Answer {
  return bytes(find(call).content, 'application/octet-stream')
}

/** The SDK's file, with the states and purposes that Azure has more. */
type FileAnswer = Omit<OpenAI.FileObject, 'status' | 'purpose'> & {
  readonly status: FileStatus
  readonly purpose: Purpose
}

/** A file as both surfaces tell it. */
export function toFile(file: AzureFile, now: number): FileAnswer {
  const { id, content, createdAt, expiresAt, filename, purpose, problem } = file
  const status = fileStatus(file, now)
  return {
    id,
    object: 'file',
    bytes: content.length,
    created_at: seconds(createdAt),
    filename,
    purpose,
    status,
    ...(expiresAt !== undefined && { expires_at: seconds(expiresAt) }),
    ...(status === 'error' && problem !== undefined && { status_details: problem }),
  }
}

interface ImportBody {
  readonly purpose: string
  readonly filename: string
  readonly content_url: string
  readonly expires_after?: { readonly seconds?: number }
}

const IMPORT = object({
  purpose: choice(...PURPOSES),
  filename: text({ minimum: 1 }),
  content_url: text(),
  expires_after: optional(object({ anchor: optional(choice('created_at')), seconds: optional(whole(EXPIRY_SECONDS)) })),
})

function keep({ account, now, lag, surface, request }: DataCall, given: NewFile): Answer {
  const file = account.files.add(...named(admitFile(account, given, now)), lag)
  if (surface === 'v1') return json(200, toFile(file, now))
  return json(201, toFile(file, now), { location: `${request.origin}/openai/files/${file.id}` })
}

function named(file: AzureFile): [string, AzureFile] {
  return [file.id, file]
}

function find({ account, params }: DataCall): AzureFile {
  const id = params['file'] ?? ''
  const file = account.files.look(id)
  if (file === undefined) throw notFound('file', id)
  return file
}

function cut({ request }: DataCall, oldestFirst: readonly AzureFile[]): readonly AzureFile[] {
  const { query } = request
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc')
    throw invalidPayload("The value of 'order' must be 'asc' or 'desc'.", 'order')
  const limit = Number(query.get('limit') ?? largestList)
  if (!Number.isInteger(limit) || limit < 1 || limit > largestList) {
    throw invalidPayload(`The value of 'limit' must be an integer from 1 to ${largestList}.`, 'limit')
  }
  const files = order === 'asc' ? oldestFirst : oldestFirst.toReversed()
  const after = query.get('after')
  const position = after === null ? -1 : files.findIndex(({ id }) => id === after)
  if (after !== null && position === -1)
    throw invalidPayload("The value of 'after' is not an id of this list.", 'after')
  return files.slice(position + 1, position + 1 + limit)
}

const largestList = 10_000

async function download(address: string, signal: AbortSignal): Promise<Buffer> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalidPayload("'content_url' is not a URL.", 'content_url')
  const failed = () =>
    new AzureRefusal(400, 'fileImportFailed', 'The file could not be imported from the given address.')
  if (!LOOPBACK.has(url.hostname)) throw failed()
  const response = await fetch(url, { signal, redirect: 'error' }).catch(() => undefined)
  if (response?.ok !== true) throw failed()
  return Buffer.from(await response.arrayBuffer())
}

/** A test server may send requests to itself and nowhere else. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
