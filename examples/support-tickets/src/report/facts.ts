import type { LossCurve } from '../curve.ts'
import type { Judgement } from '../evaluate.ts'
import type { Result } from '../table.ts'

/** One who answered tickets: the base model, the nearest neighbour, the fine-tuned model. */
export interface Contender extends Result {
  /** One for each ticket, in the order of the file. */
  readonly judgements: readonly Judgement[]
}

/** Names and values under a heading. */
export interface FactGroup {
  readonly heading: string
  readonly facts: Readonly<Record<string, string>>
}

/** Everything the report says; all of it was measured or set in the run that it is about. */
export interface ReportFacts {
  readonly base: Contender
  readonly neighbour: Contender
  readonly tuned: Contender
  /** The fine-tuned model on the tickets that it was trained on. */
  readonly trained: Contender
  readonly curve: LossCurve
  /** How long the training took, for people. */
  readonly trainingTime: string
  /** The base model in a sentence. */
  readonly baseModel: string
  /** What left the computer, and how that is known. */
  readonly privacy: string
  readonly groups: readonly FactGroup[]
  /** A command to type into a terminal. */
  readonly next: string
}
