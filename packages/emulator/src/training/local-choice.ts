import {
  BASE_MODELS,
  checkExamples,
  DEFAULT_HYPERPARAMETERS,
  suggestEpochs,
  type BaseModelId,
  type ExampleReport,
  type Hyperparameters,
  type TrainingExample,
} from '@anytune/trainer'
import type { Failure, Settings, TrainingOrder } from './life.ts'

/** What the trainer is asked for. */
export interface LocalChoice {
  /** A model of the trainer, or the directory of a tuned one. */
  readonly baseModel: string
  readonly settings: Settings
  readonly hyperparameters: Hyperparameters
}

/** Chooses what and how to train, or says why the toy cannot. `smallest` is where the search for a large enough model begins. */
export async function chooseTraining(
  order: TrainingOrder,
  conversations: readonly TrainingExample[],
  smallest: BaseModelId,
): Promise<LocalChoice | { readonly failure: Failure }> {
  const { baseModel, size, report } = await fittingModel(order, conversations, smallest)
  const [issue] = report.issues
  if (issue !== undefined) return { failure: toFailure(issue) }
  const defaults = DEFAULT_HYPERPARAMETERS[size]
  const epochs = order.epochs ?? suggestEpochs(size, report.trainingTokens)
  const batchSize = order.batchSize ?? defaults.batchSize.default
  const learningRateMultiplier = order.learningRateMultiplier ?? 1
  const { minimum, maximum, default: usual } = defaults.learningRate
  const learningRate = Math.min(maximum, Math.max(minimum, usual * learningRateMultiplier))
  const totalSteps = epochs * Math.ceil(conversations.length / batchSize)
  return {
    baseModel,
    settings: { epochs, batchSize, learningRateMultiplier, totalSteps },
    hyperparameters: { epochs, batchSize, learningRate },
  }
}

interface Fitting {
  readonly baseModel: string
  /** Whose defaults count. */
  readonly size: BaseModelId
  readonly report: ExampleReport
}

/** The model that is tuned further, or the smallest fresh one that reads every example; when none does, the largest with its report. */
async function fittingModel(
  order: TrainingOrder,
  conversations: readonly TrainingExample[],
  smallest: BaseModelId,
): Promise<Fitting> {
  const check = (model: string) => checkExamples(model, conversations, order.validation?.conversations ?? [])
  const directory = order.startFrom?.directory
  if (directory !== undefined) return { baseModel: directory, size: smallest, report: await check(directory) }
  const sizes = Object.keys(BASE_MODELS) as BaseModelId[] // the record's own keys, smallest first
  let fitting: Fitting = { baseModel: smallest, size: smallest, report: await check(smallest) }
  for (const size of sizes.slice(sizes.indexOf(smallest) + 1)) {
    if (!fitting.report.issues.some(({ problem }) => problem === 'too-long')) break
    fitting = { baseModel: size, size, report: await check(size) }
  }
  return fitting
}

function toFailure({ dataset, index, tokens, limit, problem }: ExampleReport['issues'][number]): Failure {
  const why =
    problem === 'too-long' ? `has ${tokens} tokens, and the local engine reads ${limit}` : `is refused: ${problem}`
  const message = `Example ${index + 1} of the ${dataset} file ${why}.`
  return { reason: 'bad-file', message, param: `${dataset}_file` }
}
