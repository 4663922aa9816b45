/** Datasets for Vertex: objects in the user's own bucket, written through a resumable session. */
import {
  assertPermit,
  type Attempt,
  type Context,
  type DatasetsDriver,
  type StagedDataset,
  type StagingFile,
} from '@anytune/core/driver'
import { bodyOf, call, type Google, GoogleError, headersOf, isMissing, queryOf } from './google.ts'
import { parts, present } from './shared.ts'

export interface Bucket {
  readonly google: Google
  readonly name: string
  /** With a slash at its end, or empty. */
  readonly prefix: string
  readonly kmsKeyName?: string
}

/** Storage takes whole multiples of 256 KiB, but for the last part. */
const PART_BYTES = 16 * 1024 * 1024
const API = 'https://storage.googleapis.com'

interface StoredObject {
  readonly name?: string
  readonly size?: string
  readonly timeCreated?: string
  readonly metadata?: Readonly<Record<string, string>>
}

interface UploadState {
  /** Whoever has it can write this one object, without any other credential, for a week. */
  readonly session: string
  /** Of every part that may have been sent. */
  readonly digests: readonly string[]
}

export function gcsDatasets(bucket: Bucket): DatasetsDriver {
  const { google, name: bucketName, prefix } = bucket
  const objects = `${API}/storage/v1/b/${bucketName}/o`
  const urlOf = (name: string) => `${objects}/${encodeURIComponent(name)}`
  const nameOf = (id: string) => id.slice(`gs://${bucketName}/`.length)
  const get = async (name: string, signal: AbortSignal) =>
    toDataset(bucketName, name, await call<StoredObject>(google, 'GET', urlOf(name), signal))
  return {
    create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      return upload(bucket, file, attempt, context)
    },
    async find(file, _attempt, { signal }) {
      try {
        return { state: 'found', value: await get(prefix + file.name, signal) }
      } catch (error) {
        // The name is the attempt's and `ifGenerationMatch=0` writes only where nothing is: two requests make one object.
        if (isMissing(error)) return { state: 'absent' }
        throw error
      }
    },
    get: (id, { signal }) => get(nameOf(id), signal),
    // By name, not by time: Storage has no other order.
    async list({ limit, after }, { signal }) {
      const url = objects + queryOf({ prefix, maxResults: String(limit), pageToken: after })
      const page = await call<{ items?: StoredObject[]; nextPageToken?: string }>(google, 'GET', url, signal)
      const items = (page.items ?? []).flatMap((raw) => (raw.name ? [toDataset(bucketName, raw.name, raw)] : []))
      return { items, ...present({ next: page.nextPageToken }) }
    },
    delete: (id, { signal }) => call<void>(google, 'DELETE', urlOf(nameOf(id)), signal),
    async abandon(_file, attempt, context) {
      // A session whose URL was not saved cannot be named; it holds no readable object, and ends after a week.
      const state = stateOf(attempt)
      if (state !== undefined) await discard(google, state.session, context)
    },
  }
}

async function upload(
  bucket: Bucket,
  file: StagingFile,
  attempt: Attempt,
  context: Context,
): Promise<{ readonly id: string }> {
  const { google } = bucket
  let state = stateOf(attempt)
  let persisted = state && (await ask(google, state.session, `bytes */${file.bytes}`, context.signal))
  if (state === undefined || persisted === undefined) {
    state = { session: await begin(bucket, file, context), digests: [] }
    persisted = 0
    await context.save(state)
  }
  for await (const part of parts(file.open(), PART_BYTES)) {
    const known = state.digests[part.index]
    if (known !== undefined && known !== part.sha256) {
      // An earlier process sent other bytes and died before its stream was checked. Nothing of them may stay.
      await discard(google, state.session, context)
      return upload(bucket, file, { key: attempt.key, since: attempt.since }, context)
    }
    if (known === undefined) {
      state = { ...state, digests: [...state.digests, part.sha256] }
      await context.save(state)
    }
    const { session } = state
    const end = part.offset + part.bytes.length
    while (persisted < end) {
      const from: number = persisted
      persisted = await context.retry(() =>
        send(google, session, part.bytes.subarray(from - part.offset), from, file, context),
      )
    }
    context.progress(end)
  }
  return { id: `gs://${bucket.name}/${bucket.prefix}${file.name}` }
}

function stateOf(attempt: Attempt): UploadState | undefined {
  // Written by `upload` and by nothing else.
  return attempt.resume as UploadState | undefined
}

async function begin(
  { google, name, prefix, kmsKeyName }: Bucket,
  file: StagingFile,
  context: Context,
): Promise<string> {
  const query = queryOf({ uploadType: 'resumable', ifGenerationMatch: '0', name: prefix + file.name, kmsKeyName })
  const body = JSON.stringify({ contentType: 'application/jsonl', metadata: { sha256: file.sha256 } })
  const headers = { ...(await headersOf(google)), 'x-upload-content-length': String(file.bytes) }
  const url = `${API}/upload/storage/v1/b/${name}/o${query}`
  const response = await google.fetch(url, { method: 'POST', headers, body, signal: context.signal })
  const session = response.headers.get('location')
  if (!response.ok || session === null) throw new GoogleError(response, await bodyOf(response))
  return session
}

/** Sends bytes that begin at `from` (what the session has already, it ignores) and returns how many it has then. */
async function send(
  google: Google,
  session: string,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  file: StagingFile,
  { signal }: Context,
): Promise<number> {
  const range = `bytes ${from}-${from + bytes.length - 1}/${file.bytes}`
  const moved = await ask(google, session, range, signal, bytes)
  if (moved === undefined) throw new Error('the upload session has ended')
  return moved
}

/** How many bytes the session has after this request; undefined when the session is gone. */
async function ask(
  google: Google,
  session: string,
  range: string,
  signal: AbortSignal,
  body?: Uint8Array<ArrayBuffer>,
): Promise<number | undefined> {
  const headers = { 'content-range': range }
  const response = await google.fetch(session, present({ method: 'PUT', headers, body, signal }))
  // 308: go on after `Range: bytes=0-<last>`, which is absent when there is nothing yet.
  if (response.status === 308) return Number(response.headers.get('range')?.split('-')[1] ?? -1) + 1
  if (response.ok) return Number(range.split('/')[1])
  if (response.status === 404 || response.status === 410) return undefined
  throw new GoogleError(response, await bodyOf(response))
}

async function discard(google: Google, session: string, { signal }: Context): Promise<void> {
  const response = await google.fetch(session, { method: 'DELETE', signal })
  // 499 is how Storage says that a session was cancelled.
  if (!response.ok && ![404, 410, 499].includes(response.status))
    throw new GoogleError(response, await bodyOf(response))
}

function toDataset(bucket: string, name: string, raw: StoredObject): StagedDataset {
  const { size, timeCreated, metadata } = raw
  return present({
    id: `gs://${bucket}/${name}`,
    status: 'ready' as const,
    rawStatus: 'object',
    bytes: size === undefined ? undefined : Number(size),
    createdAt: timeCreated === undefined ? undefined : new Date(timeCreated),
    sha256: metadata?.sha256,
    raw,
  })
}
