import {
  anything,
  choice,
  either,
  list,
  map,
  nullable,
  number,
  object,
  optional,
  text,
  variants,
  whole,
  type Shape,
} from '../server/shape.ts'

const CONTENT_ITEM = either(
  text(),
  variants('type', {
    input_text: object({ text: text(), prompt_cache_breakpoint: optional(anything) }),
    output_text: object({ text: text() }),
    input_image: object({ image_url: text(), detail: optional(text()) }),
    input_audio: object({ input_audio: object({ data: text(), format: choice('mp3', 'wav') }) }),
  }),
)

const INPUT = list(
  object({
    role: choice('user', 'assistant', 'system', 'developer'),
    content: either(CONTENT_ITEM, list(CONTENT_ITEM)),
    type: optional(choice('message')),
  }),
)

const named = { name: text() }

const SIMPLE = {
  string_check: object({
    ...named,
    input: text(),
    reference: text(),
    operation: choice('eq', 'ne', 'like', 'ilike'),
  }),
  text_similarity: object({
    ...named,
    input: text(),
    reference: text(),
    evaluation_metric: choice(
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
    ),
  }),
  python: object({ ...named, source: text(), image_tag: optional(text()) }),
  score_model: object({
    ...named,
    model: text(),
    input: INPUT,
    range: optional(list(number(), { minimum: 2, maximum: 2 })),
    sampling_params: optional(
      object({
        seed: optional(nullable(whole())),
        top_p: optional(nullable(number())),
        temperature: optional(nullable(number())),
        max_completions_tokens: optional(nullable(whole({ minimum: 1 }))),
        reasoning_effort: optional(nullable(choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'))),
      }),
    ),
  }),
}

const LABEL_MODEL = object({
  ...named,
  model: text(),
  input: INPUT,
  labels: list(text()),
  passing_labels: list(text()),
})

/** The parts of a multi grader: a map by name on the wire and in the guide; the schema writes a single grader. */
const PARTS = map(variants('type', { ...SIMPLE, label_model: LABEL_MODEL }))

/** A grader of reinforcement. */
export const GRADER: Shape = variants('type', {
  ...SIMPLE,
  multi: object({ ...named, graders: PARTS, calculate_output: text() }),
})
