import type { Capabilities } from '@anytune/core/driver'

// Bounds of OpenAI's published OpenAPI document 2.3.0 (CreateFineTuningJobRequest, FineTuneSupervisedHyperparameters,
// FineTuneDPOHyperparameters, FineTuneReinforcementHyperparameters); that reinforcement needs validation rows is from its guide.
const NUMBERS = {
  epochs: { minimum: 1, maximum: 50, integer: true },
  batchSize: { minimum: 1, maximum: 256, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
} as const
const PREFERENCE = { ...NUMBERS, beta: { exclusiveMinimum: 0, maximum: 2 } } as const

/** What OpenAI accepts. Which model takes which method changes by the month, and the service judges it. */
export const openaiCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: NUMBERS },
    preference: { format: 'openai-preference', hyperparameters: PREFERENCE },
    reinforcement: { format: 'openai-reinforcement', hyperparameters: NUMBERS, validationRequired: true },
  },
  fields: {
    validation: {},
    suffix: { maximumLength: 64 },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
    // One of the service's 16 pairs carries the attempt.
    metadata: { maximumPairs: 15, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: {
    exhaustive: false,
    known: {
      'gpt-4.1-2025-04-14': {},
      'gpt-4.1-mini-2025-04-14': {},
      'gpt-4o-2024-08-06': {},
      'gpt-4o-mini-2024-07-18': {},
      'o4-mini-2025-04-16': {},
    },
  },
} as const satisfies Capabilities
