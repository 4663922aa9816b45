import type { Example } from '../example.ts'
import type { FormatId } from '../formats/formats.ts'
import { resolveFormat } from '../detect.ts'
import { imagesOf } from '../limits/images.ts'
import { rowHash } from '../lineage/row-hash.ts'
import { readExamples, type ReadOptions } from '../read.ts'
import { countOccurrences, type Occurrences } from '../select/occurrences.ts'
import type { DatasetSource } from '../source.ts'
import { counterOf, type TokenMethod } from '../tokens/method.ts'
import { tallyDistribution, type Distribution } from './distribution.ts'
import { tallyTokens, type TokenStatistics, type TokenTally } from './token-statistics.ts'

/** How datasets are measured. */
export interface StatisticsOptions extends ReadOptions {
  /** How tokens are counted. Default: they are not. */
  readonly tokens?: TokenMethod | undefined
  /** The most tokens of an example that are trained on, where the vendor cuts longer ones without a word. */
  readonly truncatedAt?: number | undefined
  /** Called now and then with what has been read so far of all datasets. */
  readonly onProgress?: ((progress: { readonly rows: number; readonly bytes: number }) => void) | undefined
}

/** Rows that say what an earlier row says (`rowHash`). */
export interface RepeatedRows {
  /** All of them; of three equal rows, two. */
  readonly rows: number
  /** Those of them that stand in an earlier dataset already: the overlap. */
  readonly elsewhere: number
  /** The first ones, and where what they repeat stands; `dataset` is an index into the datasets measured. */
  readonly first: readonly { readonly line: number; readonly of: { readonly dataset: number; readonly line: number } }[]
}

/** What a dataset is made of: counts and line numbers, no row content. */
export interface DatasetStatistics {
  readonly name: string
  /** Absent only when the dataset has no row. */
  readonly format?: FormatId
  /** Rows that are not blank. Everything else is of the accepted ones. */
  readonly examples: number
  readonly accepted: number
  readonly rejected: number
  /** Messages of an example; the two answers of a preference count as two, a text alone as one, prompt and completion as two. */
  readonly messages: Distribution
  /** Examples that have an image. */
  readonly imageExamples: number
  readonly repeated: RepeatedRows
  /** Absent when tokens were not counted. */
  readonly tokens?: TokenStatistics
}

/** How many repeated rows are listed; all are counted. */
const LISTED = 20
/** Rows between two reports of progress. */
const REPORT_ROWS = 1024

/**
 * Measures datasets, one after the other; a row is looked for in all of them, so that the second one's `elsewhere` is its overlap with
 * the first. Memory is bounded, whatever their size. Throws DatasetError and, once aborted, the signal's reason.
 */
export async function measureDatasets(
  sources: readonly DatasetSource[],
  options: StatisticsOptions = {},
): Promise<readonly DatasetStatistics[]> {
  const { tokens: method, truncatedAt } = options
  const counter = method && (await counterOf(method))
  const occurrences = countOccurrences()
  const progress = { rows: 0, bytes: 0 }
  try {
    const measured: DatasetStatistics[] = []
    for (const [index, source] of sources.entries()) {
      const tokens = method && counter && tallyTokens(method, counter, truncatedAt)
      measured.push(await measureDataset({ source, index, occurrences, tokens, progress }, options))
    }
    return measured
  } finally {
    occurrences.close()
  }
}

interface Measuring {
  readonly source: DatasetSource
  readonly index: number
  readonly occurrences: Occurrences
  readonly tokens: TokenTally | undefined
  readonly progress: { rows: number; bytes: number }
}

async function measureDataset(measuring: Measuring, options: StatisticsOptions): Promise<DatasetStatistics> {
  const { index, occurrences, tokens, progress } = measuring
  const source = counted(measuring)
  const format = await resolveFormat(measuring.source, options.format, options)
  const messages = tallyDistribution()
  const rows = { accepted: 0, rejected: 0, imageExamples: 0 }
  const repeated = { rows: 0, elsewhere: 0, first: [] as RepeatedRows['first'][number][] }
  const { onProgress, ...reading } = options
  for await (const { line, example } of readExamples(source, { ...reading, format })) {
    progress.rows++
    if (progress.rows % REPORT_ROWS === 0) onProgress?.(progress)
    if (example === undefined) {
      rows.rejected++
      continue
    }
    rows.accepted++
    if (imagesOf(example).length > 0) rows.imageExamples++
    messages.add(messagesOf(example), line)
    tokens?.add(example, line)
    const { before, first } = occurrences.next(rowHash(example), { source: index, line })
    if (before === 0) continue
    repeated.rows++
    if (first.source !== index) repeated.elsewhere++
    if (repeated.first.length < LISTED) {
      repeated.first.push({ line, of: { dataset: first.source, line: first.line } })
    }
  }
  onProgress?.(progress)
  return {
    name: source.name,
    ...(format !== undefined && { format }),
    examples: rows.accepted + rows.rejected,
    ...rows,
    messages: messages.result(),
    repeated,
    ...(tokens && { tokens: tokens.result() }),
  }
}

/** The same source, its bytes counted as they are read. */
function counted({ source, progress }: Measuring): DatasetSource {
  async function* open() {
    for await (const chunk of source.open()) {
      progress.bytes += chunk.byteLength
      yield chunk
    }
  }
  return { ...source, open }
}

function messagesOf(example: Example): number {
  if (example.kind === 'text') return 1
  if (example.kind === 'completion') return 2
  return example.messages.length + (example.kind === 'preference' ? 2 : 0)
}
