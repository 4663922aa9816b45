import { NOTHING } from './nothing.ts'
import type {
  EncodingRecord,
  FormatRecord,
  MethodName,
  ModelRecord,
  ModelScope,
  OfferingRecord,
  RuleRecord,
} from './record.ts'
import { subjectOf } from './terms.ts'
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

/** What is asked about: a base model and how it is tuned. */
export interface TuningQuery {
  readonly model: string
  readonly method: MethodName
}

/** Whether any record of the offering is about this base model, and not only about all. */
export function namesModel(offering: OfferingRecord, baseModel: string): boolean {
  const { models, rules, formats, encodings } = offering
  // A list of models is whole; where there is none, other records name those that they are about.
  if (models.length > 0) return findModel({ models }, baseModel) !== undefined
  const scoped: readonly ModelScope[] = [...rules, ...formats, ...encodings]
  return scoped.some((record) => record.models?.some((name) => begins(baseModel, name)))
}

/** The rules that apply to tuning this base model so, in the order of the records. */
export function findRules({ rules }: Pick<OfferingRecord, 'rules'>, query: TuningQuery): readonly RuleRecord[] {
  return rules.filter((rule) => isAbout(rule, query))
}

/** The format of its files; of several records the one that names most wins, and of those the last. */
export function findFormat({ formats }: Pick<OfferingRecord, 'formats'>, query: TuningQuery): FormatRecord | undefined {
  return closest(formats, query)
}

/** The vocabulary of a base model, chosen in the same way; undefined where none is published. */
export function findEncoding(
  { encodings }: Pick<OfferingRecord, 'encodings'>,
  query: TuningQuery,
): EncodingRecord | undefined {
  return closest(encodings, query)
}

/** The offerings of a provider for an operation, by the beginning of their ids. */
export function findOfferings(
  { offerings }: Catalogue,
  provider: string,
  operation: NonNullable<OfferingRecord['operation']>,
): readonly OfferingRecord[] {
  return offerings.filter((offering) => providerOf(offering) === provider && offering.operation === operation)
}

/** The provider of an offering: what stands before the first slash of its id. */
export function providerOf({ id }: Pick<OfferingRecord, 'id'>): string {
  return id.split('/')[0] ?? id
}

function closest<T extends ModelScope>(records: readonly T[], query: TuningQuery): T | undefined {
  const named = ({ models, methods }: ModelScope) => Number(models !== undefined) + Number(methods !== undefined)
  const about = records.filter((record) => isAbout(record, query))
  return about.toReversed().toSorted((one, other) => named(other) - named(one))[0]
}

function isAbout({ models, methods }: ModelScope, { model, method }: TuningQuery): boolean {
  return (models?.some((name) => begins(model, name)) ?? true) && (methods?.includes(method) ?? true)
}

/** `gpt-4` begins `gpt-4-0613`, and not `gpt-4o`. */
function begins(model: string, name: string): boolean {
  return model === name || model.startsWith(`${name}-`) || model.startsWith(`${name}:`)
}

function scopeOf({ models = [], methods = [] }: ModelScope): string {
  return JSON.stringify([models, methods])
}

function nothingKnown(id: string): OfferingRecord {
  return { id, title: id, ...NOTHING }
}

function amended(before: OfferingRecord, after: OfferingRecord): OfferingRecord {
  return {
    id: before.id,
    title: after.title === after.id ? before.title : after.title,
    ...((after.operation ?? before.operation) && { operation: after.operation ?? before.operation }),
    models: replaced(before.models, after.models, ({ id }) => id),
    closures: replaced(before.closures, after.closures, ({ id }) => id),
    prices: replaced(before.prices, after.prices, ({ item, model, method }) => [item, model, method].join(' ')),
    rules: replaced(before.rules, after.rules, (rule) => `${rule.id} ${scopeOf(rule)}`),
    formats: replaced(before.formats, after.formats, scopeOf),
    encodings: replaced(before.encodings, after.encodings, scopeOf),
    lifetimes: replaced(before.lifetimes, after.lifetimes, ({ id }) => id),
    terms: replaced(before.terms, after.terms, subjectOf),
    variants: replaced(before.variants, after.variants, ({ setting }) => setting),
  }
}

function replaced<T>(before: readonly T[], after: readonly T[], subject: (record: T) => string): readonly T[] {
  return [...new Map([...before, ...after].map((record) => [subject(record), record])).values()]
}
