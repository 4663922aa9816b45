import type { FormatId, Rejection } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import type { DatasetInput } from './dataset-inputs.ts'
import type { ReadingProgress } from './output/reading-progress.ts'
import { integer } from './output/units.ts'
import type { RejectionSink } from './rejection-file.ts'
import { noRows, rejectionTally, type Rejected } from './rejection-tally.ts'
import type { WholeFile } from './whole-files.ts'

/** What is to be written in which format. */
export interface Conversion {
  readonly inputs: readonly DatasetInput[]
  /** Detected for each input unless given. */
  readonly from: FormatId | undefined
  readonly to: FormatId
  /**
   * What a rejected row means: `skip` leaves it out; `fail` fails, after all rows were looked at; `stop` fails at once,
   * because what was written cannot be taken back.
   */
  readonly onRejected: 'skip' | 'fail' | 'stop'
  readonly sink: RejectionSink
  readonly progress: ReadingProgress
  readonly signal: AbortSignal
}

/** What was written, and what was not. */
export interface Converted {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  readonly rejected: Rejected<Rejection & { readonly file: string }>
}

/**
 * Writes the rows of all inputs, one after the other.
 *
 * @throws AnytuneError `dataset-invalid` when rows are rejected and must not be, or when there is no row; DatasetError.
 */
export async function convertFiles(into: WholeFile, conversion: Conversion): Promise<Converted> {
  const { inputs, from, to, onRejected, sink, progress, signal } = conversion
  const { encodeDataset } = await import('@anytune/dataset')
  const rejected = rejectionTally<Rejection & { readonly file: string }>()
  let rows = 0
  for (const input of inputs) {
    const encoded = encodeDataset(progress.watch(input, sink.drained), {
      from,
      to,
      signal,
      onRejected: 'skip',
      onRow() {
        rows++
      },
      onSkipped(rejection) {
        rejected.add({ file: input.file, ...rejection })
        sink.add(input.file, rejection)
        if (onRejected === 'stop') throw refused(`a row cannot be written as ${to}`, rejected.result())
      },
    })
    for await (const chunk of encoded) await into.write(chunk)
  }
  const result = rejected.result()
  if (onRejected !== 'skip' && result.count > 0) {
    throw refused(`${integer(result.count)} of ${integer(result.count + rows)} rows cannot be written as ${to}`, result)
  }
  if (rows === 0) throw noRows(result)
  return { rows, ...into.written(), rejected: result }
}

function refused(what: string, { count, first }: Converted['rejected']): AnytuneError {
  return new AnytuneError('dataset-invalid', what, {
    hint: 'mend the rows listed, or leave them out with --skip-rejected',
    data: { rejected: { count, first } },
  })
}
