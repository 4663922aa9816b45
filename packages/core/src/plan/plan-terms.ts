import { type OfferingRecord, subjectOf, type TermRecord } from '@anytune/catalogue'
import type { Verified } from '../terms/verified.ts'
import { evidenceOf } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { Plan, PlanTerm, PlanVerified, SaidTerm } from './plan-document.ts'

/** Under which terms the provider takes the data and keeps the result: as they are on record and, beside that, as the account has set them. */
export function planTerms({ training, serving, now }: OnRecord, verified: Verified | undefined): Plan['terms'] {
  const terms = [training, serving].flatMap((known) => offeringTerms(known, verified, now))
  return terms.length === 0 ? 'unknown' : terms
}

/** The terms of one offering. What is set and not on record stands for itself. */
export function offeringTerms(
  { offering, record }: OnRecord['training'],
  verified: Verified | undefined,
  now: Date,
): readonly PlanTerm[] {
  const live = liveTerms(record?.variants ?? [], verified, now)
  const recorded = (record?.terms ?? []).map((term): PlanTerm => {
    const set = live.get(subjectOf(term))
    return { offering: offering.id, ...subject(term), ...said(term, now), ...(set !== undefined && { live: set }) }
  })
  const known = new Set(recorded.map(subjectOf))
  const besides = (verified?.terms ?? [])
    .filter((term) => !known.has(subjectOf(term)))
    .map((term): PlanTerm => ({ offering: offering.id, ...subject(term), ...said(term, now) }))
  return [...recorded, ...besides]
}

/** The terms of a record as they are today, without any account. */
export function termsOnRecord({ id, terms }: Pick<OfferingRecord, 'id' | 'terms'>, now: Date): readonly PlanTerm[] {
  return saidTerms(id, terms, now)
}

/** What these records say today of an offering. */
export function saidTerms(offering: string, terms: readonly TermRecord[], now: Date): readonly PlanTerm[] {
  return terms.map((term) => ({ offering, ...subject(term), ...said(term, now) }))
}

/** When the account was asked, what it has set, and what could not be read. */
export function planVerified({ at, region, settings, checks }: Verified): PlanVerified {
  return { at: at.toISOString(), ...(region !== undefined && { region }), settings, checks }
}

/** By subject: what settings that are in force make of terms, and over that what the account says itself. */
function liveTerms(
  variants: NonNullable<OnRecord['training']['record']>['variants'],
  verified: Verified | undefined,
  now: Date,
): ReadonlyMap<string, NonNullable<PlanTerm['live']>> {
  const bySetting = variants
    .filter(({ setting }) => verified?.settings.includes(setting))
    .flatMap(({ setting, terms }) => terms.map((term) => [subjectOf(term), { ...said(term, now), setting }] as const))
  const itself = (verified?.terms ?? []).map((term) => [subjectOf(term), said(term, now)] as const)
  return new Map<string, NonNullable<PlanTerm['live']>>([...bySetting, ...itself])
}

function subject({ dataClass, term }: TermRecord): Pick<PlanTerm, 'dataClass' | 'term'> {
  return { dataClass, term }
}

/** What a record says today: nothing, once it is too old. */
function said(record: TermRecord, now: Date): SaidTerm {
  const { value, conditions } = record
  const evidence = evidenceOf(record, now)
  const old = evidence.age === 'too-old' && value !== 'unknown'
  return {
    value: old ? 'unknown' : value,
    ...(old && { once: value }),
    ...(conditions !== undefined && { conditions }),
    evidence,
  }
}
