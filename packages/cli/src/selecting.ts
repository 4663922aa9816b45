import type { Rejection, RowObserver, RowSet } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { datasetInputs, type LayoutFlags } from './dataset-inputs.ts'
import { formatNamed } from './format-named.ts'
import { interruptible } from './interrupt.ts'
import { readingProgress } from './output/reading-progress.ts'
import { integer } from './output/units.ts'
import { listingRejections } from './rejection-file.ts'
import { rejectionTally, type Rejected } from './rejection-tally.ts'
import type { Session } from './session.ts'

/** The options that say how rows are read and written, as they were given. */
export interface SelectingFlags extends LayoutFlags {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly skipRejected?: true | undefined
  readonly rejected?: string | undefined
  readonly overwrite?: true | undefined
}

/** What a command that selects rows was given. */
export interface SelectingRequest {
  readonly files: readonly string[]
  readonly flags: SelectingFlags
  /** Paths of the files that it writes. */
  readonly writes: readonly string[]
}

/** A rejected row, with the file that it is in. */
export type RejectionInFile = Rejection & { readonly file: string }

/** Rows to select from. */
export interface Selecting {
  readonly rows: RowSet
  /** Paths of the files that are read. */
  readonly reads: readonly string[]
  readonly signal: AbortSignal
  /** Given to the rows when they are read for the last time. */
  readonly observer: Required<Pick<RowObserver, 'rejected'>>
  /**
   * The rows that were left out.
   *
   * @throws AnytuneError `dataset-invalid` when there are any and `--skip-rejected` is not given.
   */
  readonly rejected: () => Rejected<RejectionInFile>
}

/** Opens the files of a command that selects rows; Ctrl-C ends the work, reading is shown on a terminal, and `--rejected` is written. */
export async function selecting<T>(
  session: Session,
  { files, flags, writes }: SelectingRequest,
  work: (selecting: Selecting) => Promise<T>,
): Promise<T> {
  const { FORMATS, readRows } = await import('@anytune/dataset')
  const named = (format: string | undefined) => (format === undefined ? undefined : formatNamed(format, FORMATS))
  const formats = { from: named(flags.from), to: named(flags.to) }
  const progress = readingProgress(session)
  const tally = rejectionTally<RejectionInFile>()
  return interruptible(async (signal) => {
    const inputs = await datasetInputs(session.streams, files, flags, signal)
    const reads = inputs.flatMap(({ source }) => source.path ?? [])
    const listing = { out: flags.rejected, overwrite: flags.overwrite ?? false, reads, writes }
    return listingRejections(session.streams, listing, (sink) => {
      const sources = inputs.map((input) => progress.watch(input, sink.drained))
      return work({
        rows: readRows(sources, { ...formats, onRejected: 'skip', signal }),
        reads,
        signal,
        observer: {
          rejected(rejection, source) {
            const file = files[source] ?? ''
            tally.add({ file, ...rejection })
            sink.add(file, rejection)
          },
        },
        rejected: () => leftOut(tally.result(), flags),
      })
    }).catch((error: unknown) => {
      // A stream that the signal ended fails in its own words.
      signal.throwIfAborted()
      throw error
    })
  }).finally(progress.clear)
}

function leftOut(rejected: Rejected<RejectionInFile>, { skipRejected }: SelectingFlags): Rejected<RejectionInFile> {
  const { count, first } = rejected
  if (skipRejected || count === 0) return rejected
  const rows = count === 1 ? '1 row is' : `${integer(count)} rows are`
  throw new AnytuneError('dataset-invalid', `${rows} rejected: nothing was written`, {
    hint: 'mend the rows listed, or leave them out with --skip-rejected',
    data: { rejected: { count, first } },
  })
}
