import { encodeAll, isEncodable, refuseIssues } from './check-examples.ts'
import type { Encoding } from './encode.ts'
import { TrainerError } from './errors.ts'
import { fingerprintOf } from './fingerprint.ts'
import { planSchedule, type Schedule } from './schedule.ts'
import {
  completeHyperparameters,
  initialModel,
  openStartingPoint,
  tokenizerFor,
  weightsDigest,
} from './starting-point.ts'
import type { StoredModel } from './store/model-files.ts'
import type { TrainingRequest } from './training-types.ts'

/** A request made ready: everything about a training that is decided before its first step. */
export interface PreparedTraining {
  readonly fingerprint: string
  readonly seed: number
  readonly epochs: number
  /** The model before the first step. */
  readonly model: StoredModel
  readonly training: readonly Encoding[]
  readonly validation: readonly Encoding[]
  readonly schedule: Schedule
}

/** Checks a whole request and encodes its examples; what cannot be trained on is refused here, before any work. */
export async function prepareTraining(request: TrainingRequest): Promise<PreparedTraining> {
  const { training, validation = [], seed } = request
  if (training.length === 0) throw new TrainerError('invalid-request', 'There is no training example.')
  if (!Number.isSafeInteger(seed))
    throw new TrainerError('invalid-request', `seed is ${seed}; it must be a whole number.`)
  const start = await openStartingPoint(request.baseModel)
  const tokenizer = tokenizerFor(start, training.filter(isEncodable))
  const learned = encodeAll(tokenizer, training, 'training', start.contextTokens)
  const measured = encodeAll(tokenizer, validation, 'validation', start.contextTokens)
  refuseIssues([...learned.issues, ...measured.issues])
  const trainingTokens = learned.encodings.reduce((total, { ids }) => total + ids.length, 0)
  const hyperparameters = completeHyperparameters(start, trainingTokens, request.hyperparameters)
  const { earlier } = start
  return {
    fingerprint: fingerprintOf({
      baseModel: start.baseModel,
      ...(earlier === undefined ? {} : { startingWeights: weightsDigest(earlier.weights) }),
      training,
      validation,
      hyperparameters,
      seed,
    }),
    seed,
    epochs: hyperparameters.epochs,
    model: initialModel(start, tokenizer, seed),
    training: learned.encodings,
    validation: measured.encodings,
    schedule: planSchedule(learned.encodings, measured.encodings, hyperparameters, seed),
  }
}
