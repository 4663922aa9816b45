import { LIMITS, type LimitId } from '@anytune/dataset'
import { AnytuneError, type ErrorCode } from '../errors.ts'
import type { NextAction } from '../next-action.ts'
import type { PlanWarning } from '../support.ts'
import type { PlanEvidence } from './evidence.ts'

/**
 * Findings of the catalogue that refuse a plan. Records can be wrong: each can be allowed by its id, is then a warning, and the plan
 * keeps what was allowed.
 */
export const ALLOWABLE = [
  'closed-to-new-jobs',
  // The keys of the table are its ids.
  ...(Object.keys(LIMITS) as readonly LimitId[]),
] as const

/** The id of such a finding. */
export type AllowableFinding = (typeof ALLOWABLE)[number]

/** What a record has against a plan. */
export interface Finding {
  readonly id: AllowableFinding
  /** `warning`: it is told, and refuses nothing. */
  readonly severity: 'error' | 'warning'
  readonly code: Extract<ErrorCode, 'closed-to-new-jobs' | 'dataset-invalid'>
  readonly message: string
  /** What to do, besides allowing it. */
  readonly hint: string
  readonly next?: readonly NextAction[]
  readonly data: Readonly<Record<string, unknown>>
  readonly evidence: PlanEvidence
}

/**
 * Refuses for the first finding that is not allowed; the others become warnings. A record that is too old refuses nothing.
 *
 * @throws AnytuneError with the finding's code, its id as `rule`, and its evidence.
 */
export function refuseOrWarn(
  provider: string,
  findings: readonly Finding[],
  allow: readonly AllowableFinding[],
): readonly PlanWarning[] {
  return findings.map(({ id, severity, code, message, hint, next, data, evidence }) => {
    if (severity === 'warning') return { id, message, evidence }
    if (evidence.age === 'too-old') return { id, message: `${message}: too old a record to refuse by`, evidence }
    if (allow.includes(id)) return { id, message: `${message}; allowed by the request`, evidence }
    throw new AnytuneError(code, message, {
      provider,
      operation: 'plan',
      hint: `${hint}; if the record is wrong, allow it: allow: ["${id}"], or --allow ${id}`,
      ...(next && { next }),
      data: { rule: id, ...data, evidence },
    })
  })
}
