import { DATA_CLASSES } from '@anytune/catalogue'
import type { PlanEvidence, PlanTerm, SaidTerm } from '@anytune/core'
import { integer } from './units.ts'

/** A term in a line: what it is about, what is on record and, where the account was asked, what it has set. */
export function termText({ dataClass, term, live, ...recorded }: PlanTerm): string {
  const onRecord = saidText(recorded)
  const asSet = live && saidText(live)
  // What is not on record is known from the account alone.
  const set = asSet === undefined || asSet === onRecord ? '' : `; as the account is set: ${asSet}`
  return `${words(dataClass)}, ${words(term)}: ${onRecord}${set}`
}

/** What is said of a term, under what, and how it is known. */
export function saidText(said: SaidTerm & { readonly setting?: string }): string {
  const { conditions = [], evidence, setting } = said
  const under = conditions.length === 0 ? '' : ` (${conditions.join('; ')})`
  const by = setting === undefined ? '' : ` by ${setting}`
  return `${valueOf(said)}${by}${under} [${known(evidence)}]`
}

/** A value, and what it once was where its record is too old. */
export function valueOf({ value, once }: Pick<SaidTerm, 'value' | 'once'>): string {
  return once === undefined ? valueText(value) : `${valueText(value)}, once ${valueText(once)}`
}

/** A number is days: no other term has one. The names of places and settings are the vendor's, and stay as they are. */
function valueText(value: SaidTerm['value']): string {
  if (typeof value === 'string') return value.includes('/') ? value : words(value)
  if (value === 0) return 'not kept'
  return value === 1 ? '1 day at most' : `${integer(value)} days at most`
}

/** In the order in which one would ask: by what a term is about, and within that as they are on record. */
export function inOrder<T extends Pick<PlanTerm, 'dataClass'>>(terms: readonly T[]): readonly T[] {
  const place = ({ dataClass }: T) => DATA_CLASSES.indexOf(dataClass)
  return terms.toSorted((one, other) => place(one) - place(other))
}

/** How it is known and of when. */
export function known({ grade, source, age }: PlanEvidence): string {
  return `${words(grade)}, ${source.pageDate ?? source.readOn}${age === 'fresh' ? '' : `, ${words(age)}`}`
}

/** An id of ours as words. */
export function words(id: string): string {
  return id.replaceAll('-', ' ')
}
