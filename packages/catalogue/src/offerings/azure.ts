import type { LifetimeRecord, OfferingRecord, PriceRecord } from '../record.ts'
import type { TermRecord } from '../terms.ts'
import { AZURE_MODELS } from './azure-models.ts'
import { AZURE_RULES } from './azure-rules.ts'
import { AZURE_SOURCES } from './azure-sources.ts'
import { OPENAI_ENCODINGS } from './openai-encodings.ts'
import { OPENAI_FORMATS } from './openai-rules.ts'
import { AZURE_VARIANTS, servingTerms, trainingTerms, WEIGHTS_MAY_LEAVE } from './azure-terms.ts'

const LIMITS = { source: AZURE_SOURCES.limits, grade: 'vendor-page' } as const
const DEPLOY = { source: AZURE_SOURCES.deploy, grade: 'vendor-page' } as const
const COSTS = { currency: 'USD', source: AZURE_SOURCES.costs, grade: 'vendor-example' } as const

/** Prices of training by tokens are on a page that was not read: unknown. */
const REINFORCEMENT_PRICE: PriceRecord = {
  ...COSTS,
  item: 'training',
  amount: 100,
  per: 'hour',
  method: 'reinforcement',
}
const HOSTING_PRICE: PriceRecord = { ...COSTS, item: 'hosting', amount: 1.7, per: 'hour' }

const UNUSED: LifetimeRecord = {
  id: 'unused-deployment',
  thing: 'deployment',
  afterHours: 15 * 24,
  counted: 'without-use',
  ...DEPLOY,
  note: 'The model itself stays, and can be deployed again.',
}
const ONE_DAY: LifetimeRecord = {
  id: 'developer-deployment',
  thing: 'deployment',
  afterHours: 24,
  counted: 'from-creation',
  ...DEPLOY,
  note: 'The model itself stays, and can be deployed again. There is no service level agreement.',
}

/** Fine-tuning by training type, and tuned deployments by SKU, in the vendor's spelling. */
export const AZURE_OFFERINGS: readonly OfferingRecord[] = [
  training('Standard', trainingTerms({ place: 'resource-region' })),
  training('GlobalStandard', trainingTerms({ place: 'any' })),
  training(
    'Developer',
    trainingTerms({ place: 'any', conditions: ['spare capacity: a job may be interrupted and resumed'] }),
  ),
  // The vendor’s name of the type in a request was not read: no adapter can ask for it.
  training(
    'DataZone',
    trainingTerms({ place: 'us', conditions: ['the data zone of the United States, the only one'] }),
  ),
  serving('Standard', {
    prices: [HOSTING_PRICE],
    lifetimes: [UNUSED],
    terms: servingTerms({ place: 'resource-geography' }),
  }),
  serving('GlobalStandard', {
    prices: [HOSTING_PRICE],
    lifetimes: [UNUSED],
    terms: [...servingTerms({ place: 'any' }), WEIGHTS_MAY_LEAVE],
  }),
  serving('DataZoneStandard', {
    prices: [],
    lifetimes: [UNUSED],
    terms: servingTerms({
      place: 'unknown',
      note: 'One page says "US or EU", another "US only" for tuned models.',
    }),
  }),
  serving('DeveloperTier', {
    prices: [{ ...DEPLOY, item: 'hosting', amount: 0, currency: 'USD', per: 'hour' }],
    lifetimes: [ONE_DAY],
    terms: [...servingTerms({ place: 'any' }), WEIGHTS_MAY_LEAVE],
  }),
  serving('ProvisionedManaged', {
    // Charged by provisioned units and hours, of which no price was read.
    prices: [],
    lifetimes: [UNUSED],
    terms: servingTerms({ place: 'resource-geography' }),
  }),
]

function training(type: string, terms: readonly TermRecord[]): OfferingRecord {
  return {
    id: `azure/train/${type}`,
    title: `Azure, ${type} training`,
    operation: 'train',
    models: AZURE_MODELS,
    closures: [],
    prices: [REINFORCEMENT_PRICE],
    rules: AZURE_RULES,
    formats: OPENAI_FORMATS,
    encodings: OPENAI_ENCODINGS,
    lifetimes: [],
    terms,
    variants: AZURE_VARIANTS,
  }
}

function serving(sku: string, known: Pick<OfferingRecord, 'prices' | 'lifetimes' | 'terms'>): OfferingRecord {
  return {
    id: `azure/serve/${sku}`,
    title: `Azure, ${sku} deployment`,
    operation: 'serve',
    models: AZURE_MODELS,
    closures: [],
    formats: [],
    encodings: [],
    rules: [{ id: 'maximum-deployments-of-a-resource', limit: 10, unit: 'deployments', ...LIMITS }],
    variants: AZURE_VARIANTS,
    ...known,
  }
}
