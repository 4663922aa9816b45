import { EmulatorError } from '../errors.ts'
import { checkShape, choice, number, object, optional, text, whole } from '../server/shape.ts'

/** How a job goes, when a test wants it to go in a certain way. */
export interface Outcome {
  /**
   * `succeed`, the default; `refuse-data`: the vendor's moderation refuses the training data at validation; `fail`: it fails while it
   * trains; `refuse-model`: the finished model fails the vendor's safety evaluation.
   */
  readonly end?: 'succeed' | 'refuse-data' | 'fail' | 'refuse-model' | undefined
  /** Default: what the vendor says in that case. */
  readonly code?: string | undefined
  readonly message?: string | undefined
  /** Share of the steps after which `fail` strikes, from 0 to 1. Default 0.5. */
  readonly failAfter?: number | undefined
  /** Default: the emulator's. */
  readonly schedule?: Partial<Schedule> | undefined
  /** How many jobs go so, counted at their creation; afterwards all is as before. Default: all. */
  readonly jobs?: number | undefined
}

/** How long a job that follows the schedule stays in each state, in milliseconds of the emulator's clock. */
export interface Schedule {
  readonly validatingMilliseconds: number
  readonly queuedMilliseconds: number
  readonly stepMilliseconds: number
  /** Between the last step and the end. */
  readonly evaluatingMilliseconds: number
}

/** Quick, and long enough for a client to see each state. */
export const DEFAULT_SCHEDULE: Schedule = {
  validatingMilliseconds: 100,
  queuedMilliseconds: 100,
  stepMilliseconds: 10,
  evaluatingMilliseconds: 100,
}

/** An outcome from outside; throws an `EmulatorError` that says what is wrong. */
export function parseOutcome(value: unknown): Outcome {
  const violation = checkShape(OUTCOME, value)
  if (violation !== undefined) throw new EmulatorError(`outcome: ${violation.path} must be ${violation.expected}`)
  return value as Outcome // the shape says so
}

const duration = optional(number({ minimum: 0 }))

const OUTCOME = object({
  end: optional(choice('succeed', 'refuse-data', 'fail', 'refuse-model')),
  code: optional(text()),
  message: optional(text()),
  failAfter: optional(number({ minimum: 0, maximum: 1 })),
  schedule: optional(
    object({
      validatingMilliseconds: duration,
      queuedMilliseconds: duration,
      stepMilliseconds: duration,
      evaluatingMilliseconds: duration,
    }),
  ),
  jobs: optional(whole({ minimum: 1 })),
})
