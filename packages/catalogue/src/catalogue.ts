import type { ModelRecord, OfferingRecord } from './record.ts'
import { assertWellFormed } from './well-formed.ts'

/** Records of offerings, no two with the same id. */
export interface Catalogue {
  readonly offerings: readonly OfferingRecord[]
}

/** What one adds to, or puts in the place of, what a catalogue says of an offering; lists that are left out stay as they are. */
export type OfferingAmendment = Pick<OfferingRecord, 'id'> & Partial<OfferingRecord>

/**
 * A catalogue of these records.
 *
 * @throws TypeError naming the record, when one has no source, a date that is none, a price without currency, or an id that is taken.
 */
export function defineCatalogue(offerings: readonly OfferingAmendment[]): Catalogue {
  const whole = offerings.map((given) => ({ ...nothingKnown(given.id), ...given }))
  assertWellFormed(whole)
  return { offerings: whole }
}

/**
 * The first catalogue as amended by the others, of which the last wins: a record takes the place of the one about the same thing
 * (the same model, price, rule, term, …), and is added where there is none.
 */
export function mergeCatalogue(first: Catalogue, ...amending: readonly Catalogue[]): Catalogue {
  const merged = new Map(first.offerings.map((offering) => [offering.id, offering]))
  for (const offering of amending.flatMap(({ offerings }) => offerings)) {
    const before = merged.get(offering.id)
    merged.set(offering.id, before === undefined ? offering : amended(before, offering))
  }
  return { offerings: [...merged.values()] }
}

/** What is known of an offering, by the id its adapter gives it. */
export function findOffering({ offerings }: Catalogue, id: string): OfferingRecord | undefined {
  return offerings.find((offering) => offering.id === id)
}

/** What is known of a base model there. An id of its own comes before a family. */
export function findModel({ models }: Pick<OfferingRecord, 'models'>, baseModel: string): ModelRecord | undefined {
  return (
    models.find(({ id }) => id === baseModel) ??
    models.find(({ id, family }) => family === true && baseModel.startsWith(`${id}-`))
  )
}

function nothingKnown(id: string): OfferingRecord {
  return { id, title: id, models: [], closures: [], prices: [], rules: [], lifetimes: [], terms: [] }
}

function amended(before: OfferingRecord, after: OfferingRecord): OfferingRecord {
  return {
    id: before.id,
    title: after.title === after.id ? before.title : after.title,
    models: replaced(before.models, after.models, ({ id }) => id),
    closures: replaced(before.closures, after.closures, ({ id }) => id),
    prices: replaced(before.prices, after.prices, ({ item, model, method }) => [item, model, method].join(' ')),
    rules: replaced(before.rules, after.rules, ({ id }) => id),
    lifetimes: replaced(before.lifetimes, after.lifetimes, ({ id }) => id),
    terms: replaced(before.terms, after.terms, ({ dataClass, term }) => `${dataClass} ${term}`),
  }
}

function replaced<T>(before: readonly T[], after: readonly T[], subject: (record: T) => string): readonly T[] {
  return [...new Map([...before, ...after].map((record) => [subject(record), record])).values()]
}
