import type { TrainerErrorCode } from '../errors.ts'
import type { TrainingEvent, TrainingRequest, TrainingResult } from '../training-types.ts'

/** What the worker is started with. */
export interface WorkerTask {
  readonly request: TrainingRequest
  readonly checkpointEverySteps: number | undefined
  /** One shared number: 1 asks the worker to stop; it looks between steps, where no message could reach it. */
  readonly stop: Int32Array
}

/** What the worker sends; exactly one message is not an event, and it is the last. */
export type WorkerMessage =
  | { readonly kind: 'event'; readonly event: TrainingEvent }
  | { readonly kind: 'finished'; readonly result: TrainingResult }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed'
      readonly code: TrainerErrorCode | undefined
      readonly message: string
      readonly stack: string | undefined
    }
