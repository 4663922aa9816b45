import { createCheckTally, type CheckListeners, type CheckReport } from '../check-tally.ts'
import { resolveFormat } from '../detect.ts'
import type { FormatId } from '../formats/formats.ts'
import type { Limit } from '../limits/limit.ts'
import type { RowWarnings } from '../limits/row-limits.ts'
import { lineBatches, type LineOptions } from '../lines.ts'
import type { DatasetSource } from '../source.ts'
import type { TokenStatistics } from '../statistics/token-statistics.ts'
import type { ScanReport } from '../scan/scanner.ts'
import type { TokenMethod } from '../tokens/method.ts'
import { inspectedBlank, inspectedLines } from './inspected-lines.ts'
import { createInspectionTally } from './inspection-tally.ts'
import type { InspectedTotals } from './inspector.ts'

export type { InspectedTotals } from './inspector.ts'

/** How a data set is inspected. */
export interface InspectOptions extends LineOptions, CheckListeners {
  /** Overrides detection. */
  readonly format?: FormatId | undefined
  /** Limits of single rows: `error` rejects, the others warn. */
  readonly limits?: readonly Limit[] | undefined
  /** How tokens are counted. Default: they are not. */
  readonly tokens?: TokenMethod | undefined
  /** The most tokens of an example that are trained on, where the vendor cuts longer ones without a word. */
  readonly truncatedAt?: number | undefined
  /** Looks for personal data and secrets with the built-in detector. */
  readonly scan?: boolean | undefined
  /** Sums what limits of whole data sets are about; with a format, rows that it cannot say are rejected as `not-representable`. */
  readonly totals?: { readonly format?: FormatId | undefined } | undefined
  /**
   * Threads that share the work. Default 0: this one does it. Each takes a tenth of a second to start and, when tokens are counted, some
   * 100 MB of memory, so that they pay for files of more than a few megabytes.
   */
  readonly workers?: number | undefined
}

/** Everything that one reading of a data set tells; free of row content. */
export interface Inspection {
  readonly check: CheckReport
  readonly warnings: RowWarnings
  /** Absent when tokens were not counted, or there is no row. */
  readonly tokens?: TokenStatistics
  /** Absent when nothing was looked for, or there is no row. */
  readonly scan?: ScanReport
  /** Absent when they were not asked for. */
  readonly totals?: InspectedTotals
}

/**
 * Checks, counts tokens and scans in one reading, with the same results for any number of workers. Throws DatasetError when the source
 * cannot be read, its format is unknown or a worker ends (`worker`) and, once aborted, the signal's reason.
 */
export async function inspectDataset(source: DatasetSource, options: InspectOptions = {}): Promise<Inspection> {
  const { limits, tokens, scan, totals, workers = 0, signal } = options
  const format = await resolveFormat(source, options.format, options)
  const check = createCheckTally(options)
  const tally = await createInspectionTally(check, options)
  const lines = lineBatches(source, options, check.watch)
  const reports =
    format === undefined
      ? inspectedBlank(source.name, lines)
      : inspectedLines(lines, { format, limits, tokens, scan, totals }, { workers, signal })
  for await (const report of reports) {
    tally.add(report)
    check.tell()
  }
  return tally.result(source.name, format)
}
