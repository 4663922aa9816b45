import type { Weights } from './parameters.ts'

/** A rectangle of token rows with what to predict; several examples may share a row without seeing each other. */
export interface Batch {
  readonly rows: number
  /** Tokens per row, padding included. */
  readonly length: number
  /** Prediction slots per row, unused ones included. */
  readonly slots: number
  /** [rows, length] token ids. */
  readonly ids: Int32Array<ArrayBuffer>
  /** [rows, length] the first position in the row that a token sees. */
  readonly seesFrom: Int32Array<ArrayBuffer>
  /** [rows, length] the last position in the row that a token sees; beyond itself inside a prompt. */
  readonly seesTo: Int32Array<ArrayBuffer>
  /** [rows, slots] the positions whose output predicts. */
  readonly positions: Int32Array<ArrayBuffer>
  /** [rows, slots] the token to be predicted there. */
  readonly targets: Int32Array<ArrayBuffer>
  /** [rows, slots] each prediction's share of the loss, 0 for an unused slot. */
  readonly weights: Float32Array<ArrayBuffer>
}

/** Everything an optimizer step reads and changes. */
export interface EngineState {
  /** Optimizer steps taken. */
  readonly step: number
  readonly weights: Weights
  /** AdamW's running mean of the gradient. */
  readonly firstMoments: Weights
  /** AdamW's running mean of the squared gradient. */
  readonly secondMoments: Weights
}

/** What one optimizer step reports. */
export interface StepReport {
  /** The weighted mean token loss of the step's batches, before the update, in nats. */
  readonly loss: number
  /** The Euclidean norm of the whole gradient before clipping. */
  readonly gradientNorm: number
}

/** A training engine; it holds one model at a time and is used from one thread. */
export interface Engine {
  /** Takes over a state, replacing an earlier one. */
  load(state: EngineState): void
  /** One AdamW update from the summed gradient of the batches; their weights must sum to 1. */
  step(batches: readonly Batch[], learningRate: number, dropoutKey: number): StepReport
  /** The weighted loss of a batch without learning from it. */
  evaluate(batch: Batch): number
  /** A copy of the present state. */
  export(): EngineState
  /** Frees the model; the engine is unusable afterwards. */
  dispose(): void
}
