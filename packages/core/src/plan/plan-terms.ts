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

/** The terms of one offering. What the account has set and nothing is on record of stands for itself, also as what the account has. */
export function offeringTerms(
  { offering, record }: OnRecord['training'],
  verified: Verified | undefined,
  now: Date,
): readonly PlanTerm[] {
  const live = liveTerms(record?.variants ?? [], verified, now)
  const recorded = (record?.terms ?? []).map((term): PlanTerm => {
    const set = live.get(subjectOf(term))?.live
    return { offering: offering.id, ...subject(term), ...said(term, now), ...(set !== undefined && { live: set }) }
  })
  const known = new Set(recorded.map(subjectOf))
  const besides = [...live.values()].filter((set) => !known.has(subjectOf(set)))
  return [...recorded, ...besides.map((set): PlanTerm => ({ offering: offering.id, ...set }))]
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

/** A term as the account has it, and nothing else. */
type LiveTerm = Omit<PlanTerm, 'offering' | 'live'> & Required<Pick<PlanTerm, 'live'>>

/** By subject: what settings that are in force make of terms, and over that what the account says itself. */
function liveTerms(
  variants: NonNullable<OnRecord['training']['record']>['variants'],
  verified: Verified | undefined,
  now: Date,
): ReadonlyMap<string, LiveTerm> {
  const bySetting = variants
    .filter(({ setting }) => verified?.settings.includes(setting))
    .flatMap(({ setting, terms }) => terms.map((term) => liveTerm(term, { ...said(term, now), setting })))
  const itself = (verified?.terms ?? []).map((term) => liveTerm(term, said(term, now)))
  return new Map([...bySetting, ...itself].map((set) => [subjectOf(set), set]))
}

function liveTerm(term: TermRecord, live: LiveTerm['live']): LiveTerm {
  const { setting: _ofTheAccount, ...own } = live
  return { ...subject(term), ...own, live }
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
