import { createCheckTally, type CheckListeners, type CheckReport } from '../check-tally.ts'
import { resolveFormat } from '../detect.ts'
import type { FormatId } from '../formats/formats.ts'
import type { Limit } from '../limits/limit.ts'
import type { RowWarnings } from '../limits/row-limits.ts'
import { lineBatches, type Line, type LineOptions } from '../lines.ts'
import { isBlank } from '../read.ts'
import { changedWhileRead, type DatasetSource } from '../source.ts'
import type { TokenStatistics } from '../statistics/token-statistics.ts'
import type { ScanReport } from '../scan/scanner.ts'
import type { TokenMethod } from '../tokens/method.ts'
import { createInspectionTally } from './inspection-tally.ts'
import { blankLines, createInspector, type InspectionTask, type LinesReport } from './inspector.ts'
import { packed, type LinePack } from './line-pack.ts'
import { startWorkers } from './worker-pool.ts'

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
}

/**
 * Checks, counts tokens and scans in one reading, with the same results for any number of workers. Throws DatasetError when the source
 * cannot be read, its format is unknown or a worker ends (`worker`) and, once aborted, the signal's reason.
 */
export async function inspectDataset(source: DatasetSource, options: InspectOptions = {}): Promise<Inspection> {
  const format = await resolveFormat(source, options.format, options)
  const check = createCheckTally(options)
  const tally = await createInspectionTally(check, options)
  const lines = lineBatches(source, options, check.watch)
  for await (const report of format === undefined ? blank(source.name, lines) : inspected(lines, format, options)) {
    tally.add(report)
    check.tell()
  }
  return tally.result(source.name, format)
}

type Batches = AsyncIterable<readonly Line[]>

async function* inspected(lines: Batches, format: FormatId, options: InspectOptions): AsyncGenerator<LinesReport> {
  const { limits, tokens, scan, workers = 0, signal } = options
  const task = { format, limits, tokens, scan }
  if (workers > 0) {
    yield* inWorkers(lines, task, { workers, signal })
    return
  }
  const inspect = await createInspector(task)
  for await (const batch of lines) yield await inspect(batch)
}

/** No format means that the source had no row when its format was looked for. */
async function* blank(name: string, lines: Batches): AsyncGenerator<LinesReport> {
  for await (const batch of lines) {
    if (!batch.every(isBlank)) throw changedWhileRead(name)
    yield blankLines(batch.length)
  }
}

/** Packs that wait for each worker, so that none waits for one. */
const AHEAD = 2

async function* inWorkers(
  lines: Batches,
  workerData: InspectionTask,
  { workers, signal }: { readonly workers: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<LinesReport> {
  const script = { url: new URL(import.meta.resolve('#worker')), workerData }
  const pool = startWorkers<LinePack, LinesReport>(script, workers, signal)
  const running: Promise<LinesReport>[] = []
  try {
    for await (const pack of packed(lines)) {
      const report = pool.run(pack, [pack.bytes.buffer, pack.places.buffer])
      // Heard in its turn; until then nobody waits for it, and a rejection must not end the process.
      report.catch(() => undefined)
      running.push(report)
      if (running.length > AHEAD * workers) yield* oldest(running, signal)
    }
    while (running.length > 0) yield* oldest(running, signal)
  } finally {
    await pool.close()
  }
}

async function* oldest(running: Promise<LinesReport>[], signal: AbortSignal | undefined): AsyncGenerator<LinesReport> {
  const report = await running.shift()
  signal?.throwIfAborted()
  if (report) yield report
}
