import { isWithin, type Place, type TermName, type TermValues, type Whereabouts } from '@anytune/catalogue'
import type { Requirements, TermValue, WantedPlace } from './policy-document.ts'

/** Whether a value is as good as what is demanded; `unknown` where it leaves that open. */
export type Fit = 'yes' | 'no' | 'unknown'

/** What a policy demands of one term. */
type Wanted<T extends TermName> = NonNullable<Requirements[T]>

interface Judging<T extends TermName> {
  fit(wanted: Wanted<T>, value: TermValues[T], at: Whereabouts): Fit
  words(wanted: Wanted<T>): string
}

/** Judges a value that is known. */
export function fitOf(
  term: TermName,
  requirements: Requirements,
  value: Exclude<TermValue, 'unknown'>,
  at: Whereabouts,
): Fit {
  const { fit } = JUDGING[term]
  // What stands under a term's name is demanded of that term, and its value is that term's: tied by the caller, who found it by name.
  return fit(requirements[term] as never, value as never, at)
}

/** What is demanded, for a message: `within eu, ch`, `30 days at most`. */
export function wantedText(term: TermName, requirements: Requirements): string {
  // As above.
  return JUDGING[term].words(requirements[term] as never)
}

/** The terms of which something is demanded, in the order of the catalogue. */
export function demandedTerms(requirements: Requirements): readonly TermName[] {
  return TERM_NAMES.filter((term) => requirements[term] !== undefined)
}

/** Which values satisfy what is demanded; one that is not there does not. */
const KEPT_BY_CUSTOMER = {
  // That it is not in use does not say that it could be.
  optional: { 'in-use': 'yes', optional: 'yes', 'not-in-use': 'unknown' },
  'in-use': { 'in-use': 'yes', optional: 'unknown' },
} as const

const PLACES = {
  fit: (wanted: readonly WantedPlace[], value: Place, at: Whereabouts) => isWithin(value, wanted, at),
  words: (wanted: readonly WantedPlace[]) => `within ${wanted.join(', ')}`,
}

const JUDGING: { readonly [T in TermName]: Judging<T> } = {
  retention: {
    fit: ({ atMostDays, orUntilDeleted = false }, value) =>
      (value === 'until-deleted' ? orUntilDeleted : value <= atMostDays) ? 'yes' : 'no',
    words({ atMostDays, orUntilDeleted = false }) {
      const days = atMostDays === 0 ? 'not kept' : `kept for ${atMostDays} days at most`
      return orUntilDeleted ? `${days}, or until it is deleted` : days
    },
  },
  'storage-location': PLACES,
  'processing-location': PLACES,
  'training-use': oneOf({ no: { no: 'yes' }, 'with-permission': { no: 'yes', 'with-permission': 'yes' } }),
  'human-review': oneOf({ no: { no: 'yes' } }),
  'customer-keys': oneOf(KEPT_BY_CUSTOMER),
  'private-network': oneOf(KEPT_BY_CUSTOMER),
  deletion: oneOf({ 'by-api': { 'by-api': 'yes' } }),
  'zero-retention': oneOf({ covered: { covered: 'yes' } }),
  telemetry: oneOf({
    none: { none: 'yes' },
    'opt-in': { none: 'yes', 'opt-in': 'yes' },
    'opt-out': { none: 'yes', 'opt-in': 'yes', 'opt-out': 'yes' },
  }),
}

/** The names of all terms: the keys of the table are its type's. */
export const TERM_NAMES = Object.keys(JUDGING) as readonly TermName[]

function oneOf<W extends string, V extends string>(
  table: Readonly<Record<W, Readonly<Partial<Record<V, 'yes' | 'unknown'>>>>>,
) {
  return {
    fit: (wanted: W, value: V): Fit => table[wanted][value] ?? 'no',
    words: (wanted: W) => wanted.replaceAll('-', ' '),
  }
}
