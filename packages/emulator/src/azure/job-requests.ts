import {
  anything,
  choice,
  either,
  list,
  map,
  nullable,
  number,
  object,
  openObject,
  optional,
  text,
  variants,
  whole,
  type Member,
  type Shape,
} from '../server/shape.ts'

/** `auto` may be said as -1, which is also how the service says it. */
const wholeOrAuto = optional(either(whole({ minimum: 1 }), choice('auto'), whole({ minimum: -1, maximum: -1 })))
const numberOrAuto = optional(either(number({ above: 0 }), choice('auto')))

const hyperparameters = (more: Readonly<Record<string, Member>> = {}) =>
  optional(object({ n_epochs: wholeOrAuto, batch_size: wholeOrAuto, learning_rate_multiplier: numberOrAuto, ...more }))

/** Documented for both APIs and in the schema of neither; whether it is one that exists is asked of the value. */
const trainingType = optional(text())

const suffixOf = (maximum: number) => text({ minimum: 1, maximum, pattern: /^[A-Za-z0-9_-]+$/ })
const seed = whole({ minimum: 0, maximum: 2_147_483_647 })

const simpleGraders = {
  string_check: object({
    name: text(),
    input: text(),
    reference: text(),
    operation: choice('eq', 'ne', 'like', 'ilike'),
  }),
  text_similarity: object({
    name: text(),
    input: text(),
    reference: text(),
    evaluation_metric: choice(
      'fuzzy_match',
      'bleu',
      'gleu',
      'meteor',
      'rouge_1',
      'rouge_2',
      'rouge_3',
      'rouge_4',
      'rouge_5',
      'rouge_l',
    ),
  }),
  score_model: object({
    name: text(),
    model: text(),
    input: list(openObject({})),
    range: optional(list(number(), { minimum: 2, maximum: 2 })),
    sampling_params: optional(anything),
  }),
} satisfies Record<string, Shape>

/** `AzureFineTuneReinforcementMethod`: no python grader and no label grader. */
const grader = variants('type', {
  ...simpleGraders,
  multi: object({ name: text(), graders: map(variants('type', simpleGraders)), calculate_output: text() }),
})

/** `OpenAI.CreateFineTuningJobRequest` of the v1 API, and `trainingType`. */
export const CREATE_JOB_V1 = object({
  model: text({ minimum: 1 }),
  training_file: text({ minimum: 1 }),
  validation_file: optional(nullable(text())),
  hyperparameters: hyperparameters(),
  suffix: optional(nullable(suffixOf(64))),
  seed: optional(nullable(seed)),
  trainingType,
  metadata: optional(map(text({ maximum: 512 }), { maximum: 16, longestKey: 64 })),
  integrations: optional(
    nullable(
      list(
        variants('type', {
          wandb: object({
            wandb: object({
              project: text(),
              name: optional(nullable(text())),
              entity: optional(nullable(text())),
              tags: optional(list(text())),
            }),
          }),
        }),
      ),
    ),
  ),
  method: optional(
    variants('type', {
      supervised: object({ supervised: optional(object({ hyperparameters: hyperparameters() })) }),
      dpo: object({ dpo: optional(object({ hyperparameters: hyperparameters({ beta: numberOrAuto }) })) }),
      reinforcement: object({
        reinforcement: object({
          grader,
          response_format: optional(openObject({})),
          hyperparameters: hyperparameters({
            reasoning_effort: optional(choice('default', 'low', 'medium', 'high')),
            compute_multiplier: numberOrAuto,
            eval_interval: wholeOrAuto,
            eval_samples: wholeOrAuto,
          }),
        }),
      }),
    }),
  ),
})

const datedWhole = optional(either(whole({ minimum: 1 }), whole({ minimum: -1, maximum: -1 })))
const datedHyperparameters = (more: Readonly<Record<string, Member>> = {}) =>
  optional(
    object({
      n_epochs: datedWhole,
      batch_size: datedWhole,
      learning_rate_multiplier: optional(number({ above: 0 })),
      ...more,
    }),
  )

/** `FineTuningJobCreation` of 2025-04-01-preview, and `trainingType`: numbers without `auto`, no metadata, no reinforcement. */
export const CREATE_JOB_DATED = object({
  model: text({ minimum: 1 }),
  training_file: text({ minimum: 1 }),
  validation_file: optional(text()),
  hyperparameters: datedHyperparameters(),
  suffix: optional(suffixOf(40)),
  seed: optional(seed),
  trainingType,
  integrations: optional(
    list(variants('type', { wandb: object({ wandb: object({ project: text({ minimum: 1 }) }) }) })),
  ),
  method: optional(
    variants('type', {
      supervised: object({}),
      dpo: object({
        dpo: object({
          hyperparameters: datedHyperparameters({
            beta: optional(number({ above: 0 })),
            l2_multiplier: optional(number({ minimum: 0 })),
          }),
        }),
      }),
    }),
  ),
})
