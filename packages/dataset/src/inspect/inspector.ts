import type { LineCounts } from '../check-tally.ts'
import { countExample, noCounts } from '../example-counts.ts'
import type { Example } from '../example.ts'
import { CODECS, type FormatId } from '../formats/formats.ts'
import { imagesOf } from '../limits/images.ts'
import type { Limit } from '../limits/limit.ts'
import { rowLimits, type RowWarnings } from '../limits/row-limits.ts'
import { writableAs } from '../limits/writable-as.ts'
import type { Line } from '../lines.ts'
import { isBlank, judge } from '../read.ts'
import type { Rejection } from '../rules.ts'
import { createScanner, type ScanReport } from '../scan/scanner.ts'
import { measureRow, type MeasuredRow } from '../statistics/measured-row.ts'
import { countExample as countTokens, type ExampleTokens } from '../tokens/example-tokens.ts'
import { counterOf, type TokenMethod } from '../tokens/method.ts'

/** What is looked for in rows, as data that every thread can be given. */
export interface InspectionTask {
  readonly format: FormatId
  readonly limits?: readonly Limit[] | undefined
  readonly tokens?: TokenMethod | undefined
  readonly scan?: boolean | undefined
  /** Sums the totals; with a format, rows that it cannot say are rejected. */
  readonly totals?: { readonly format?: FormatId | undefined } | undefined
  /** Tells of each accepted row what statistics are made of. */
  readonly measure?: boolean | undefined
}

/** Sums over accepted rows that limits of whole data sets are about. */
export interface InspectedTotals {
  /** Size of the rows in the format asked for, line ends included; 0 when none was. */
  readonly bytes: number
  readonly imageExamples: number
}

/** What lines came to; free of row content. */
export interface LinesReport extends LineCounts {
  /** All of them, in order. */
  readonly rejections: readonly Rejection[]
  readonly warnings: RowWarnings
  /** Of each accepted row, when tokens are counted. */
  readonly tokens: readonly { readonly line: number; readonly counted: ExampleTokens }[]
  /** With all findings listed. */
  readonly scan?: ScanReport
  /** Absent when they were not asked for. */
  readonly totals?: InspectedTotals
  /** Of each accepted row, when they are measured. */
  readonly measured: readonly MeasuredRow[]
}

/** Looks at lines, whichever thread they are in. */
export type Inspector = (lines: readonly Line[]) => Promise<LinesReport>

/** Loads what the task needs. */
export async function createInspector(task: InspectionTask): Promise<Inspector> {
  const codec = CODECS[task.format]
  const counter = task.tokens && (await counterOf(task.tokens))
  return async (lines) => {
    const limits = rowLimits(task.limits ?? [])
    const totals = task.totals && sumTotals(task.totals.format)
    const rules = [...limits.rules, ...(totals?.rules ?? [])]
    const scanner = task.scan ? createScanner({ maximumListed: Infinity }) : undefined
    const rejections: Rejection[] = []
    const tokens: { line: number; counted: ExampleTokens }[] = []
    const measured: MeasuredRow[] = []
    const counts = noCounts()
    const sums = { blankLines: 0, accepted: 0 }
    for (const line of lines) {
      if (isBlank(line)) {
        sums.blankLines++
        continue
      }
      const judged = judge(line, codec, rules)
      if (judged.example) {
        sums.accepted++
        countExample(counts, judged.example)
        totals?.add(judged.example)
        if (counter) tokens.push({ line: line.number, counted: countTokens(counter, judged.example) })
        if (task.measure) measured.push(measureRow(judged.example, line.number))
      } else rejections.push(judged.rejection)
      const looking = scanner?.look(judged.text, line.number)
      if (looking) await looking
    }
    const found = { ...(scanner && { scan: scanner.report() }), ...(totals && { totals: totals.sums }) }
    return { ...sums, counts, rejections, warnings: limits.warnings(), tokens, measured, ...found }
  }
}

function sumTotals(format: FormatId | undefined) {
  const sums = { bytes: 0, imageExamples: 0 }
  const onWritten = ({ bytes }: { readonly bytes: number }) => {
    sums.bytes += bytes
  }
  return {
    sums,
    // Last of all rules: what it sees written is accepted.
    rules: format === undefined ? [] : [writableAs(format, onWritten)],
    add(example: Example) {
      if (imagesOf(example).length > 0) sums.imageExamples++
    },
  }
}

/** The report of so many lines of white space. */
export function blankLines(count: number): LinesReport {
  const warnings = rowLimits([]).warnings()
  return { blankLines: count, accepted: 0, counts: noCounts(), rejections: [], warnings, tokens: [], measured: [] }
}
