import type { BaseModelCapability, Capabilities } from '@anytune/core/driver'
import { BASE_MODELS, DEFAULT_HYPERPARAMETERS, type BaseModel, type BaseModelId } from '@anytune/trainer'

// The ranges are the same for every base model: they bound what the trainer accepts, not what is wise.
const { epochs, batchSize, learningRate } = DEFAULT_HYPERPARAMETERS['scratch-tiny']

/** What the trainer on this computer takes; its base models are toys, and there are no others. */
export const localCapabilities = {
  methods: {
    supervised: {
      format: 'openai-chat',
      hyperparameters: {
        epochs: { minimum: epochs.minimum, maximum: epochs.maximum, integer: true },
        batchSize: { minimum: batchSize.minimum, maximum: batchSize.maximum, integer: true },
        learningRate: { minimum: learningRate.minimum, maximum: learningRate.maximum },
      },
    },
  },
  fields: {
    validation: {},
    // It is part of the name of the model's directory.
    suffix: { maximumLength: 40, pattern: '[A-Za-z0-9][A-Za-z0-9._-]*' },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: { exhaustive: true, known: baseModels() },
} as const satisfies Capabilities

/** The base model with this id; undefined when there is none. */
export function findBaseModel(id: string): BaseModel | undefined {
  return Object.values(BASE_MODELS).find((model) => model.id === id)
}

function baseModels(): Readonly<Record<BaseModelId, BaseModelCapability>> {
  const entries = Object.values(BASE_MODELS).map(({ id, description }) => [id, { description }])
  // One entry for each id of BASE_MODELS.
  return Object.fromEntries(entries) as Readonly<Record<BaseModelId, BaseModelCapability>>
}
