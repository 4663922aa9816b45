import type { CheckTally } from '../check-tally.ts'
import type { FormatId } from '../formats/formats.ts'
import type { RowWarnings } from '../limits/row-limits.ts'
import type { Rejection } from '../rules.ts'
import { createFindingTally } from '../scan/findings.ts'
import type { ScanReport } from '../scan/scanner.ts'
import { tallyTokens } from '../statistics/token-statistics.ts'
import { counterOf } from '../tokens/method.ts'
import type { Inspection, InspectOptions } from './inspect-dataset.ts'
import type { LinesReport } from './inspector.ts'

/** Puts the reports of lines together, which must come in the order of the lines. */
export interface InspectionTally {
  readonly add: (report: LinesReport) => void
  readonly result: (name: string, format: FormatId | undefined) => Inspection
}

export async function createInspectionTally(check: CheckTally, options: InspectOptions): Promise<InspectionTally> {
  const { tokens: method, truncatedAt, maximumListed = 1000 } = options
  const tokens = method && tallyTokens(method, await counterOf(method), truncatedAt)
  const scan = options.scan ? tallyScans(maximumListed) : undefined
  const warnings = tallyWarnings(maximumListed)
  const totals = { bytes: 0, imageExamples: 0 }
  return {
    add(report) {
      check.addLines(report)
      for (const rejection of report.rejections) check.addRejection(rejection)
      warnings.add(report.warnings)
      for (const { line, counted } of report.tokens) tokens?.addCounted(counted, line)
      if (report.scan) scan?.add(report.scan)
      totals.bytes += report.totals?.bytes ?? 0
      totals.imageExamples += report.totals?.imageExamples ?? 0
    },
    result: (name, format) => ({
      check: check.report(name, format),
      warnings: warnings.result(),
      ...(tokens && format && { tokens: tokens.result() }),
      ...(scan && format && { scan: scan.result() }),
      ...(options.totals && { totals }),
    }),
  }
}

function tallyWarnings(maximumListed: number) {
  const first: Rejection[] = []
  const byRule: Record<string, number> = {}
  let count = 0
  return {
    add(warnings: RowWarnings) {
      count += warnings.count
      for (const [rule, rows] of Object.entries(warnings.byRule)) byRule[rule] = (byRule[rule] ?? 0) + rows
      first.push(...warnings.first.slice(0, maximumListed - first.length))
    },
    result: (): RowWarnings => ({ count, first, byRule }),
  }
}

function tallyScans(maximumListed: number) {
  const secrets = createFindingTally(maximumListed)
  const possibleSecrets = createFindingTally(maximumListed)
  const personal = createFindingTally(maximumListed)
  const sums = { rows: 0, unreadable: 0 }
  return {
    add(report: ScanReport) {
      sums.rows += report.rows
      sums.unreadable += report.unreadable
      for (const finding of report.secrets.first) secrets.add(finding)
      for (const finding of report.possibleSecrets.first) possibleSecrets.add(finding)
      for (const finding of report.personal.first) personal.add(finding)
    },
    result: (): ScanReport => ({
      ...sums,
      secrets: secrets.findings(),
      possibleSecrets: possibleSecrets.findings(),
      personal: personal.findings(),
    }),
  }
}
