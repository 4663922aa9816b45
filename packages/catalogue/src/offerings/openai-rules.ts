import type { FormatRecord, MethodName, RuleRecord } from '../record.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const GUIDE = { source: OPENAI_SOURCES.supervisedGuide, grade: 'vendor-page' } as const
const VISION = { source: OPENAI_SOURCES.visionGuide, grade: 'vendor-page', methods: ['supervised'] } as const
const CLIENT = { source: OPENAI_SOURCES.client, grade: 'schema' } as const
const SCHEMA = { source: OPENAI_SOURCES.schema, grade: 'schema' } as const

/** Media types of images that OpenAI and Azure take. */
export const OPENAI_IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const

/** Methods that learn from what rows say; reinforcement is charged and limited in another way. */
export const LEARNED_FROM_ROWS = ['supervised', 'preference'] as const satisfies readonly MethodName[]

/** Rules of OpenAI's own hosts. */
export const OPENAI_RULES: readonly RuleRecord[] = [
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
    severity: 'warning',
    models: ['gpt-4.1', 'gpt-4o'],
    methods: LEARNED_FROM_ROWS,
    ...GUIDE,
    note: 'A longer example is cut at its end, and nothing says so.',
  },
  {
    id: 'text-and-images-only',
    ...SCHEMA,
    note: 'FineTuneChatRequestInput and FineTuneReinforcementRequestInput: audio and files are not supported for fine-tuning.',
  },
  { id: 'maximum-images', limit: 10, unit: 'images', ...VISION },
  {
    id: 'maximum-image-bytes',
    limit: 10 * 2 ** 20,
    unit: 'bytes',
    ...VISION,
    note: 'The source says 10 MB; the larger reading of MB is recorded.',
  },
  { id: 'image-types', texts: OPENAI_IMAGE_TYPES, ...VISION },
  { id: 'maximum-image-examples', limit: 50_000, unit: 'examples', ...VISION },
  { id: 'maximum-suffix-characters', limit: 64, unit: 'characters', ...SCHEMA },
]

/** What OpenAI and Azure read; the schema defines a row for each method. */
export const OPENAI_FORMATS: readonly FormatRecord[] = [
  { format: 'openai-chat', methods: ['supervised'], ...SCHEMA },
  { format: 'prompt-completion', methods: ['supervised'], models: ['davinci-002', 'babbage-002'], ...SCHEMA },
  { format: 'openai-preference', methods: ['preference'], ...SCHEMA },
  { format: 'openai-reinforcement', methods: ['reinforcement'], ...SCHEMA },
]
