import type { DataClass, TermName } from '@anytune/catalogue'
import type { PlanEvidence } from '../plan/evidence.ts'
import type { Attestation, TermValue } from './policy-document.ts'

/** Whether something may be done: `unknown` where nobody can tell, which is no permission. */
export type Decided = 'permit' | 'refuse' | 'unknown'

/** Why a policy decided so: one requirement, and what was found. */
export interface PolicyReason {
  readonly result: Decided
  /** The name of the rule that demands it; absent where the policy as a whole does. */
  readonly rule?: string
  readonly requirement: 'class' | 'offering' | 'personal-data' | 'term'
  /** Of a term: what it is about. */
  readonly dataClass?: DataClass
  readonly term?: TermName
  /** What is demanded and what was found, as one line without row content. */
  readonly message: string
  /** Of a term: the value that was judged; absent where nothing is on record. */
  readonly value?: TermValue
  /** Of a term: what says so. */
  readonly by?: 'record' | 'live' | 'attestation'
  /** The setting of the account by which the term is so, an id of the catalogue. */
  readonly setting?: string
  /** Under what the value holds, as the record has it. */
  readonly conditions?: readonly string[]
  readonly evidence?: PlanEvidence
  /** The attestation that it rests on. */
  readonly attestation?: AttestedBy
  /** Attestations of the same that are over, and count for nothing. */
  readonly expired?: readonly AttestedBy[]
  /** True where it is not known, and the rule accepts that. */
  readonly accepted?: true
  /** What would satisfy the requirement, as a sentence; absent where it is. */
  readonly toSatisfy?: string
}

/** Whose word it is, where it can be looked up, and until when it counts. */
export type AttestedBy = Pick<Attestation, 'by' | 'reference' | 'until'>

/** What a policy says of one thing to be done. */
export interface PolicyVerdict {
  /** `refuse` when one reason refuses, else `unknown` when one is unknown, else `permit`. */
  readonly verdict: Decided
  /** All that was judged: what refuses first, then what is unknown, then what is satisfied. */
  readonly reasons: readonly PolicyReason[]
}

const RANKED: readonly Decided[] = ['refuse', 'unknown', 'permit']

/** The verdict that the reasons make, and the reasons in an order that does not depend on that of the rules. */
export function verdictOf(reasons: readonly PolicyReason[]): PolicyVerdict {
  const rank = ({ result }: PolicyReason) => RANKED.indexOf(result)
  const text = (reason: PolicyReason) => `${reason.requirement} ${reason.message}`
  const sorted = reasons.toSorted((one, other) => rank(one) - rank(other) || (text(one) < text(other) ? -1 : 1))
  return { verdict: sorted[0]?.result ?? 'permit', reasons: sorted }
}

/** Reasons for which nothing may be done. */
export function against({ reasons }: PolicyVerdict): readonly PolicyReason[] {
  return reasons.filter(({ result }) => result !== 'permit')
}

/** The verdict in one line: `policy acme: refuse, 2 of 7 requirements are not met`. */
export function verdictLine(name: string, verdict: PolicyVerdict): string {
  const { reasons } = verdict
  const missing = against(verdict).length
  const accepted = reasons.filter((reason) => reason.accepted === true).length
  const stale = reasons.filter(({ evidence }) => evidence !== undefined && evidence.age !== 'fresh').length
  if (reasons.length === 0) return `policy ${name}: ${verdict.verdict}, none of its requirements applies`
  const told = [
    missing === 0
      ? `${counted(reasons.length, 'requirement')} met`
      : `${missing} of ${counted(reasons.length, 'requirement')} not met`,
    ...(accepted > 0 ? [`${accepted} not known and accepted`] : []),
    ...(stale > 0 ? [`${stale} by records of more than 90 days ago`] : []),
  ]
  return `policy ${name}: ${verdict.verdict}, ${told.join(', ')}`
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}
