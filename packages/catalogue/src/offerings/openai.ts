import type { ClosureRecord, OfferingRecord, PriceRecord, RuleRecord } from '../record.ts'
import type { TermRecord } from '../terms.ts'
import { OPENAI_MODELS } from './openai-models.ts'
import { OPENAI_SERVING_PRICES, OPENAI_TRAINING_PRICES } from './openai-prices.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'
import {
  OPENAI_REGIONAL_SERVING_TERMS,
  OPENAI_REGIONAL_TRAINING_TERMS,
  OPENAI_SERVING_TERMS,
  OPENAI_TRAINING_TERMS,
} from './openai-terms.ts'

const DEPRECATIONS = { source: OPENAI_SOURCES.deprecations, grade: 'vendor-page' } as const
const GUIDE = { source: OPENAI_SOURCES.supervisedGuide, grade: 'vendor-page' } as const
const CLIENT = { source: OPENAI_SOURCES.client, grade: 'schema' } as const

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

const RULES: readonly RuleRecord[] = [
  { id: 'minimum-examples', limit: 10, unit: 'examples', ...GUIDE },
  {
    id: 'maximum-file-bytes',
    limit: 8 * 2 ** 30,
    unit: 'bytes',
    ...CLIENT,
    note: 'The source says 8 GB, by Uploads; the larger reading of GB is recorded.',
  },
  {
    id: 'maximum-single-upload-bytes',
    limit: 512 * 2 ** 20,
    unit: 'bytes',
    ...CLIENT,
    note: 'The source says 512 MB; the larger reading of MB is recorded. Larger files go by Uploads.',
  },
  {
    id: 'maximum-example-tokens',
    limit: 65_536,
    unit: 'tokens',
    ...GUIDE,
    note: 'Of gpt-4.1 and gpt-4o; a longer example is cut at its end, and nothing says so.',
  },
  { id: 'maximum-suffix-characters', limit: 64, unit: 'characters', source: OPENAI_SOURCES.schema, grade: 'schema' },
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
      models: OPENAI_MODELS,
      closures: CLOSURES,
      prices: prices.train,
      rules: RULES,
      lifetimes: NONE,
      terms: terms.train,
    },
    {
      id: `openai/${host}/serve`,
      title: `${title}: tuned models`,
      models: OPENAI_MODELS,
      closures: NONE,
      prices: prices.serve,
      rules: NONE,
      lifetimes: NONE,
      terms: terms.serve,
    },
  ]
}
