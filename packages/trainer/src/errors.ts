/** The closed set of reasons for which this package refuses or fails. */
export type TrainerErrorCode =
  | 'invalid-request'
  | 'invalid-example'
  | 'example-too-long'
  | 'directory-in-use'
  | 'broken-model'
  | 'write-failed'
  | 'training-diverged'
  | 'worker-failed'

const brand = Symbol.for('anytune.trainer.error')

/** The one error class of this package; messages name positions and counts, never the text of an example. */
export class TrainerError extends Error {
  override readonly name = 'TrainerError'
  readonly code: TrainerErrorCode
  readonly [brand] = true

  constructor(code: TrainerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** True for an error of this package, also when it was thrown by another copy of it. */
export function isTrainerError(error: unknown): error is TrainerError {
  return typeof error === 'object' && error !== null && brand in error
}
