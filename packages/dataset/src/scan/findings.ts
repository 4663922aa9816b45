import type { Kind } from './detector.ts'

/** One thing found: where and what, never the text. */
export interface ScanFinding {
  /** 1-based number of the physical line. */
  readonly line: number
  /** Path of known key names and indices; `*` stands for a key that is the user's own. */
  readonly field: string
  readonly kind: Kind
  readonly rule: string
}

/** Counts of findings, and the first of them. */
export interface ScanFindings {
  readonly count: number
  /** Rows that hold at least one. */
  readonly rows: number
  /** Kinds without a finding are absent. */
  readonly byKind: Readonly<Record<string, number>>
  readonly byRule: Readonly<Record<string, number>>
  /** The first ones in the order of the file. */
  readonly first: readonly ScanFinding[]
}

/** Findings while they are counted. */
export interface FindingTally {
  readonly add: (finding: ScanFinding) => void
  readonly findings: () => ScanFindings
}

/** Counts findings that come in the order of their lines; all are counted, so many are listed. */
export function createFindingTally(maximumListed: number): FindingTally {
  let [count, rows, lastLine] = [0, 0, 0]
  const byKind = new Map<string, number>()
  const byRule = new Map<string, number>()
  const first: ScanFinding[] = []
  return {
    add(finding) {
      count++
      if (finding.line !== lastLine) rows++
      lastLine = finding.line
      byKind.set(finding.kind, (byKind.get(finding.kind) ?? 0) + 1)
      byRule.set(finding.rule, (byRule.get(finding.rule) ?? 0) + 1)
      if (first.length < maximumListed) first.push(finding)
    },
    findings: () => ({
      count,
      rows,
      byKind: Object.fromEntries(byKind),
      byRule: Object.fromEntries(byRule),
      first: [...first],
    }),
  }
}
