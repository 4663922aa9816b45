/**
 * The embedded training engine: real fine-tuning of a toy transformer in pure JavaScript and WebAssembly.
 * It learns a dataset's format and labels and knows nothing else: a rehearsal of a fine-tuning run, not a language model to rely on.
 *
 * ```ts
 * train(request: TrainingRequest, options?: TrainingOptions): Promise<TrainingResult>
 * checkExamples(baseModel: string, training: readonly TrainingExample[], validation?: readonly TrainingExample[]): Promise<ExampleReport>
 * createMeter(baseModel: string, training: readonly TrainingExample[]): Promise<ExampleMeter>   // .measure(example) → tokens
 * loadModel(directoryOrBaseModel: string): Promise<LanguageModel>   // .generate(messages, options) → AsyncIterable<string>
 * readHistory(directory: string): Promise<readonly TrainingEvent[]>
 * ```
 */
export type { ChatMessage, TrainingExample } from './chat.ts'
export {
  BASE_MODELS,
  DEFAULT_HYPERPARAMETERS,
  suggestEpochs,
  type BaseModel,
  type BaseModelId,
  type HyperparameterRange,
  type Hyperparameters,
} from './base-models.ts'
export { isTrainerError, TrainerError, type TrainerErrorCode } from './errors.ts'
export { train } from './train.ts'
export { readHistory } from './history.ts'
export {
  checkExamples,
  createMeter,
  type ExampleIssue,
  type ExampleMeter,
  type ExampleReport,
} from './check-examples.ts'
export { loadModel, type GenerateOptions, type LanguageModel } from './generate/load-model.ts'
export type {
  TrainingCheckpoint,
  TrainingEvent,
  TrainingOptions,
  TrainingRequest,
  TrainingResult,
  TrainingStarted,
  TrainingStep,
  TrainingValidation,
} from './training-types.ts'
