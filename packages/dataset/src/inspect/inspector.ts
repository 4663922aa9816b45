import type { LineCounts } from '../check-tally.ts'
import { countExample, noCounts } from '../example-counts.ts'
import { CODECS, type FormatId } from '../formats/formats.ts'
import type { Limit } from '../limits/limit.ts'
import { rowLimits, type RowWarnings } from '../limits/row-limits.ts'
import type { Line } from '../lines.ts'
import { isBlank, judge } from '../read.ts'
import type { Rejection } from '../rules.ts'
import { createScanner, type ScanReport } from '../scan/scanner.ts'
import { countExample as countTokens, type ExampleTokens } from '../tokens/example-tokens.ts'
import { counterOf, type TokenMethod } from '../tokens/method.ts'

/** What is looked for in rows, as data that every thread can be given. */
export interface InspectionTask {
  readonly format: FormatId
  readonly limits?: readonly Limit[] | undefined
  readonly tokens?: TokenMethod | undefined
  readonly scan?: boolean | undefined
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
}

/** Looks at lines, whichever thread they are in. */
export type Inspector = (lines: readonly Line[]) => Promise<LinesReport>

/** Loads what the task needs. */
export async function createInspector(task: InspectionTask): Promise<Inspector> {
  const codec = CODECS[task.format]
  const counter = task.tokens && (await counterOf(task.tokens))
  return async (lines) => {
    const limits = rowLimits(task.limits ?? [])
    const scanner = task.scan ? createScanner({ maximumListed: Infinity }) : undefined
    const rejections: Rejection[] = []
    const tokens: { line: number; counted: ExampleTokens }[] = []
    const counts = noCounts()
    const sums = { blankLines: 0, accepted: 0 }
    for (const line of lines) {
      if (isBlank(line)) {
        sums.blankLines++
        continue
      }
      const judged = judge(line, codec, limits.rules)
      if (judged.example) {
        sums.accepted++
        countExample(counts, judged.example)
        if (counter) tokens.push({ line: line.number, counted: countTokens(counter, judged.example) })
      } else rejections.push(judged.rejection)
      const looking = scanner?.look(judged.text, line.number)
      if (looking) await looking
    }
    const found = scanner && { scan: scanner.report() }
    return { ...sums, counts, rejections, warnings: limits.warnings(), tokens, ...found }
  }
}

/** The report of so many lines of white space. */
export function blankLines(count: number): LinesReport {
  const warnings = rowLimits([]).warnings()
  return { blankLines: count, accepted: 0, counts: noCounts(), rejections: [], warnings, tokens: [] }
}
