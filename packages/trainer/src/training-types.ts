import type { TrainingExample } from './chat.ts'
import type { Hyperparameters } from './base-models.ts'

/** A whole training, described so that the same request always leads to the same model on the same machine. */
export interface TrainingRequest {
  /**
   * A directory that this training owns; it is made when it is missing.
   * When it holds a checkpoint of the same request, training goes on from there; when it holds another request's, it is refused.
   */
  readonly directory: string
  /** A key of `BASE_MODELS`, or the directory of a model trained before, which is then tuned further with its own tokenizer. */
  readonly baseModel: string
  readonly training: readonly TrainingExample[]
  /** Measured after each epoch and at the end; never learned from. */
  readonly validation?: readonly TrainingExample[]
  /** What is left out takes the base model's default. */
  readonly hyperparameters?: Partial<Hyperparameters>
  /** Fixes the initial weights, the order of the examples and everything else that is drawn; a 32-bit integer. */
  readonly seed: number
}

/** What a training reports, in the order in which it happens. */
export type TrainingEvent = TrainingStarted | TrainingStep | TrainingValidation | TrainingCheckpoint

export interface TrainingStarted {
  readonly type: 'started'
  readonly totalSteps: number
  readonly epochs: number
  /** Weights of the model, smaller than the base model's figure when the dataset has a small vocabulary. */
  readonly parameters: number
  readonly vocabulary: number
  /** Present when an interrupted training goes on: the next step event is the one after this step. */
  readonly resumedFromStep?: number
}

export interface TrainingStep {
  readonly type: 'step'
  /** From 1 to `totalSteps`. */
  readonly step: number
  readonly totalSteps: number
  /** The pass over the training examples that this step belongs to, from 1. */
  readonly epoch: number
  /** Mean loss of the assistant tokens of the step's examples before the update, in nats. */
  readonly loss: number
  readonly learningRate: number
  readonly gradientNorm: number
  /** Tokens trained on so far, those only read included, padding not. */
  readonly tokens: number
  /** Tokens of this step divided by its duration. */
  readonly tokensPerSecond: number
}

export interface TrainingValidation {
  readonly type: 'validation'
  readonly step: number
  /** Mean loss over all assistant tokens of the validation examples, in nats. */
  readonly loss: number
}

export interface TrainingCheckpoint {
  readonly type: 'checkpoint'
  readonly step: number
  /** A model directory that `loadModel` opens; only the last two are kept. */
  readonly directory: string
}

/** What a finished training leaves. */
export interface TrainingResult {
  /** Holds model.safetensors, tokenizer.json and config.json. */
  readonly modelDirectory: string
  readonly steps: number
  /** The loss of the last step. */
  readonly finalLoss: number
  /** The last validation loss, when there were validation examples. */
  readonly validationLoss?: number
  readonly trainedTokens: number
  /** Time spent in training steps and validation, over all resumed runs. */
  readonly seconds: number
}

export interface TrainingOptions {
  /** Stops at the end of the step under way, writes a checkpoint and rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: TrainingEvent) => void
  /** Steps between checkpoints; by default an epoch, but between 10 and 100. */
  readonly checkpointEverySteps?: number
}
