import type { Capabilities } from '@anytune/core/driver'

// Bounds of OpenAI's published OpenAPI document 2.3.0; a compatible host that has others refuses what it does not take.
const NUMBERS = {
  epochs: { minimum: 1, maximum: 50, integer: true },
  batchSize: { minimum: 1, maximum: 256, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
} as const
const PREFERENCE = { ...NUMBERS, beta: { exclusiveMinimum: 0, maximum: 2 } } as const

const SUPERVISED = { format: 'openai-chat', hyperparameters: NUMBERS } as const

const COMMON = {
  fields: {
    validation: {},
    suffix: { maximumLength: 64 },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
    // One of the 16 pairs carries the attempt.
    metadata: { maximumPairs: 15, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  // A host has models of its own, of which nothing is known here.
  baseModels: { exhaustive: false, known: {} },
} as const

/** What a compatible host is taken to accept, by the form in which it wants hyperparameters: the legacy form has no word for a method. */
export const compatibleCapabilities = {
  method: {
    ...COMMON,
    methods: { supervised: SUPERVISED, preference: { format: 'openai-preference', hyperparameters: PREFERENCE } },
  },
  legacy: { ...COMMON, methods: { supervised: SUPERVISED } },
} as const satisfies Readonly<Record<'method' | 'legacy', Capabilities>>
