import type { TrainingExample } from './chat.ts'
import { encodeExample, type Encoding } from './encode.ts'
import { TrainerError } from './errors.ts'
import { openStartingPoint, tokenizerFor } from './starting-point.ts'
import type { Tokenizer } from './tokenizer/tokenizer.ts'

/** Why an example cannot be trained on. */
export type ExampleProblem = 'too-long' | 'no-assistant-message' | 'malformed-message' | 'lone-surrogate'

/** An example that `train` would refuse. */
export interface ExampleIssue {
  readonly dataset: 'training' | 'validation'
  /** The position in its dataset, from 0. */
  readonly index: number
  readonly problem: ExampleProblem
  /** The example's length; 0 when it could not be encoded. */
  readonly tokens: number
  /** The base model's context. */
  readonly limit: number
}

/** What `train` would find. */
export interface ExampleReport {
  readonly contextTokens: number
  /** Tokens of one pass over the encodable training examples. */
  readonly trainingTokens: number
  /** The longest encodable example of both datasets. */
  readonly longestTokens: number
  readonly issues: readonly ExampleIssue[]
}

/** Counts tokens the way a training with these training examples would. */
export interface ExampleMeter {
  readonly contextTokens: number
  /** Tokens of an example, markers included; text that cannot be encoded is refused with `invalid-example`. */
  measure(example: TrainingExample): number
}

/**
 * Finds every example that `train` would refuse, before anything is trained; nothing is ever cut off.
 * The tokenizer is fitted to all training examples, so check again after leaving some out.
 */
export async function checkExamples(
  baseModel: string,
  training: readonly TrainingExample[],
  validation: readonly TrainingExample[] = [],
): Promise<ExampleReport> {
  const start = await openStartingPoint(baseModel)
  const tokenizer = tokenizerFor(start, training.filter(isEncodable))
  const checked = {
    training: encodeAll(tokenizer, training, 'training', start.contextTokens),
    validation: encodeAll(tokenizer, validation, 'validation', start.contextTokens),
  }
  const lengths = (encodings: readonly Encoding[]) => encodings.map(({ ids }) => ids.length)
  return {
    contextTokens: start.contextTokens,
    trainingTokens: lengths(checked.training.encodings).reduce((total, length) => total + length, 0),
    longestTokens: [...lengths(checked.training.encodings), ...lengths(checked.validation.encodings)].reduce(
      (one, other) => Math.max(one, other),
      0,
    ),
    issues: [...checked.training.issues, ...checked.validation.issues],
  }
}

/** A meter for rules that look at one example at a time. */
export async function createMeter(baseModel: string, training: readonly TrainingExample[]): Promise<ExampleMeter> {
  const start = await openStartingPoint(baseModel)
  const tokenizer = tokenizerFor(start, training.filter(isEncodable))
  return { contextTokens: start.contextTokens, measure: (example) => encodeExample(tokenizer, example).ids.length }
}

/** Encodes a dataset; the encodings are complete exactly when there is no issue. */
export function encodeAll(
  tokenizer: Tokenizer,
  examples: readonly TrainingExample[],
  dataset: ExampleIssue['dataset'],
  limit: number,
): { readonly encodings: readonly Encoding[]; readonly issues: readonly ExampleIssue[] } {
  const encodings: Encoding[] = []
  const issues: ExampleIssue[] = []
  for (const [index, example] of examples.entries()) {
    const issue = (problem: ExampleProblem, tokens = 0) => issues.push({ dataset, index, problem, tokens, limit })
    const problem = problemOf(example)
    if (problem !== undefined) {
      issue(problem)
      continue
    }
    const encoding = encodeExample(tokenizer, example)
    if (encoding.ids.length > limit) issue('too-long', encoding.ids.length)
    else encodings.push(encoding)
  }
  return { encodings, issues }
}

const descriptions: Readonly<Record<ExampleProblem, string>> = {
  'too-long': 'is longer than the context',
  'no-assistant-message': 'has no assistant message to learn',
  'malformed-message': 'has a message without a known role and text content',
  'lone-surrogate': 'holds half of a surrogate pair',
}

/** Refuses a dataset with issues; the message names the first and counts the rest. */
export function refuseIssues(issues: readonly ExampleIssue[]): void {
  const [first] = issues
  if (first === undefined) return
  const length = first.problem === 'too-long' ? ` (${first.tokens} tokens, at most ${first.limit})` : ''
  const others = issues.length === 1 ? '' : ` ${issues.length - 1} more cannot be used either.`
  throw new TrainerError(
    first.problem === 'too-long' ? 'example-too-long' : 'invalid-example',
    `The ${first.dataset} example at index ${first.index} ${descriptions[first.problem]}${length}.${others} Leave them out or shorten them; see checkExamples.`,
  )
}

/** Whether the tokenizer may be fitted to an example. */
export function isEncodable(example: TrainingExample): boolean {
  const problem = problemOf(example)
  return problem === undefined || problem === 'no-assistant-message'
}

const roles: readonly unknown[] = ['system', 'user', 'assistant']

function problemOf({ messages }: TrainingExample): ExampleProblem | undefined {
  const wellTyped =
    Array.isArray(messages) &&
    messages.every(({ role, content }) => roles.includes(role) && typeof content === 'string')
  if (!wellTyped) return 'malformed-message'
  if (!messages.every(({ content }) => content.isWellFormed())) return 'lone-surrogate'
  return messages.some(({ role }) => role === 'assistant') ? undefined : 'no-assistant-message'
}
