import type { FormatRecord, OfferingRecord, RuleRecord } from '../record.ts'
import { NOTHING } from '../nothing.ts'
import { TUNING_PAGE, VERTEX_SERVING_VARIANTS, vertexServingTerms, vertexTrainingTerms } from './vertex-terms.ts'

const PAGE = { source: TUNING_PAGE, grade: 'vendor-page' } as const
const PREFERENCE = { ...PAGE, methods: ['preference'] } as const

const RULES: readonly RuleRecord[] = [
  {
    id: 'maximum-example-tokens',
    limit: 131_072,
    unit: 'tokens',
    severity: 'warning',
    ...PAGE,
    note: 'The finished job tells how many examples were cut. The vendor’s own tokenizer is not counted in here.',
  },
  {
    id: 'maximum-file-bytes',
    limit: 2 ** 30,
    unit: 'bytes',
    ...PAGE,
    note: 'The source says 1 GB; the larger reading of GB is recorded.',
  },
  { id: 'maximum-examples', limit: 10_000_000, unit: 'examples', ...PAGE, note: 'Of text.' },
  { id: 'maximum-image-examples', limit: 300_000, unit: 'examples', ...PAGE, note: 'Of several media.' },
  {
    id: 'maximum-validation-examples',
    limit: 5000,
    unit: 'examples',
    ...PAGE,
    note: 'Or 30 % of the training dataset, where it has more than 1,000.',
  },
  { id: 'advised-examples', limit: 100, unit: 'examples', ...PAGE, note: 'At least so many are advised.' },
  { id: 'last-turn', roles: ['assistant'], methods: ['supervised'], ...PAGE },
  { id: 'text-only', ...PREFERENCE },
]

const FORMATS: readonly FormatRecord[] = [
  { format: 'gemini', methods: ['supervised'], ...PAGE },
  { format: 'gemini-preference', ...PREFERENCE },
]

/**
 * Tuning by Vertex AI in the regions that every model can be tuned in, and asking the result by the hosts that answer for it. Prices and
 * ends were not read for this catalogue yet: unknown.
 */
export const VERTEX_OFFERINGS: readonly OfferingRecord[] = [
  ...(['us-central1', 'europe-west4'] as const).map((region) => ({
    ...NOTHING,
    id: `vertex/${region}/train`,
    title: `Vertex AI, ${region}: tuning`,
    operation: 'train' as const,
    rules: RULES,
    formats: FORMATS,
    terms: vertexTrainingTerms(`google/${region}`),
  })),
  ...(['us', 'eu', 'global'] as const).map((host) => ({
    ...NOTHING,
    id: `vertex/${host}/serve`,
    title: `Vertex AI, host ${host}: tuned models`,
    operation: 'serve' as const,
    terms: vertexServingTerms(host === 'global' ? undefined : host),
    variants: VERTEX_SERVING_VARIANTS,
  })),
]
