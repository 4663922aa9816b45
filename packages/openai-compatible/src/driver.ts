import { assertPermit, type Driver } from '@anytune/core/driver'
import { checkBaseModel } from './base-model-check.ts'
import { compatibleCapabilities } from './capabilities.ts'
import { answer } from './chat.ts'
import { classifyApiError } from './classify.ts'
import { makeClient } from './client.ts'
import { type CompatibleDatasets, datasetsOf } from './datasets.ts'
import type { VendorJob } from './from-job.ts'
import { type CompatibleJobs, jobsOf } from './jobs.ts'
import { type CompatibleModels, modelsOf, parseFineTunedId } from './models.ts'
import { compatibleOffering } from './offering.ts'
import {
  type CompatibleJobOptions,
  type CompatibleOptions,
  parseCompatibleJobOptions,
  parseCompatibleOptions,
} from './options.ts'
import { FILE_STATUSES, JOB_STATUSES } from './statuses.ts'
import { toCreateBody } from './to-request.ts'

/** The driver of a host that speaks OpenAI's wire format, with what it is taken to accept in its type. */
export interface CompatibleDriver<Form extends 'method' | 'legacy' = 'method'> extends Driver {
  readonly provider: 'openai-compatible'
  readonly capabilities: (typeof compatibleCapabilities)[Form]
  readonly '~types'?: { readonly raw: VendorJob; readonly options: CompatibleJobOptions }
  readonly datasets: CompatibleDatasets
  readonly jobs: CompatibleJobs
  readonly models: CompatibleModels
  chat: NonNullable<Driver['chat']>
  preflight: NonNullable<Driver['preflight']>
}

const MEBIBYTE = 1024 * 1024

/**
 * A host that speaks OpenAI's wire format, under terms that nobody has on record. Routes it lacks (uploads, events, checkpoints, the
 * filter by metadata) are done without; what a request asks for is sent, or refused, and never left out.
 *
 * @throws AnytuneError `configuration` for a bad option.
 */
export function openaiCompatible<Form extends 'method' | 'legacy' = 'method'>(
  options: CompatibleOptions<Form>,
): CompatibleDriver<Form> {
  const settings = parseCompatibleOptions(options)
  const { baseURL, fineTunedPrefix, hyperparametersForm, metadata, polling } = settings
  const client = makeClient(settings)
  return {
    spi: 1,
    provider: 'openai-compatible',
    scope: new URL(baseURL).host,
    // The schema's default is the type parameter's.
    capabilities: compatibleCapabilities[hyperparametersForm] as (typeof compatibleCapabilities)[Form],
    options: { job: parseCompatibleJobOptions },
    ...(polling !== undefined && { polling }),
    datasets: datasetsOf({
      client,
      // Where that is all it ever says, the job's creation judges.
      fileStatuses: settings.filesStayUploaded ? { ...FILE_STATUSES, uploaded: 'unknown' } : FILE_STATUSES,
      order: 'desc',
      uploadAboveBytes: settings.uploadAboveBytes,
      wholeFileBytes: 512 * MEBIBYTE,
      partBytes: 16 * MEBIBYTE,
      parallelParts: 4,
    }),
    jobs: jobsOf({
      client,
      jobStatuses: JOB_STATUSES,
      toBody: (spec, attempt) => toCreateBody(spec, attempt, { hyperparametersForm, metadata }),
      filterByMetadata: metadata,
    }),
    models: modelsOf({
      client,
      isFineTuned: (id) => id.startsWith(fineTunedPrefix),
      baseModelOf: (id) => parseFineTunedId(id)?.baseModel,
    }),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return answer(client, target, request, signal)
    },
    offering: (target) => compatibleOffering(baseURL, target),
    preflight: ({ baseModel }, context) => checkBaseModel(client, baseModel, context),
    classify: classifyApiError,
  }
}

/** The driver from a configuration file's options. @throws AnytuneError `configuration` naming what is wrong. */
export function createDriver(options: unknown): CompatibleDriver<'method' | 'legacy'> {
  // Parsed there.
  return openaiCompatible(options as CompatibleOptions)
}
