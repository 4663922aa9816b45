import { ageOf, type Evidence, type Grade, type Source } from '@anytune/catalogue'

/** How a plan knows what it says from a record. */
export interface PlanEvidence {
  readonly source: Source
  /** How the record was known; see `GRADES` of `@anytune/catalogue`. */
  readonly grade: Grade
  readonly note?: string
  /** Days between the copy that was read and this plan. */
  readonly ageDays: number
  /** `fresh` up to 90 days, then `stale`; `too-old` after 180: what the record says counts as unknown. */
  readonly age: 'fresh' | 'stale' | 'too-old'
}

/** A record's evidence, as old as it is now. */
export function evidenceOf(record: Evidence, now: Date): PlanEvidence {
  const { source, grade, note } = record
  const { days, state } = ageOf(record, now)
  return { source, grade, ...(note !== undefined && { note }), ageDays: days, age: state }
}

/** How good a grade is, in the words of a message. */
const SAID_BY: Readonly<Record<Grade, string>> = {
  contract: 'by your own record',
  ran: 'as seen when it was run',
  schema: 'by the provider’s schema or package',
  'vendor-page': 'by the provider’s page',
  'vendor-excerpt': 'by an excerpt of the provider’s page',
  'vendor-example': 'by an example number of the provider’s documentation',
  'third-party': 'by third parties alone',
  unverified: 'not verified',
}

/** For example `by third parties alone, 2026-11`, and how old that is when it is no longer fresh. */
export function saidBy({ source, grade, ageDays, age }: PlanEvidence): string {
  const old = age === 'fresh' ? '' : `, ${ageDays} days ago`
  return `${SAID_BY[grade]}, ${source.pageDate ?? source.readOn}${old}`
}
