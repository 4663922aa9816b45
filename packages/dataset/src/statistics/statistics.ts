import type { FormatId } from '../formats/formats.ts'
import { resolveFormat } from '../detect.ts'
import { inspectedBlank, inspectedLines } from '../inspect/inspected-lines.ts'
import type { Limit } from '../limits/limit.ts'
import { lineBatches, type LineOptions } from '../lines.ts'
import { countOccurrences, type Occurrences } from '../select/occurrences.ts'
import type { DatasetSource } from '../source.ts'
import { counterOf, type TokenMethod } from '../tokens/method.ts'
import { tallyDistribution, type Distribution } from './distribution.ts'
import type { MeasuredRow } from './measured-row.ts'
import { tallyTokens, type TokenStatistics, type TokenTally } from './token-statistics.ts'

/** How datasets are measured. */
export interface StatisticsOptions extends LineOptions {
  /** Overrides detection. */
  readonly format?: FormatId | undefined
  /** Limits of single rows: those of severity `error` reject. */
  readonly limits?: readonly Limit[] | undefined
  /** How tokens are counted. Default: they are not. */
  readonly tokens?: TokenMethod | undefined
  /** The most tokens of an example that are trained on, where the vendor cuts longer ones without a word. */
  readonly truncatedAt?: number | undefined
  /** Threads that share the work, as `InspectOptions.workers`. Default 0: this one does it. */
  readonly workers?: number | undefined
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
  const { source, tokens, progress } = measuring
  const { limits, tokens: method, workers = 0, signal, onProgress } = options
  const format = await resolveFormat(source, options.format, options)
  const lines = lineBatches(source, options, { onChunk: ({ byteLength }) => void (progress.bytes += byteLength) })
  const rows = tallyRows(measuring)
  let rejected = 0
  const reports =
    format === undefined
      ? inspectedBlank(source.name, lines)
      : inspectedLines(lines, { format, limits, tokens: method, measure: true }, { workers, signal })
  for await (const report of reports) {
    rejected += report.rejections.length
    for (const row of report.measured) rows.add(row)
    for (const { line, counted } of report.tokens) tokens?.addCounted(counted, line)
    progress.rows += report.rejections.length + report.accepted
    onProgress?.(progress)
  }
  const { accepted, ...told } = rows.result()
  return {
    name: source.name,
    ...(format !== undefined && { format }),
    examples: accepted + rejected,
    accepted,
    rejected,
    ...told,
    ...(tokens && { tokens: tokens.result() }),
  }
}

function tallyRows({ index, occurrences }: Measuring) {
  const messages = tallyDistribution()
  const repeated = { rows: 0, elsewhere: 0, first: [] as RepeatedRows['first'][number][] }
  let [accepted, imageExamples] = [0, 0]
  const addRepeated = ({ line, hash }: MeasuredRow) => {
    const { before, first } = occurrences.next(Buffer.from(hash, 'latin1'), { source: index, line })
    if (before === 0) return
    repeated.rows++
    if (first.source !== index) repeated.elsewhere++
    if (repeated.first.length < LISTED) {
      repeated.first.push({ line, of: { dataset: first.source, line: first.line } })
    }
  }
  return {
    add(row: MeasuredRow) {
      accepted++
      if (row.hasImage) imageExamples++
      messages.add(row.messages, row.line)
      addRepeated(row)
    },
    result: () => ({ accepted, imageExamples, messages: messages.result(), repeated }),
  }
}
