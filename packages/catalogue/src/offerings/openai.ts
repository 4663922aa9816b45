import type { ClosureRecord, OfferingRecord, PriceRecord } from '../record.ts'
import type { TermRecord } from '../terms.ts'
import { OPENAI_ENCODINGS } from './openai-encodings.ts'
import { OPENAI_MODELS } from './openai-models.ts'
import { OPENAI_SERVING_PRICES, OPENAI_TRAINING_PRICES } from './openai-prices.ts'
import { OPENAI_FORMATS, OPENAI_RULES } from './openai-rules.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'
import {
  OPENAI_REGIONAL_SERVING_TERMS,
  OPENAI_REGIONAL_TRAINING_TERMS,
  OPENAI_SERVING_TERMS,
  OPENAI_TRAINING_TERMS,
} from './openai-terms.ts'
import { OPENAI_SERVING_VARIANTS, OPENAI_TRAINING_VARIANTS } from './openai-variants.ts'

const DEPRECATIONS = { source: OPENAI_SOURCES.deprecations, grade: 'vendor-page' } as const

const CLOSURES: readonly ClosureRecord[] = [
  {
    id: 'new-customers',
    closedFrom: '2026-05-07',
    appliesTo: { only: 'organisations that never fine-tuned' },
    ...DEPRECATIONS,
  },
  {
    id: 'inactive-customers',
    closedFrom: '2026-07-02',
    appliesTo: { only: 'organisations that asked no fine-tuned model anything in the last 60 days' },
    ...DEPRECATIONS,
  },
  { id: 'all-customers', closedFrom: '2027-01-06', appliesTo: { everybody: true }, ...DEPRECATIONS },
]

const NONE: readonly never[] = []

/** The price list is of the host without a region. */
const REGIONAL: KnownOfHost = {
  prices: { train: NONE, serve: NONE },
  terms: { train: OPENAI_REGIONAL_TRAINING_TERMS, serve: OPENAI_REGIONAL_SERVING_TERMS },
}

/** Hosts of regions: six that the vendor's package knows, and four more that its documentation lists. */
const REGIONS: readonly string[] = ['us', 'eu', 'ae', 'au', 'in', 'jp', 'ca', 'sg', 'kr', 'gb']

/** OpenAI's own hosts. A host that only speaks the same protocol is another offering, of which nothing is known. */
export const OPENAI_OFFERINGS: readonly OfferingRecord[] = [
  ...ofHost('api.openai.com', 'OpenAI', {
    prices: { train: OPENAI_TRAINING_PRICES, serve: OPENAI_SERVING_PRICES },
    terms: { train: OPENAI_TRAINING_TERMS, serve: OPENAI_SERVING_TERMS },
  }),
  ...REGIONS.flatMap((region) => ofHost(`${region}.api.openai.com`, `OpenAI, region ${region}`, REGIONAL)),
]

interface KnownOfHost {
  readonly prices: Readonly<Record<'train' | 'serve', readonly PriceRecord[]>>
  readonly terms: Readonly<Record<'train' | 'serve', readonly TermRecord[]>>
}

function ofHost(host: string, title: string, { prices, terms }: KnownOfHost): readonly OfferingRecord[] {
  return [
    {
      id: `openai/${host}/train`,
      title: `${title}: fine-tuning`,
      operation: 'train',
      models: OPENAI_MODELS,
      closures: CLOSURES,
      prices: prices.train,
      rules: OPENAI_RULES,
      formats: OPENAI_FORMATS,
      encodings: OPENAI_ENCODINGS,
      lifetimes: NONE,
      terms: terms.train,
      variants: OPENAI_TRAINING_VARIANTS,
    },
    {
      id: `openai/${host}/serve`,
      title: `${title}: tuned models`,
      operation: 'serve',
      models: OPENAI_MODELS,
      closures: NONE,
      prices: prices.serve,
      rules: NONE,
      formats: NONE,
      encodings: NONE,
      lifetimes: NONE,
      terms: terms.serve,
      variants: OPENAI_SERVING_VARIANTS,
    },
  ]
}
