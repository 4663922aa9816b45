import type { TrainingData } from './training-data.ts'
import type { Outcome } from './outcome.ts'

/** Where a job is. A vendor has its own word for each. */
export type Phase = 'validating' | 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled'

/** A training as the engine needs to know it, whatever the vendor. */
export interface TrainingOrder {
  readonly method: 'supervised' | 'dpo' | 'reinforcement'
  readonly training: TrainingData
  readonly validation?: TrainingData | undefined
  /** What is left out is the engine's choice. */
  readonly epochs?: number | undefined
  readonly batchSize?: number | undefined
  readonly learningRateMultiplier?: number | undefined
  readonly seed: number
  /** The tuned model that is tuned further. */
  readonly startFrom?: ModelArtifact | undefined
  /** What the vendor's own check of the files found; the job fails with it at the end of its validation. */
  readonly problem?: Failure | undefined
  readonly outcome: Outcome
}

/** What a training leaves to answer with. Without a directory it was never really trained, and says so when asked. */
export interface ModelArtifact {
  readonly directory?: string | undefined
}

export interface Failure {
  /** Why, in the engine's words; a vendor has its own code and text for the first three. */
  readonly reason: 'refused-data' | 'refused-model' | 'failed' | 'bad-file'
  readonly code?: string | undefined
  readonly message?: string | undefined
  /** The request's member that is to blame. */
  readonly param?: string | undefined
}

/** Something that happened to a job; `at` is in milliseconds of the emulator's clock. */
export type LifeEntry =
  | { readonly at: number; readonly type: 'phase'; readonly phase: Phase; readonly from: Phase | undefined }
  /** The engine has chosen what was left to it. */
  | { readonly at: number; readonly type: 'settings'; readonly settings: Settings }
  | ({ readonly at: number; readonly type: 'step' } & Metrics)
  | ({ readonly at: number; readonly type: 'checkpoint'; readonly artifact: ModelArtifact } & Metrics)
  /** All steps are done, and the model is being looked at. */
  | { readonly at: number; readonly type: 'evaluating' }

export interface Settings {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRateMultiplier: number
  readonly totalSteps: number
}

/** Losses are means over tokens, in nats; accuracies are shares of tokens. What the engine does not measure is absent. */
export interface Metrics {
  readonly step: number
  readonly totalSteps: number
  readonly trainLoss: number
  readonly trainAccuracy?: number | undefined
  readonly validLoss?: number | undefined
  readonly validAccuracy?: number | undefined
  /** Over the whole validation data, at the end of an epoch. */
  readonly fullValidLoss?: number | undefined
  readonly fullValidAccuracy?: number | undefined
  /** Of reinforcement, from 0 to 1. */
  readonly trainReward?: number | undefined
  readonly validReward?: number | undefined
}

/** A job's course. */
export interface Life {
  /** Brings the job up to the clock and shows it; entries are only ever added. */
  look(): LifeView
  /** False when the job's phase does not allow it. */
  cancel(): boolean
  pause(): boolean
  resume(): boolean
}

export interface LifeView {
  readonly phase: Phase
  readonly entries: readonly LifeEntry[]
  readonly settings?: Settings | undefined
  readonly failure?: Failure | undefined
  /** Present on a job that succeeded. */
  readonly model?: ModelArtifact | undefined
  /** Tokens that were trained on, present at the end of a job that trained. */
  readonly trainedTokens?: number | undefined
  /** Present at the end, in milliseconds of the emulator's clock. */
  readonly finishedAt?: number | undefined
  /** While it is being worked on and can be foreseen. */
  readonly estimatedFinish?: number | undefined
}

/** True for a phase that nothing follows. */
export function isOver(phase: Phase): boolean {
  return phase === 'succeeded' || phase === 'failed' || phase === 'cancelled'
}
