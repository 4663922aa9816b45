import type { Example } from '../example.ts'
import type { ExampleRule } from '../read.ts'
import type { Rejection } from '../rules.ts'
import { LIMITS, type Limit } from './limit.ts'
import { rowCheck } from './row-checks.ts'

/** Rows that break limits which only warn; free of row content. */
export interface RowWarnings {
  /** Warnings, not rows: a row can have several. */
  readonly count: number
  /** The first ones in the order of the rows. */
  readonly first: readonly Rejection[]
  readonly byRule: Readonly<Record<string, number>>
}

/** Limits of single rows, ready to look at rows as they are read. */
export interface RowLimits {
  /** One rule a limit, for `ReadOptions.rules`: those of severity `error` reject, the others let pass and are told by `warnings`. */
  readonly rules: readonly ExampleRule[]
  /** What the rows that were read broke without being rejected. */
  readonly warnings: () => RowWarnings
}

/** How many warnings are listed; all are counted. */
const LISTED = 1000

/** Makes rules of those limits that are about single rows; their ids become rule ids. One of these serves one reading. */
export function rowLimits(limits: readonly Limit[]): RowLimits {
  const first: Rejection[] = []
  const byRule = new Map<string, number>()
  const noteWarning = (rejection: Rejection) => {
    byRule.set(rejection.rule, (byRule.get(rejection.rule) ?? 0) + 1)
    if (first.length < LISTED) first.push(rejection)
  }
  const rules = limits.flatMap((limit) => {
    const rejects = rejectionBy(limit)
    if (rejects === undefined) return []
    const check = (example: Example, line: number) => {
      const rejection = rejects(example, line)
      if (rejection === undefined || limit.severity === 'error') return rejection
      noteWarning(rejection)
      return undefined
    }
    return [{ id: limit.id, summary: LIMITS[limit.id].summary, check }]
  })
  const count = () => [...byRule.values()].reduce((sum, rows) => sum + rows, 0)
  return { rules, warnings: () => ({ count: count(), first, byRule: Object.fromEntries(byRule) }) }
}

function rejectionBy(limit: Limit): ExampleRule['check'] | undefined {
  const check = rowCheck(limit)
  if (check === undefined) return undefined
  return (example, line) => {
    const broken = check(example)
    return broken && { line, rule: limit.id, ...broken }
  }
}
