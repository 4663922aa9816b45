import type { Capabilities } from '@anytune/core/driver'

// The v1 schema has no upper bounds for these; the service judges.
const HYPERPARAMETERS = {
  epochs: { minimum: 1, integer: true },
  batchSize: { minimum: 1, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
} as const

const PREFERENCE = { ...HYPERPARAMETERS, beta: { exclusiveMinimum: 0, maximum: 2 } } as const

/**
 * What Azure OpenAI takes. Base models change monthly and by region, so that the known ones only spare a warning:
 * the service judges every model and method. Source: the v1 schema, and the vendor's page of supported models (October 2026).
 */
export const azureCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: HYPERPARAMETERS },
    preference: { format: 'openai-preference', hyperparameters: PREFERENCE },
    // Its grader is in providerOptions.azure; that it needs validation rows is from the vendor's guide.
    reinforcement: { format: 'openai-reinforcement', hyperparameters: HYPERPARAMETERS, validationRequired: true },
  },
  fields: {
    validation: {},
    // 40 and no dot by the dated schema and the documentation; the v1 schema says 64, and the service refuses a dot.
    suffix: { maximumLength: 40, pattern: '[A-Za-z0-9_-]+' },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
    // The service has 16; two are the adapter's own: which attempt made the job, and which numbers were asked for.
    metadata: { maximumPairs: 14, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: {
    exhaustive: false,
    known: {
      'gpt-4.1-2025-04-14': {},
      'gpt-4.1-mini-2025-04-14': {},
      'gpt-4.1-nano-2025-04-14': {},
      'gpt-4o-2024-08-06': {},
      'gpt-4o-mini-2024-07-18': {},
      'o4-mini-2025-04-16': {},
      'gpt-oss-20b': {},
    },
  },
} as const satisfies Capabilities
