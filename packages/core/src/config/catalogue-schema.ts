import {
  type Catalogue,
  catalogue,
  DATA_CLASSES,
  defineCatalogue,
  GRADES,
  mergeCatalogue,
  type OfferingAmendment,
  PLACES,
  REGIONS,
  type RegionVendor,
} from '@anytune/catalogue'
import { z } from 'zod'
import { AnytuneError } from '../errors.ts'

const text = z.string().min(1)
const day = text.describe('A day, YYYY-MM-DD.')

const evidence = {
  source: z.strictObject({
    title: text,
    url: text.exactOptional(),
    pageDate: text.exactOptional().describe('What the page says of its own date: YYYY-MM-DD or YYYY-MM.'),
    readOn: day,
  }),
  grade: z
    .enum(Object.keys(GRADES) as (keyof typeof GRADES)[])
    .describe('How it is known; your own contract: contract.'),
  note: text.exactOptional(),
}

const end = z.strictObject({ date: day, certainty: z.enum(['on', 'not-before']), ...evidence })
const model = z.strictObject({
  id: text,
  family: z.boolean().exactOptional(),
  trainableUntil: end.exactOptional(),
  servedUntil: end.exactOptional(),
  tunedServedUntil: end.exactOptional(),
})
const closure = z.strictObject({
  id: text,
  closedFrom: day,
  appliesTo: z.union([z.strictObject({ everybody: z.literal(true) }), z.strictObject({ only: text })]),
  ...evidence,
})
const method = z.enum(['supervised', 'preference', 'reinforcement', 'distillation', 'continued-pretraining'])
const scope = {
  models: z.array(text).exactOptional().describe('Ids of base models, or beginnings of them; absent: all.'),
  methods: z.array(method).exactOptional(),
}
const price = z.strictObject({
  item: z.enum(['training', 'storage', 'hosting', 'input', 'cached-input', 'output']),
  amount: z.number().min(0),
  currency: text.describe('ISO 4217, such as USD.'),
  per: z.enum(['million-tokens', 'thousand-tokens', 'hour', 'month']),
  model: text.exactOptional(),
  method: method.exactOptional(),
  ...evidence,
})
const rule = z.strictObject({
  id: text,
  limit: z.number().min(0).exactOptional(),
  unit: z
    .enum(['examples', 'bytes', 'tokens', 'characters', 'files', 'jobs', 'deployments', 'hours', 'images', 'USD'])
    .exactOptional(),
  texts: z.array(text).exactOptional().describe('Texts that are forbidden, or media types that are taken.'),
  roles: z.array(text).exactOptional(),
  severity: z.enum(['error', 'warning']).exactOptional(),
  ...scope,
  ...evidence,
})
const format = z.strictObject({ format: text, ...scope, ...evidence })
const encoding = z.strictObject({ encoding: z.enum(['o200k_base', 'cl100k_base']), ...scope, ...evidence })
const lifetime = z.strictObject({
  id: text,
  thing: z.enum(['deployment', 'model', 'training-file', 'checkpoint']),
  afterHours: z.number().min(0),
  counted: z.enum(['from-creation', 'without-use']),
  ...evidence,
})

const dataClass = z.enum(DATA_CLASSES)
// The keys of the table are its type’s.
const vendors = Object.keys(REGIONS) as RegionVendor[]
const place = z.union([z.enum([...PLACES, 'unknown']), z.templateLiteral([z.enum(vendors), '/', z.string()])])
const conditions = z.array(text).exactOptional()
/** Every term has values of its own. */
const term = z.discriminatedUnion('term', [
  said('retention', z.union([z.number().min(0), z.enum(['until-deleted', 'unknown'])])),
  said('storage-location', place),
  said('processing-location', place),
  said('training-use', z.enum(['no', 'with-permission', 'yes', 'unknown'])),
  said('human-review', z.enum(['no', 'possible', 'unknown'])),
  said('customer-keys', z.enum(['no', 'optional', 'in-use', 'not-in-use', 'unknown'])),
  said('private-network', z.enum(['no', 'optional', 'in-use', 'not-in-use', 'unknown'])),
  said('deletion', z.enum(['by-api', 'not-possible', 'unknown'])),
  said('zero-retention', z.enum(['covered', 'not-covered', 'unknown'])),
  said('telemetry', z.enum(['none', 'opt-out', 'opt-in', 'unknown'])),
])
const variant = z.strictObject({
  setting: text.describe('Its id: VENDOR/NAME.'),
  title: text,
  told: z.enum(['live', 'attested']).describe('Whether the vendor can be asked, or only your own word tells.'),
  terms: z.array(term),
  ...evidence,
})

function said<T extends string, V extends z.ZodType>(name: T, value: V) {
  return z.strictObject({ dataClass, term: z.literal(name), value, conditions, ...evidence })
}

/** What a configuration knows better than the catalogue: the records of an offering that take the place of those on record. */
export const catalogueSchema = z
  .array(
    z.strictObject({
      id: text.describe('The offering, as a plan names it.'),
      title: text.exactOptional(),
      operation: z.enum(['train', 'serve']).exactOptional(),
      models: z.array(model).exactOptional(),
      closures: z.array(closure).exactOptional(),
      prices: z.array(price).exactOptional(),
      rules: z.array(rule).exactOptional(),
      formats: z.array(format).exactOptional(),
      encodings: z.array(encoding).exactOptional(),
      lifetimes: z.array(lifetime).exactOptional(),
      terms: z.array(term).exactOptional(),
      variants: z.array(variant).exactOptional(),
    }),
  )
  .describe('Records of offerings that take the place of those of @anytune/catalogue.') satisfies z.ZodType<
  readonly OfferingAmendment[]
>

/**
 * The catalogue as a configuration amends it.
 *
 * @throws AnytuneError `configuration` for what no schema says: a day that is none, an offering that is there twice.
 */
export function amendedCatalogue(records: readonly OfferingAmendment[] | undefined, where: string): Catalogue {
  if (records === undefined) return catalogue
  try {
    return mergeCatalogue(catalogue, defineCatalogue(records))
  } catch (error) {
    // defineCatalogue throws nothing else, and its messages name records of the configuration by their ids.
    if (!(error instanceof TypeError)) throw error
    throw new AnytuneError('configuration', `${where}: ${error.message}`, { data: { key: 'catalogue' } })
  }
}
