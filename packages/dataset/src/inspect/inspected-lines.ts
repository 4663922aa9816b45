import { isBlank, type Line } from '../containers/line.ts'
import { changedWhileRead } from '../source.ts'
import { blankLines, createInspector, type InspectionTask, type LinesReport } from './inspector.ts'
import { packed, type LinePack } from './line-pack.ts'
import { startWorkers } from './worker-pool.ts'

/** Lists of lines as `lineBatches` gives them. */
export type LineLists = AsyncIterable<readonly Line[]>

/** Who does the work. */
export interface Labour {
  /** Threads besides this one; 0 when this one does it. */
  readonly workers: number
  readonly signal: AbortSignal | undefined
}

/**
 * Has lines looked at and gives the reports in the order of the lines. Before an error of the lines is thrown, the reports of all that
 * came before it are given, whoever does the work.
 */
export async function* inspectedLines(
  lines: LineLists,
  task: InspectionTask,
  labour: Labour,
): AsyncGenerator<LinesReport> {
  if (labour.workers > 0) {
    yield* inWorkers(lines, task, labour)
    return
  }
  const inspect = await createInspector(task)
  for await (const list of lines) yield await inspect(list)
}

/** The reports of a source, called `name`, that had no row when its format was looked for. Throws DatasetError when it has one now. */
export async function* inspectedBlank(name: string, lines: LineLists): AsyncGenerator<LinesReport> {
  for await (const list of lines) {
    if (!list.every(isBlank)) throw changedWhileRead(name)
    yield blankLines(list.length)
  }
}

/** Packs that wait for each worker, so that none waits for one. */
const AHEAD = 2

async function* inWorkers(
  lines: LineLists,
  workerData: InspectionTask,
  { workers, signal }: Labour,
): AsyncGenerator<LinesReport> {
  const script = { url: new URL(import.meta.resolve('#worker')), workerData }
  const pool = startWorkers<LinePack, LinesReport>(script, workers, signal)
  const running: Promise<LinesReport>[] = []
  let failure: { readonly reason: unknown } | undefined
  const fail = (reason: unknown) => {
    failure = { reason }
  }
  try {
    for await (const pack of untilError(packed(lines), fail)) {
      const report = pool.run(pack, [pack.bytes.buffer, pack.places.buffer])
      // Heard in its turn; until then nobody waits for it, and a rejection must not end the process.
      report.catch(() => undefined)
      running.push(report)
      if (running.length > AHEAD * workers) yield* oldest(running, signal)
    }
    while (running.length > 0) yield* oldest(running, signal)
    if (failure) throw failure.reason
  } finally {
    await pool.close()
  }
}

async function* untilError<T>(values: AsyncIterable<T>, fail: (reason: unknown) => void): AsyncGenerator<T> {
  try {
    yield* values
  } catch (reason) {
    fail(reason)
  }
}

async function* oldest(running: Promise<LinesReport>[], signal: AbortSignal | undefined): AsyncGenerator<LinesReport> {
  const report = await running.shift()
  signal?.throwIfAborted()
  if (report) yield report
}
