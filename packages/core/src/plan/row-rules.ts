import { findRules, type RuleRecord } from '@anytune/catalogue'
import { isLimitId, type Limit, LIMITS, limitsOf, type RowWarnings } from '@anytune/dataset'
import type { Method } from '../driver.ts'
import type { PlanWarning } from '../support.ts'
import { type PlanEvidence, evidenceOf, saidBy } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { PlannedDataset } from './plan-document.ts'

/** Rules on record for single rows, as they apply to a plan. */
export interface RowRules {
  /** Rows that break one are rejected; kept in the plan, so that staging rejects the same rows whatever the catalogue says by then. */
  readonly rejecting: readonly Limit[]
  /** Those that only warn: by the record, because the request allows them, or because the record is too old to refuse by. */
  readonly warning: readonly Limit[]
  readonly records: readonly RuleRecord[]
}

export const NO_ROW_RULES: RowRules = { rejecting: [], warning: [], records: [] }

/** What is on record of rows for training this base model so. */
export function rowRules(
  { training, now }: OnRecord,
  {
    baseModel,
    method,
    allow = [],
  }: { readonly baseModel: string; readonly method: Method; readonly allow?: readonly string[] },
): RowRules {
  if (training.record === undefined) return NO_ROW_RULES
  const records = findRules(training.record, { model: baseModel, method }).filter(
    ({ id }) => isLimitId(id) && LIMITS[id].of === 'row',
  )
  const limits = records.flatMap((record) => {
    const old = evidenceOf(record, now).age === 'too-old'
    return limitsOf([record], old ? [...allow, record.id] : allow)
  })
  return {
    rejecting: limits.filter(({ severity }) => severity === 'error'),
    warning: limits.filter(({ severity }) => severity === 'warning'),
    records,
  }
}

/** One warning for each rule that rows of a dataset break without being rejected. */
export function rowWarnings(
  { records }: RowRules,
  { role, name }: Pick<PlannedDataset, 'role' | 'name'>,
  { byRule, first }: RowWarnings,
  now: Date,
): readonly PlanWarning[] {
  return Object.entries(byRule).map(([id, count]) => {
    const evidence = evidenceOfRule(records, id, now)
    const lines = first.filter(({ rule }) => rule === id).map(({ line }) => line)
    const rows = count === 1 ? '1 row breaks' : `${count} rows break`
    const says = isLimitId(id) ? ` ${LIMITS[id].summary}` : ''
    const message = `${rows} the rule ${id} in the ${role} dataset ${name}, ${linesText(lines, count)}.${says}`
    return { id, message: evidence ? `${message} (${saidBy(evidence)})` : message, ...(evidence && { evidence }) }
  })
}

/** `line 3`, `lines 3, 7`, `lines 3, 7, … (20 more)`. */
export function linesText(lines: readonly number[], count: number): string {
  const shown = lines.slice(0, SHOWN)
  const more = count - shown.length
  return `line${count === 1 ? '' : 's'} ${shown.join(', ')}${more > 0 ? `, … (${more} more)` : ''}`
}

const SHOWN = 5

function evidenceOfRule(records: readonly RuleRecord[], id: string, now: Date): PlanEvidence | undefined {
  const record = records.find((rule) => rule.id === id)
  return record && evidenceOf(record, now)
}
