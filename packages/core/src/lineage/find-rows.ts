import type { KeyObject } from 'node:crypto'
import {
  DatasetError,
  keyName,
  manifestHash,
  readExamples,
  readManifestHeader,
  readManifestRows,
  type DatasetSource,
  type Example,
  type ManifestHeader,
  type ExampleRow,
  type RejectedRow,
  type Rejection,
} from '@anytune/dataset'

import { AnytuneError } from '../errors.ts'
import type { Journal } from '../operation/journal.ts'
import { datasetError, type Role } from '../plan/sources.ts'
import type { RunSummary } from '../tuner.ts'
import type { FindRowsOptions } from './lineage.ts'
import type { LineageFiles } from './lineage-files.ts'
import { sentDatasets, type SentDataset, type Unsearched } from './manifests.ts'

/** What a search for rows tells, as it goes. */
export type LineageFinding =
  /** A run was given this row. */
  | {
      readonly type: 'seen'
      /** The row that was asked about: its line. */
      readonly asked: number
      readonly run: RunSummary
      readonly role: Role
      /** Where the run had it from. */
      readonly source: ManifestHeader['sources'][number]
      readonly line: number
    }
  /** Whether a run was given any of the rows cannot be told. */
  | { readonly type: 'unsearched'; readonly run: RunSummary; readonly role: Role; readonly reason: Unsearched }
  /** A row that was asked about cannot be read. */
  | { readonly type: 'rejected'; readonly rejection: Rejection }
  /** The last word: how many rows were asked about and how many datasets of runs were searched, each by each. */
  | { readonly type: 'searched'; readonly rows: number; readonly datasets: number }

/** So many rows are looked for in one reading of the manifests. */
const ROWS_AT_ONCE = 50_000

/** Looks for rows among those that runs were given. */
export async function* findRows(
  journal: Journal,
  files: LineageFiles,
  asked: DatasetSource,
  options: FindRowsOptions,
): AsyncGenerator<LineageFinding, void, undefined> {
  const key = await files.existingKey()
  const { manifests, unsearched } = await openManifests(await sentDatasets(journal), files, key)
  yield* unsearched
  const search = { files, key, manifests }
  let rows = 0
  let wanted = createWanted(search)
  for await (const row of asOurs(rowsAsked(asked, options))) {
    rows++
    if (row.rejection) yield { type: 'rejected', rejection: row.rejection }
    else wanted.add(row.example, row.line)
    if (wanted.rows() < ROWS_AT_ONCE) continue
    yield* searchManifests(search, wanted, options.signal)
    wanted = createWanted(search)
  }
  if (wanted.rows() > 0) yield* searchManifests(search, wanted, options.signal)
  const datasets = [...manifests.values()].reduce((count, { sent }) => count + sent.length, 0)
  yield { type: 'searched', rows, datasets }
}

interface Search {
  readonly files: LineageFiles
  readonly key: KeyObject | undefined
  /** By name; what turns out to be damaged is taken out. */
  readonly manifests: Map<string, OpenedManifest>
}

interface OpenedManifest {
  readonly header: ManifestHeader
  /** Several runs may have sent the same rows. */
  readonly sent: readonly SentDataset[]
}

async function openManifests(sent: readonly SentDataset[], files: LineageFiles, key: KeyObject | undefined) {
  const byName = new Map<string, SentDataset[]>()
  const unsearched: LineageFinding[] = []
  for (const dataset of sent) {
    const { manifest } = dataset
    if ('unsearched' in manifest) unsearched.push(cannotSearch(dataset, manifest.unsearched))
    else byName.set(manifest.name, [...(byName.get(manifest.name) ?? []), dataset])
  }
  const manifests = new Map<string, OpenedManifest>()
  for (const [name, datasets] of byName) {
    const header = await headerOf(files, name, key)
    if (typeof header === 'string') unsearched.push(...datasets.map((dataset) => cannotSearch(dataset, header)))
    else manifests.set(name, { header, sent: datasets })
  }
  return { manifests, unsearched }
}

async function headerOf(
  files: LineageFiles,
  name: string,
  key: KeyObject | undefined,
): Promise<ManifestHeader | Unsearched> {
  const chunks = await files.read(name)
  if (chunks === undefined) return 'missing'
  const header = await readManifestHeader(chunks).catch(damaged)
  if (header === 'damaged' || header.key === undefined) return header
  return key !== undefined && header.key === keyName(key) ? header : 'other-key'
}

/** The rows looked for, by the hash that manifests have of them. */
interface Wanted {
  readonly add: (example: Example, line: number) => void
  readonly rows: () => number
  /** The lines of the rows with this hash. */
  readonly lines: (header: ManifestHeader, hash: string) => readonly number[] | undefined
}

function createWanted({ key, manifests }: Search): Wanted {
  const keyed = new Map<string, number[]>()
  const plain = new Map<string, number[]>()
  const headers = [...manifests.values()].map(({ header }) => header)
  const isKeyed = headers.some((header) => header.key !== undefined)
  const isPlain = headers.some((header) => header.key === undefined)
  let rows = 0
  const note = (map: Map<string, number[]>, hash: string, line: number) => {
    const lines = map.get(hash)
    if (lines) lines.push(line)
    else map.set(hash, [line])
  }
  return {
    add(example, line) {
      rows++
      if (isKeyed) note(keyed, manifestHash(example, key), line)
      if (isPlain) note(plain, manifestHash(example, undefined), line)
    },
    rows: () => rows,
    lines: (header, hash) => (header.key === undefined ? plain : keyed).get(hash),
  }
}

async function* searchManifests(
  { files, manifests }: Search,
  wanted: Wanted,
  signal: AbortSignal | undefined,
): AsyncGenerator<LineageFinding, void, undefined> {
  for (const [name, { header, sent }] of manifests) {
    signal?.throwIfAborted()
    const hits = await hitsIn(files, name, (hash) => wanted.lines(header, hash))
    if (typeof hits === 'string') {
      manifests.delete(name)
      yield* sent.map((dataset) => cannotSearch(dataset, hits))
      continue
    }
    for (const { asked, source: index, line } of hits) {
      const source = header.sources[index] ?? { name: 'unknown' }
      for (const { run, role } of sent) yield { type: 'seen', asked, run, role, source, line }
    }
  }
}

interface Hit {
  /** Line of the row that was asked about. */
  readonly asked: number
  readonly source: number
  readonly line: number
}

/** All or nothing: what a damaged manifest has told does not count. */
async function hitsIn(
  files: LineageFiles,
  name: string,
  linesOf: (hash: string) => readonly number[] | undefined,
): Promise<readonly Hit[] | 'missing' | 'damaged'> {
  const hits: Hit[] = []
  const chunks = await files.read(name)
  if (chunks === undefined) return 'missing'
  const visit = (hash: string, source: number, line: number) => {
    for (const asked of linesOf(hash) ?? []) hits.push({ asked, source, line })
  }
  const end = await readManifestRows(chunks, visit).catch(damaged)
  return end ?? hits
}

function cannotSearch({ run, role }: SentDataset, reason: Unsearched): LineageFinding {
  return { type: 'unsearched', run, role, reason }
}

function damaged(error: unknown): 'damaged' {
  if (error instanceof DatasetError) return 'damaged'
  throw error
}

async function* rowsAsked(
  asked: DatasetSource,
  { line, ...options }: FindRowsOptions,
): AsyncGenerator<ExampleRow | RejectedRow, void, undefined> {
  for await (const row of readExamples(asked, options)) {
    if (line === undefined) yield row
    else if (row.line === line) return yield row
  }
  if (line === undefined) return
  throw new AnytuneError('invalid-argument', `${asked.name} has no row on line ${line}`, {
    hint: 'name the line of a row; blank lines are none',
  })
}

async function* asOurs<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row, void, undefined> {
  try {
    yield* rows
  } catch (error) {
    throw datasetError(undefined, error)
  }
}
