import type { OpenAI } from 'openai'
import {
  choice,
  either,
  list,
  map,
  nullable,
  number,
  object,
  optional,
  text,
  whole,
  type ShapeOf,
} from '../server/shape.ts'
import { GRADER } from './graders.ts'

/** What a job is created with, in the SDK's types. */
export type JobRequest = OpenAI.FineTuning.JobCreateParams

const auto = choice('auto')

const HYPERPARAMETERS = {
  batch_size: optional(either(auto, whole({ minimum: 1, maximum: 256 }))),
  learning_rate_multiplier: optional(either(auto, number({ above: 0 }))),
  n_epochs: optional(either(auto, whole({ minimum: 1, maximum: 50 }))),
}

const METHOD = object({
  type: choice('supervised', 'dpo', 'reinforcement'),
  supervised: optional(object({ hyperparameters: optional(object(HYPERPARAMETERS)) })),
  dpo: optional(
    object({
      hyperparameters: optional(
        object({ ...HYPERPARAMETERS, beta: optional(either(auto, number({ above: 0, maximum: 2 }))) }),
      ),
    }),
  ),
  reinforcement: optional(
    object({
      grader: GRADER,
      hyperparameters: optional(
        object({
          ...HYPERPARAMETERS,
          reasoning_effort: optional(choice('default', 'low', 'medium', 'high')),
          compute_multiplier: optional(either(auto, number({ above: 0.00001, maximum: 10 }))),
          eval_interval: optional(either(auto, whole({ minimum: 1 }))),
          eval_samples: optional(either(auto, whole({ minimum: 1 }))),
        }),
      ),
    }),
  ),
})

/** Up to 16 pairs, as everywhere at OpenAI. */
export const METADATA = nullable(map(text({ maximum: 512 }), { maximum: 16, longestKey: 64 }))

/** `CreateFineTuningJobRequest` of the vendor's schema. */
export const JOB_REQUEST: ShapeOf<JobRequest> = object({
  model: text({ minimum: 1 }),
  training_file: text({ minimum: 1 }),
  validation_file: optional(nullable(text({ minimum: 1 }))),
  hyperparameters: optional(object(HYPERPARAMETERS)),
  method: optional(METHOD),
  suffix: optional(nullable(text({ minimum: 1, maximum: 64 }))),
  seed: optional(nullable(whole({ minimum: 0, maximum: 2147483647 }))),
  integrations: optional(
    nullable(
      list(
        object({
          type: choice('wandb'),
          wandb: object({
            project: text(),
            name: optional(nullable(text())),
            entity: optional(nullable(text())),
            tags: optional(list(text())),
          }),
        }),
        { maximum: 5 },
      ),
    ),
  ),
  metadata: optional(METADATA),
})
