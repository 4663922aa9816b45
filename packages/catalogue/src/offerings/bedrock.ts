import type { FormatRecord, OfferingRecord, PriceRecord, RuleRecord } from '../record.ts'
import { BEDROCK_SOURCES } from './bedrock-sources.ts'
import { BEDROCK_VARIANTS, bedrockServingTerms, bedrockTrainingTerms } from './bedrock-terms.ts'
import { NOTHING } from '../nothing.ts'

const PREPARE = { source: BEDROCK_SOURCES.prepare, grade: 'vendor-page' } as const
const NOVA_PAGE = { source: BEDROCK_SOURCES.novaPrepare, grade: 'vendor-page' } as const
const VALIDATOR = { source: BEDROCK_SOURCES.novaValidator, grade: 'schema' } as const

const NOVA_1 = ['amazon.nova-micro-v1', 'amazon.nova-lite-v1', 'amazon.nova-pro-v1'] as const
const NOVA_2 = ['amazon.nova-2-lite-v1'] as const
const NOVA = [...NOVA_1, ...NOVA_2] as const
const LLAMA_3_1 = ['meta.llama3-1'] as const
const LLAMA = ['meta.llama3-1', 'meta.llama3-2', 'meta.llama3-3'] as const
const LLAMA_3_2_AND_3_3 = ['meta.llama3-2', 'meta.llama3-3'] as const
const CLAUDE_3 = ['anthropic.claude-3-haiku'] as const
const TURNS_OF = { models: [...NOVA, ...CLAUDE_3], ...PREPARE } as const

const GIB = 2 ** 30
const LARGER_GB = 'The source says GB; the larger reading of it is recorded.'
const CONTEXT = 'The vendor’s own tokenizer is not published: an estimate warns, and never refuses.'

const RULES: readonly RuleRecord[] = [
  // Amazon Nova
  { id: 'minimum-examples', limit: 8, unit: 'examples', models: NOVA_1, ...NOVA_PAGE },
  { id: 'minimum-examples', limit: 200, unit: 'examples', models: NOVA_2, methods: ['supervised'], ...VALIDATOR },
  { id: 'minimum-examples', limit: 100, unit: 'examples', models: NOVA_2, methods: ['reinforcement'], ...VALIDATOR },
  { id: 'maximum-examples', limit: 20_000, unit: 'examples', models: NOVA, ...NOVA_PAGE },
  {
    id: 'maximum-examples-together',
    limit: 20_000,
    unit: 'examples',
    models: NOVA,
    source: BEDROCK_SOURCES.quotas,
    grade: 'third-party',
  },
  { id: 'maximum-example-tokens', limit: 32_000, unit: 'tokens', models: NOVA_1, ...NOVA_PAGE, note: CONTEXT },
  {
    id: 'forbidden-text',
    texts: ['System:', 'User:', 'Bot:', 'Assistant:', 'Thought:', '[EOS]', '<image>', '<video>', '<unk>'],
    models: NOVA,
    ...VALIDATOR,
    note: 'In capitals or not; a job with one of these fails.',
  },
  { id: 'maximum-images', limit: 10, unit: 'images', models: NOVA, ...NOVA_PAGE },
  { id: 'maximum-image-bytes', limit: 10 * 2 ** 20, unit: 'bytes', models: NOVA, ...NOVA_PAGE },
  // Turns of both
  { id: 'alternating-turns', ...TURNS_OF },
  { id: 'first-turn', roles: ['user'], ...TURNS_OF },
  { id: 'last-turn', roles: ['assistant'], methods: ['supervised'], ...TURNS_OF },
  // Anthropic Claude 3 Haiku
  { id: 'minimum-examples', limit: 32, unit: 'examples', models: CLAUDE_3, ...PREPARE },
  { id: 'maximum-examples', limit: 10_000, unit: 'examples', models: CLAUDE_3, ...PREPARE },
  { id: 'maximum-validation-examples', limit: 1000, unit: 'examples', models: CLAUDE_3, ...PREPARE },
  { id: 'maximum-example-tokens', limit: 32_000, unit: 'tokens', models: CLAUDE_3, ...PREPARE, note: CONTEXT },
  { id: 'maximum-file-bytes', limit: 10 * GIB, unit: 'bytes', models: CLAUDE_3, ...PREPARE, note: LARGER_GB },
  { id: 'maximum-validation-file-bytes', limit: GIB, unit: 'bytes', models: CLAUDE_3, ...PREPARE, note: LARGER_GB },
  // Meta Llama 3
  { id: 'minimum-examples-together', limit: 100, unit: 'examples', models: LLAMA, ...PREPARE },
  { id: 'maximum-examples-together', limit: 10_000, unit: 'examples', models: LLAMA, ...PREPARE },
  {
    id: 'maximum-example-tokens',
    limit: 16_000,
    unit: 'tokens',
    models: LLAMA,
    ...PREPARE,
    note: `Prompt and completion together; of the 90B model 10,000. ${CONTEXT}`,
  },
  {
    id: 'maximum-example-tokens',
    limit: 10_000,
    unit: 'tokens',
    models: ['meta.llama3-2-90b'],
    ...PREPARE,
    note: CONTEXT,
  },
]

const FORMATS: readonly FormatRecord[] = [
  { format: 'bedrock-conversation-2024', models: [...NOVA, ...LLAMA_3_2_AND_3_3], methods: ['supervised'], ...PREPARE },
  { format: 'claude-3', models: CLAUDE_3, methods: ['supervised'], ...PREPARE },
  { format: 'prompt-completion', models: LLAMA_3_1, methods: ['supervised'], ...PREPARE },
]

const PER_THOUSAND = { item: 'training', currency: 'USD', per: 'thousand-tokens' } as const

const PRICES: readonly PriceRecord[] = [
  {
    ...PER_THOUSAND,
    amount: 0.001,
    model: 'amazon.nova-micro-v1:0:128k',
    source: BEDROCK_SOURCES.blog,
    grade: 'vendor-example',
  },
  {
    ...PER_THOUSAND,
    amount: 0.00378,
    model: 'amazon.nova-2-lite-v1:0:256k',
    source: BEDROCK_SOURCES.usageTypes,
    grade: 'third-party',
  },
  {
    item: 'storage',
    amount: 1.95,
    currency: 'USD',
    per: 'month',
    model: 'amazon.nova-micro-v1:0:128k',
    source: BEDROCK_SOURCES.blog,
    grade: 'vendor-example',
  },
]

/** Customization by Amazon Bedrock, and asking the result, in the regions that it can be done in. Ends of models were not read: unknown. */
export const BEDROCK_OFFERINGS: readonly OfferingRecord[] = (['us-east-1', 'us-west-2'] as const).flatMap((region) => [
  {
    ...NOTHING,
    id: `bedrock/${region}/train`,
    title: `Amazon Bedrock, ${region}: customization`,
    operation: 'train',
    prices: PRICES,
    rules: RULES,
    formats: FORMATS,
    terms: bedrockTrainingTerms(`aws/${region}`),
  },
  {
    ...NOTHING,
    id: `bedrock/${region}/serve`,
    title: `Amazon Bedrock, ${region}: custom models`,
    operation: 'serve',
    terms: bedrockServingTerms(`aws/${region}`),
    variants: BEDROCK_VARIANTS,
  },
])
