import { createHash } from 'node:crypto'
import type { TrainingExample } from './chat.ts'
import type { Hyperparameters } from './base-models.ts'

/** What decides a training's outcome. */
export interface FingerprintParts {
  readonly baseModel: string
  /** The weights that training starts from, when they are not drawn from the seed. */
  readonly startingWeights?: Uint8Array
  readonly training: readonly TrainingExample[]
  readonly validation: readonly TrainingExample[]
  readonly hyperparameters: Hyperparameters
  readonly seed: number
}

/** Raised whenever the same request would train differently than before. */
const recipeVersion = 1

/** A SHA-256 that is equal exactly for requests that lead to the same training. */
export function fingerprintOf(parts: FingerprintParts): string {
  const { epochs, batchSize, learningRate } = parts.hyperparameters
  const hash = createHash('sha256')
  hash.update(JSON.stringify([recipeVersion, parts.baseModel, epochs, batchSize, learningRate, parts.seed]))
  if (parts.startingWeights !== undefined) hash.update(parts.startingWeights)
  for (const examples of [parts.training, parts.validation]) {
    hash.update(`\n${examples.length}\n`)
    for (const { messages } of examples)
      hash.update(`${JSON.stringify(messages.map(({ role, content }) => [role, content]))}\n`)
  }
  return hash.digest('hex')
}
