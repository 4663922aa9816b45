import type { TermRecord } from '@anytune/catalogue'
import { evidenceOf } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { Plan, PlanTerm } from './plan-document.ts'

/** Under which terms the provider takes the data and keeps the result, as far as they are on record. Nothing is refused by them here. */
export function planTerms({ training, serving, now }: OnRecord): Plan['terms'] {
  const terms = [training, serving].flatMap(({ offering, record }) =>
    (record?.terms ?? []).map((term) => planTerm(offering.id, term, now)),
  )
  return terms.length === 0 ? 'unknown' : terms
}

function planTerm(offering: string, record: TermRecord, now: Date): PlanTerm {
  const { dataClass, term, value, conditions } = record
  const evidence = evidenceOf(record, now)
  const old = evidence.age === 'too-old' && value !== 'unknown'
  return {
    offering,
    dataClass,
    term,
    value: old ? 'unknown' : value,
    ...(old && { once: value }),
    ...(conditions !== undefined && { conditions }),
    evidence,
  }
}
