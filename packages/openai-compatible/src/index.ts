export { confirmed, identified, listed, readAll, readPage, UnexpectedAnswerError, type ReadPage } from './answers.ts'
export { checkBaseModel } from './base-model-check.ts'
export { compatibleCapabilities } from './capabilities.ts'
export { answer, type ChatVariant } from './chat.ts'
export { classifyApiError, named } from './classify.ts'
export { makeClient, quietClient, REQUEST_TIMEOUT_MS, type ConnectionOptions } from './client.ts'
export { connectionInfo } from './connection-error.ts'
export { datasetsOf, fromFile, type CompatibleDatasets, type DatasetsDialect } from './datasets.ts'
export { createDriver, openaiCompatible, type CompatibleDriver } from './driver.ts'
export { readEvents } from './events.ts'
export { findJob, SENDING } from './find-job.ts'
export { toJob, type VendorJob } from './from-job.ts'
export { causesOf, codeOf, headerOf, isMissingRoute, statusOf } from './http-error.ts'
export { jobsOf, type CompatibleJobs, type JobsDialect } from './jobs.ts'
export { metricName } from './metrics.ts'
export { day, modelsOf, parseFineTunedId, type CompatibleModels, type ModelsDialect } from './models.ts'
export { compatibleOffering } from './offering.ts'
export {
  connectionShape,
  secretSchema,
  uploadShape,
  type CompatibleJobOptions,
  type CompatibleOptions,
} from './options.ts'
export { parseOptions, type OptionsPlace } from './parse-options.ts'
export { checkGrader } from './grader-check.ts'
export { graderSchema, reinforcementSchema, type Grader, type Reinforcement } from './reinforcement.ts'
export { parseResults, type ResultRow } from './results.ts'
export { withoutQuotations } from './safe-fetch.ts'
export { shownText } from './shown-text.ts'
export { type PartSettings } from './stage-parts.ts'
export { mayHaveCommitted } from './staging-state.ts'
export { ATTEMPT_KEY, toCreateBody, type JobOptions, type RequestDialect } from './to-request.ts'
export { date, isObject, present, text, word, type Present, type Tolerant } from './values.ts'
