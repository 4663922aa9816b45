import { z } from 'zod'

// Source of every shape here: OpenAI's published OpenAPI document 2.3.0 (openai/openai-openapi, 2026-08-21), schemas Grader*,
// EvalItem and FineTuneReinforcementHyperparameters. `GraderMulti.graders` is a map by name, as the service documents it and
// Azure's v1 schema types it; the schema of OpenAI's own document has a single grader there.

const name = z.string().min(1)

/** A part of a grader's message; templates such as `{{item.label}}` are filled in by the service. */
const part = z.union([
  z.string(),
  z.strictObject({ type: z.literal('input_text'), text: z.string() }),
  z.strictObject({ type: z.literal('output_text'), text: z.string() }),
  z.strictObject({ type: z.literal('input_image'), image_url: z.string(), detail: z.string().optional() }),
  z.strictObject({
    type: z.literal('input_audio'),
    input_audio: z.strictObject({ data: z.string(), format: z.enum(['mp3', 'wav']) }),
  }),
])

const message = z.strictObject({
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.union([part, z.array(part).min(1)]),
  type: z.literal('message').optional(),
})

const stringCheck = z.strictObject({
  type: z.literal('string_check'),
  name,
  input: z.string(),
  reference: z.string(),
  operation: z.enum(['eq', 'ne', 'like', 'ilike']),
})

const textSimilarity = z.strictObject({
  type: z.literal('text_similarity'),
  name,
  input: z.string(),
  reference: z.string(),
  evaluation_metric: z.enum([
    'cosine',
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
  ]),
})

const python = z.strictObject({
  type: z.literal('python'),
  name,
  source: z.string().min(1),
  image_tag: z.string().optional(),
})

const scoreModel = z.strictObject({
  type: z.literal('score_model'),
  name,
  model: z.string().min(1),
  input: z.array(message).min(1),
  range: z.tuple([z.number(), z.number()]).optional(),
  sampling_params: z
    .strictObject({
      seed: z.int().nullable().optional(),
      top_p: z.number().nullable().optional(),
      temperature: z.number().nullable().optional(),
      max_completions_tokens: z.int().min(1).nullable().optional(),
      reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullable().optional(),
    })
    .optional(),
})

const labelModel = z.strictObject({
  type: z.literal('label_model'),
  name,
  model: z.string().min(1),
  input: z.array(message).min(1),
  labels: z.array(z.string()).min(1),
  passing_labels: z.array(z.string()).min(1),
})

const multi = z.strictObject({
  type: z.literal('multi'),
  name,
  /** By the names that `calculate_output` uses. */
  graders: z
    .record(name, z.discriminatedUnion('type', [stringCheck, textSimilarity, python, scoreModel, labelModel]))
    .refine((graders) => Object.keys(graders).length > 0, 'needs at least one grader'),
  calculate_output: z.string().min(1),
})

/** A grader in the service's own spelling. */
export const graderSchema = z.discriminatedUnion('type', [stringCheck, textSimilarity, python, scoreModel, multi])

/** Judges what the model samples: its own words, as the service documents them. */
export type Grader = z.infer<typeof graderSchema>

/** What reinforcement training needs beside its rows. An absent number is the service's own. */
export const reinforcementSchema = z.strictObject({
  grader: graderSchema,
  /** Factor on the compute that goes into exploring: more than 0.00001, at most 10. */
  computeMultiplier: z.number().gt(0.00001).max(10).optional(),
  /** Training steps between evaluations. */
  evalInterval: z.int().min(1).optional(),
  /** Samples of each evaluation. */
  evalSamples: z.int().min(1).optional(),
  reasoningEffort: z.enum(['default', 'low', 'medium', 'high']).optional(),
})

/** Options of a reinforcement job. */
export type Reinforcement = z.infer<typeof reinforcementSchema>
