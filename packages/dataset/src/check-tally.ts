import { createHash } from 'node:crypto'
import type { ContainerId } from './containers/container.ts'
import { addCounts, countExample, noCounts, type ExampleCounts } from './example-counts.ts'
import type { Example } from './example.ts'
import type { FormatId } from './formats/formats.ts'
import type { Watch } from './lines.ts'
import type { Rejection, RuleId } from './rules.ts'

/** What a data set holds and what is wrong with it; free of row content, so it may be logged and kept. */
export interface CheckReport {
  readonly name: string
  /** How the rows are packed. */
  readonly container?: ContainerId
  /** Absent only when the data set has no row. */
  readonly format?: FormatId
  /** Rows that are not blank: accepted and rejected. */
  readonly examples: number
  readonly accepted: number
  readonly rejected: {
    readonly count: number
    /** The first ones in the order of the file. */
    readonly first: readonly Rejection[]
    /** Counts by rule id; rules without a rejection are absent. */
    readonly byRule: Readonly<Record<string, number>>
  }
  /** Lines of white space only. */
  readonly blankLines: number
  /** Size and SHA-256 (hex) of the source as it is, byte order mark and line ends included. */
  readonly bytes: number
  readonly sha256: string
  readonly counts: ExampleCounts
}

/** What a caller wants to hear while a data set is checked. */
export interface CheckListeners {
  /** Called after each chunk with what has been read so far. */
  readonly onProgress?: ((progress: { readonly bytes: number; readonly lines: number }) => void) | undefined
  /** Sees every rejection, listed or not, in the order of the file. */
  readonly onRejection?: ((rejection: Rejection) => void) | undefined
  /** How many rejections are listed; all are counted. Default 1000. */
  readonly maximumListed?: number | undefined
}

/** Lines that were looked at elsewhere, without the rejected ones. */
export interface LineCounts {
  readonly blankLines: number
  readonly accepted: number
  readonly counts: ExampleCounts
}

/** Gathers the report of a check. */
export interface CheckTally {
  /** Must see the source. */
  readonly watch: Watch
  readonly addBlank: () => void
  readonly addExample: (example: Example) => void
  readonly addRejection: (rejection: Rejection) => void
  readonly addLines: (lines: LineCounts) => void
  /** Tells how far the check has come. */
  readonly tell: () => void
  readonly report: (name: string, format: FormatId | undefined) => CheckReport
}

export function createCheckTally({ onProgress, onRejection, maximumListed = 1000 }: CheckListeners): CheckTally {
  const hash = createHash('sha256')
  const first: Rejection[] = []
  const byRule = new Map<RuleId, number>()
  const counts = noCounts()
  const sums = { accepted: 0, rejected: 0, blankLines: 0, bytes: 0 }
  let container: ContainerId | undefined
  return {
    watch: {
      onChunk(chunk) {
        sums.bytes += chunk.byteLength
        hash.update(chunk)
      },
      onContainer(found) {
        container = found
      },
    },
    addBlank() {
      sums.blankLines++
    },
    addExample(example) {
      sums.accepted++
      countExample(counts, example)
    },
    addRejection(rejection) {
      sums.rejected++
      onRejection?.(rejection)
      byRule.set(rejection.rule, (byRule.get(rejection.rule) ?? 0) + 1)
      if (first.length < maximumListed) first.push(rejection)
    },
    addLines(lines) {
      sums.accepted += lines.accepted
      sums.blankLines += lines.blankLines
      addCounts(counts, lines.counts)
    },
    tell() {
      onProgress?.({ bytes: sums.bytes, lines: sums.accepted + sums.rejected + sums.blankLines })
    },
    report: (name, format) => ({
      name,
      ...(container !== undefined && { container }),
      ...(format !== undefined && { format }),
      examples: sums.accepted + sums.rejected,
      accepted: sums.accepted,
      rejected: { count: sums.rejected, first, byRule: Object.fromEntries(byRule) },
      blankLines: sums.blankLines,
      bytes: sums.bytes,
      sha256: hash.digest('hex'),
      counts,
    }),
  }
}
