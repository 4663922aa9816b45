import type { RuleRecord } from '../record.ts'
import { AZURE_SOURCES } from './azure-sources.ts'
import { LEARNED_FROM_ROWS, OPENAI_IMAGE_TYPES } from './openai-rules.ts'

const DATASET = { source: AZURE_SOURCES.dataset, grade: 'vendor-page' } as const
const LIMITS = { source: AZURE_SOURCES.limits, grade: 'vendor-page' } as const
const VISION = { ...DATASET, methods: ['supervised'] } as const

/** Rules of Azure, the same for all training types. */
export const AZURE_RULES: readonly RuleRecord[] = [
  { id: 'minimum-examples', limit: 10, unit: 'examples', ...DATASET },
  {
    id: 'maximum-file-bytes',
    limit: 512 * 2 ** 20,
    unit: 'bytes',
    ...DATASET,
    note: 'The source says "less than 512 MB"; the larger reading of MB is recorded. The portal takes 200 MB.',
  },
  {
    id: 'maximum-example-tokens',
    limit: 65_536,
    unit: 'tokens',
    severity: 'warning',
    models: ['gpt-4.1', 'gpt-4o'],
    methods: LEARNED_FROM_ROWS,
    source: AZURE_SOURCES.openaiGuide,
    grade: 'unverified',
    note: 'OpenAI says it of the same models at its own service: a longer example is cut at its end, and nothing says so.',
  },
  { id: 'maximum-images', limit: 64, unit: 'images', ...VISION },
  {
    id: 'maximum-image-bytes',
    limit: 10 * 2 ** 20,
    unit: 'bytes',
    ...VISION,
    note: 'The source says 10 MB; the larger reading of MB is recorded.',
  },
  { id: 'image-types', texts: OPENAI_IMAGE_TYPES, ...VISION },
  { id: 'maximum-image-examples', limit: 50_000, unit: 'examples', ...VISION },
  {
    id: 'maximum-suffix-characters',
    limit: 40,
    unit: 'characters',
    source: AZURE_SOURCES.schema,
    grade: 'schema',
    note: 'Letters, digits, "-" and "_"; no dot. The v1 document has 64, the dated API 40.',
  },
  { id: 'maximum-files-of-a-resource', limit: 100, unit: 'files', ...LIMITS },
  {
    id: 'maximum-bytes-of-a-resource',
    limit: 2 ** 30,
    unit: 'bytes',
    ...LIMITS,
    note: 'All fine-tuning files together.',
  },
  { id: 'maximum-jobs-of-a-resource', limit: 100, unit: 'jobs', ...LIMITS },
  { id: 'maximum-queued-jobs', limit: 20, unit: 'jobs', ...LIMITS },
  { id: 'maximum-job-hours', limit: 720, unit: 'hours', ...LIMITS },
  {
    id: 'maximum-tokens-times-epochs',
    limit: 2_000_000_000,
    unit: 'tokens',
    methods: LEARNED_FROM_ROWS,
    ...LIMITS,
  },
  {
    id: 'pause-of-reinforcement',
    limit: 5000,
    unit: 'USD',
    source: AZURE_SOURCES.reinforcement,
    grade: 'vendor-page',
    note: 'A reinforcement job pauses by itself once it has cost this much; resuming takes the cap away.',
  },
]
