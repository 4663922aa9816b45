import { assertPermit, type DatasetsDriver, type StagedDataset } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { confirmed, identified, readAll, readPage, UnexpectedAnswerError } from './answers.ts'
import { isMissingRoute } from './http-error.ts'
import { shownText } from './shown-text.ts'
import { abandonUpload, stageInParts, type PartSettings } from './stage-parts.ts'
import { stageWhole } from './stage-whole.ts'
import { unlessSilent } from './unless-silent.ts'
import { mayHaveCommitted, stagingState } from './staging-state.ts'
import { date, number, present, text, word, type Tolerant } from './values.ts'

/** What hosts differ in when they keep files. */
export interface DatasetsDialect extends PartSettings {
  readonly client: OpenAI
  /** Where uploads in parts are another API's. Default: `client`. */
  readonly uploadsClient?: OpenAI
  /** The host's words for a file. */
  readonly fileStatuses: Readonly<Record<string, StagedDataset['status']>>
  /** A file of more bytes is sent in parts; none ever is with `Infinity`. */
  readonly uploadAboveBytes: number
  /** The most bytes that one request may carry, where a host without uploads is to be sent a larger file whole. */
  readonly wholeFileBytes?: number
  /** The order that the list of files can be asked for; a host without one gets none. */
  readonly order?: 'desc'
}

/** All verbs of datasets, with reading. */
export type CompatibleDatasets = DatasetsDriver & Required<Pick<DatasetsDriver, 'read' | 'delete' | 'abandon'>>

/** Entries of one page when everything is read. */
const PAGE = 100

/** Datasets as files with the purpose `fine-tune`: small ones in one request, larger ones through uploads. */
export function datasetsOf(dialect: DatasetsDialect): CompatibleDatasets {
  const { client, uploadsClient = client, fileStatuses, order } = dialect
  const toDataset = (file: OpenAI.FileObject) => fromFile(file, fileStatuses)
  const query = (rest: { readonly limit: number; readonly after?: string | undefined }) =>
    present({ purpose: 'fine-tune', order, ...rest })
  return {
    async create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      if (file.bytes <= dialect.uploadAboveBytes) return stageWhole(client, file, context)
      try {
        return await stageInParts(uploadsClient, file, attempt, context, dialect)
      } catch (error) {
        const begun = stagingState(attempt)?.way === 'parts'
        if (begun || !isMissingRoute(error) || file.bytes > (dialect.wholeFileBytes ?? 0)) throw error
        return stageWhole(client, file, context)
      }
    },
    async find(file, attempt, { signal }) {
      if (!mayHaveCommitted(attempt)) return { state: 'absent' }
      for await (const one of readAll((after) => client.files.list(query({ limit: PAGE, after }), { signal }))) {
        if (one.filename === file.name && one.bytes === file.bytes) return { state: 'found', value: toDataset(one) }
        const createdAt = date(one.created_at)
        if (order === 'desc' && createdAt !== undefined && createdAt < attempt.since) break
      }
      return { state: 'unsure', candidates: [] }
    },
    get: async (id, { signal }) => toDataset(identified(await client.files.retrieve(id, { signal }))),
    async list({ limit, after }, { signal }) {
      const { items, ...next } = await readPage(client.files.list(query({ limit, after }), { signal }))
      return { items: items.map(toDataset), ...next }
    },
    delete: async (id, { signal }) => confirmed(await client.files.delete(id, { signal })),
    abandon: (_file, attempt, context) => abandonUpload(uploadsClient, attempt, context),
    async *read(id, { signal }) {
      const { body, headers } = await client.files.content(id, { signal })
      // A file may be of any type but this one, which is a proxy's.
      if (headers.get('content-type')?.startsWith('text/html')) throw new UnexpectedAnswerError('the answer is a page')
      if (body !== null) yield* unlessSilent(body, client.timeout)
    },
  }
}

/** A file object, read with the host's own table of words. */
export function fromFile(
  file: OpenAI.FileObject,
  statuses: Readonly<Record<string, StagedDataset['status']>>,
): StagedDataset {
  const told: Tolerant<OpenAI.FileObject> = file
  const rawStatus = text(told.status) ?? 'untold'
  const status = word(statuses, rawStatus)
  const details = text(told.status_details)
  return present({
    id: file.id,
    name: text(told.filename),
    bytes: number(told.bytes),
    createdAt: date(told.created_at),
    expiresAt: date(told.expires_at),
    status,
    rawStatus,
    failure: status === 'failed' && details !== undefined ? shownText(details) : undefined,
    raw: file,
  })
}
