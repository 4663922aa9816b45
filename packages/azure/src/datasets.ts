import type { StagedDataset } from '@anytune/core/driver'
import {
  type CompatibleDatasets,
  datasetsOf as compatibleDatasets,
  fromFile,
  mayHaveCommitted,
  readAll,
  readPage,
} from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import type { Clients } from './clients.ts'

type FileState = OpenAI.FileObject['status'] | 'pending' | 'running' | 'deleting' | 'deleted'

/** What each word for a file means here: a job can be made only of one that is `processed`. */
export const FILE_STATUS_WORDS: Readonly<Record<FileState, StagedDataset['status']>> = {
  uploaded: 'processing',
  pending: 'processing',
  running: 'processing',
  processed: 'ready',
  error: 'failed',
  deleting: 'unknown',
  deleted: 'unknown',
}

/**
 * Datasets as files: small ones in one request to the v1 API, larger ones in parts by the dated API, which has the same files.
 * The bytes are the plan's, in UTF-8 without a byte order mark: the plan's digest is of exactly what is sent.
 */
export function datasetsOf(
  { v1, dated }: Clients,
  sizes: { readonly uploadAboveBytes: number; readonly partBytes: number },
): CompatibleDatasets {
  const all = (signal: AbortSignal) => (after: string | undefined) =>
    // The v1 schema has the purpose alone; how to go on is sent only when the service says that there is more.
    v1.files.list({ purpose: 'fine-tune', ...(after && { after }) }, { signal })
  const read = (file: OpenAI.FileObject) => fromFile(file, FILE_STATUS_WORDS)
  return {
    ...compatibleDatasets({
      client: v1,
      uploadsClient: dated,
      fileStatuses: FILE_STATUS_WORDS,
      ...sizes,
      parallelParts: 4,
    }),
    async find(file, attempt, { signal }) {
      if (!mayHaveCommitted(attempt)) return { state: 'absent' }
      // In no order that the service promises: all of them, and there are a hundred at most.
      for await (const one of readAll(all(signal))) {
        if (one.filename === file.name && one.bytes === file.bytes) return { state: 'found', value: read(one) }
      }
      return { state: 'unsure', candidates: [] }
    },
    async list({ after }, { signal }) {
      const { items, ...next } = await readPage(all(signal)(after))
      return { items: items.toSorted((a, b) => b.created_at - a.created_at).map(read), ...next }
    },
  }
}
