import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  assertPermit,
  type Context,
  type DatasetsDriver,
  type StagedDataset,
  type StagingFile,
} from '@anytune/core/driver'
import {
  isMissing,
  prepareDirectory,
  readIfThere,
  replaceFile,
  syncDirectory,
  unfinishedIn,
  unfinishedPath,
} from './files.ts'
import type { Layout } from './layout.ts'
import { listNewestFirst } from './list.ts'
import { LocalError } from './local-error.ts'
import { parseDataset, type DatasetRecord } from './records.ts'
import { datasetRules } from './rules.ts'

export type LocalDatasets = DatasetsDriver & Required<Pick<DatasetsDriver, 'read'>>

/** Datasets as files of the data directory; the id is the attempt's key, so one attempt can make only one. */
export function datasetsOf(layout: Layout): LocalDatasets {
  const read = async (id: string) => fromFiles(id, await readDataset(layout, id), await sizeOf(layout.datasetRows(id)))
  const get = async (id: string, { signal }: Context) => {
    signal.throwIfAborted()
    const dataset = await read(id)
    if (dataset === undefined) throw notFound(id)
    return dataset
  }
  return {
    async create(file, { key }, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      context.signal.throwIfAborted()
      const known = await readDataset(layout, key)
      if (known !== undefined && known.sha256 !== file.sha256) throw otherDataset(key)
      if (known === undefined) await writeRows(layout, key, file, context)
      return { id: key }
    },
    async find(file, { key }, context) {
      context.signal.throwIfAborted()
      const record = await readDataset(layout, key)
      if (record?.sha256 !== file.sha256) return { state: 'absent' }
      return { state: 'found', value: await get(key, context) }
    },
    async abandon(_file, { key }) {
      for (const name of await unfinishedIn(layout.datasets, key)) {
        await rm(join(layout.datasets, name), { recursive: true, force: true })
      }
    },
    get,
    list: (query, context) =>
      listNewestFirst(layout.datasets, query, context, {
        // Rows without a record are listed too: what a crash left of a dataset can be seen and deleted.
        idOf: (name) => /^(.+)\.jsonl?$/.exec(name)?.[1],
        read,
      }),
    async delete(id, context) {
      await get(id, context)
      // The record first: without it the dataset is gone, whatever happens next.
      await rm(layout.datasetRecord(id), { force: true })
      await rm(layout.datasetRows(id), { force: true })
      await syncDirectory(layout.datasets)
    },
    async *read(id, context) {
      await get(id, context)
      yield* createReadStream(layout.datasetRows(id), { signal: context.signal })
    },
    rules: datasetRules,
  }
}

/** What is known of a staged dataset; undefined when there is none with this id. */
export async function readDataset(layout: Layout, id: string): Promise<DatasetRecord | undefined> {
  return parseDataset(await readIfThere(layout.datasetRecord(id)))
}

async function writeRows(layout: Layout, id: string, file: StagingFile, context: Context): Promise<void> {
  const rows = layout.datasetRows(id)
  await prepareDirectory(layout.datasets)
  const temporary = unfinishedPath(layout.datasets, id)
  try {
    await writeStream(temporary, file, context)
    await rename(temporary, rows)
  } finally {
    await rm(temporary, { force: true })
  }
  const { format, bytes, rows: count, sha256 } = file
  const record: DatasetRecord = {
    version: 1,
    id,
    createdAt: new Date().toISOString(),
    format,
    bytes,
    rows: count,
    sha256,
  }
  await replaceFile(layout.datasetRecord(id), JSON.stringify(record), { durable: true })
}

async function writeStream(path: string, file: StagingFile, { signal, progress }: Context): Promise<void> {
  // For its owner alone: these are the user's own conversations.
  const target = await open(path, 'wx', 0o600)
  try {
    let sent = 0
    for await (const chunk of file.open()) {
      signal.throwIfAborted()
      await target.writeFile(chunk)
      sent += chunk.byteLength
      progress(sent)
    }
    await target.sync()
  } finally {
    await target.close()
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function fromFiles(id: string, record: DatasetRecord | undefined, size: number | undefined): StagedDataset | undefined {
  if (record === undefined) {
    if (size === undefined) return undefined
    const failure = 'staging it did not come to its end, or its record is damaged'
    return { id, bytes: size, status: 'failed', rawStatus: 'incomplete', failure, raw: undefined }
  }
  const { bytes, sha256, createdAt } = record
  const base = { id, bytes, sha256, createdAt: new Date(createdAt), raw: record }
  if (size === bytes) return { ...base, status: 'ready', rawStatus: 'stored' }
  const failure = size === undefined ? 'its file is gone' : `its file has ${size} bytes and should have ${bytes}`
  return { ...base, status: 'failed', rawStatus: 'damaged', failure }
}

function notFound(id: string): LocalError {
  return new LocalError('not-found', `there is no dataset ${id}`, 'list the datasets to see which there are', {
    next: [{ do: 'list', what: 'datasets' }],
  })
}

function otherDataset(id: string): LocalError {
  return new LocalError('already-exists', `the dataset ${id} exists with other rows`)
}
