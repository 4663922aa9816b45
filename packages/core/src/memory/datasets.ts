import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  assertPermit,
  type Attempt,
  type Context,
  type DatasetsDriver,
  type StagedDataset,
  type StagingFile,
} from '../driver.ts'
import { foundIn } from './found.ts'
import { readLessons } from './lessons.ts'
import {
  type Connection,
  type DatasetRecord,
  endOf,
  have,
  type MemoryStore,
  newId,
  notFound,
  pageOf,
  refused,
  visible,
} from './store.ts'

export type MemoryDatasets = DatasetsDriver & Required<Pick<DatasetsDriver, 'abandon' | 'delete' | 'read'>>

/** Datasets of an in-memory account: uploaded in parts, kept byte for byte, checked against the plan's digest. */
export function memoryDatasets(connection: Connection): MemoryDatasets {
  const { store, request } = connection
  const show = (record: DatasetRecord) => toDataset(store, record)
  return {
    async create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      const upload = await openUpload(connection, file, attempt, context)
      await sendParts(connection, upload, file.open(), context)
      // Saved before the request that commits: an attempt without it surely made nothing.
      await context.save({ upload, committing: true } satisfies Saved)
      return request({ operation: 'datasets.create', key: attempt.key }, context, () => {
        const record = commit(store, upload, file, attempt)
        store.datasets.set(record.id, record)
        return { id: record.id }
      })
    },
    async find(_file, attempt, context) {
      if (savedBy(attempt)?.committing === false) return { state: 'absent' }
      return request({ operation: 'datasets.find', key: attempt.key }, context, () =>
        foundIn(store, store.datasets.values(), attempt, show),
      )
    },
    abandon: (file, attempt, context) =>
      request({ operation: 'datasets.abandon', key: attempt.key }, context, () => {
        for (const [id, { name }] of store.uploads) if (name === file.name) store.uploads.delete(id)
      }),
    get: (id, context) =>
      request({ operation: 'datasets.get', id }, context, () => show(have(store.datasets, 'dataset', id))),
    list: (query, context) =>
      request({ operation: 'datasets.list' }, context, () =>
        pageOf(visible(store, store.datasets.values()), query, show),
      ),
    delete: (id, context) =>
      request({ operation: 'datasets.delete', id }, context, () => {
        if (!store.datasets.delete(id)) throw notFound('dataset', id)
      }),
    async *read(id, context) {
      yield await request({ operation: 'datasets.read', id }, context, () =>
        Uint8Array.from(have(store.datasets, 'dataset', id).bytes),
      )
    },
  }
}

const SAVED = z.object({ upload: z.string(), committing: z.boolean() })
type Saved = z.infer<typeof SAVED>

function savedBy(attempt: Attempt): Saved | undefined {
  return SAVED.safeParse(attempt.resume).data
}

/** Goes on with the upload of an earlier process, from its start, or begins one. */
async function openUpload(
  { store }: Connection,
  { name }: StagingFile,
  attempt: Attempt,
  context: Context,
): Promise<string> {
  const upload = savedBy(attempt)?.upload ?? newId('upload')
  await context.save({ upload, committing: false } satisfies Saved)
  context.signal.throwIfAborted()
  store.uploads.set(upload, { name, parts: [] })
  return upload
}

async function sendParts(
  { store, request }: Connection,
  upload: string,
  parts: AsyncIterable<Uint8Array>,
  context: Context,
): Promise<void> {
  let sent = 0
  for await (const part of parts) {
    // The stream may use its buffer again, so that what is kept must be a copy.
    const copy = Uint8Array.from(part)
    await context.retry(() =>
      request({ operation: 'datasets.part', id: upload }, context, () => {
        const { name, parts: before } = have(store.uploads, 'upload', upload)
        store.uploads.set(upload, { name, parts: [...before, copy] })
      }),
    )
    sent += copy.byteLength
    context.progress(sent)
  }
}

function commit(store: MemoryStore, upload: string, file: StagingFile, attempt: Attempt): DatasetRecord {
  const bytes = Buffer.concat(have(store.uploads, 'upload', upload).parts)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== file.sha256)
    throw refused('invalid-argument', 'the upload does not have the digest that was announced')
  store.uploads.delete(upload)
  const { lessons, failure } = readLessons(bytes)
  return {
    id: newId('dataset'),
    sequence: store.nextSequence(),
    ...(store.keepsKeys && { key: attempt.key }),
    createdAt: store.clock.now(),
    name: file.name,
    format: file.format,
    bytes,
    sha256,
    lessons,
    ...(failure !== undefined && { failure }),
  }
}

function toDataset(store: MemoryStore, record: DatasetRecord): StagedDataset {
  const { id, name, bytes, sha256, createdAt, failure } = record
  const read = store.clock.now().getTime() >= createdAt.getTime() + store.durations.processingMs
  const status = !read ? 'processing' : failure === undefined ? 'ready' : 'failed'
  const expiresAt = endOf(createdAt, store.lifetimes.datasetMs)
  const rawStatus = { processing: 'reading', ready: 'usable', failed: 'unusable' }[status]
  return {
    id,
    name,
    status,
    rawStatus,
    bytes: bytes.byteLength,
    sha256,
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(read && failure !== undefined && { failure }),
    raw: { id, name, state: rawStatus, bytes: bytes.byteLength, sha256, createdAt: createdAt.toISOString() },
  }
}
