import { assertPermit, type Driver } from '@anytune/core/driver'
import {
  answer,
  classifyApiError,
  type CompatibleDatasets,
  type CompatibleJobs,
  type CompatibleModels,
  datasetsOf,
  jobsOf,
  makeClient,
  modelsOf,
  parseFineTunedId,
  quietClient,
  toCreateBody,
  type VendorJob,
} from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import { openaiCapabilities } from './capabilities.ts'
import { type OpenAIJobOptions, parseJobOptions, toIntegrations } from './job-options.ts'
import { offeringOf, regionOfHost } from './offering.ts'
import { type OpenAIOptions, type OpenAISettings, parseOpenAIOptions } from './options.ts'
import { preflightOf } from './preflight.ts'
import { FILE_STATUSES, JOB_STATUSES } from './statuses.ts'
import { verifyTermsOf } from './verify-terms.ts'
import { type Notice, verifyWebhook, type WebhookHeaders } from './webhook.ts'

/** The driver of OpenAI, with what it can do in its type. */
export interface OpenAIDriver extends Driver {
  readonly provider: 'openai'
  readonly capabilities: typeof openaiCapabilities
  readonly '~types'?: { readonly raw: VendorJob; readonly options: OpenAIJobOptions }
  readonly datasets: CompatibleDatasets
  readonly jobs: CompatibleJobs
  readonly models: CompatibleModels
  chat: NonNullable<Driver['chat']>
  preflight: NonNullable<Driver['preflight']>
  verifyTerms: NonNullable<Driver['verifyTerms']>
  /** As the function of that name, with the secret of the options. */
  verifyWebhook(payload: string, headers: WebhookHeaders): Promise<Notice>
}

/** Parts under way at a time: with parts of 16 MiB, 64 MiB of memory. */
const PARALLEL_PARTS = 4

/**
 * Fine-tuning at OpenAI, or at a region of its own. Asks nothing before its first use.
 *
 * @throws AnytuneError `configuration` for a bad option, or without a key.
 */
export function openai(options: OpenAIOptions = {}): OpenAIDriver {
  const settings = parseOpenAIOptions(options, process.env)
  const { baseURL, polling, partBytes, uploadAboveBytes, webhookSecret } = settings
  const client = clientOf(settings)
  return {
    spi: 1,
    provider: 'openai',
    scope: [new URL(baseURL).host, client.organization, client.project].filter(Boolean).join('/'),
    capabilities: openaiCapabilities,
    options: { job: parseJobOptions },
    ...(polling !== undefined && { polling }),
    datasets: datasetsOf({
      client,
      fileStatuses: FILE_STATUSES,
      order: 'desc',
      uploadAboveBytes,
      partBytes,
      parallelParts: PARALLEL_PARTS,
    }),
    jobs: jobsOf({
      client,
      jobStatuses: JOB_STATUSES,
      filterByMetadata: true,
      toBody(spec, attempt) {
        // As `options.job` returned it.
        const own = spec.providerOptions as OpenAIJobOptions
        const dialect = { hyperparametersForm: 'method', metadata: true } as const
        return toCreateBody(spec, attempt, dialect, {
          reinforcement: own.reinforcement,
          integrations: toIntegrations(own),
        })
      },
    }),
    models: modelsOf({
      client,
      // A checkpoint goes with its job's events.
      isFineTuned: (id) => id.startsWith('ft:') && parseFineTunedId(id)?.checkpoint === undefined,
      baseModelOf: (id) => parseFineTunedId(id)?.baseModel,
    }),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return answer(client, target, request, signal)
    },
    offering: (target) => offeringOf(baseURL, target),
    preflight: preflightOf(client),
    verifyTerms: verifyTermsOf({
      client: adminClientOf(settings),
      project: client.project,
      region: regionOfHost(baseURL),
    }),
    classify: classifyApiError,
    verifyWebhook: (payload, headers) => verifyWebhook(payload, headers, webhookSecret),
  }
}

/** The driver from a configuration file's options. @throws AnytuneError `configuration` naming what is wrong. */
export function createDriver(options: unknown): OpenAIDriver {
  return openai(options ?? {})
}

function clientOf({ client, apiKey = '', ...settings }: OpenAISettings): OpenAI {
  return client === undefined ? makeClient({ ...connectionOf(settings), apiKey }) : quietClient(client)
}

/** A client for an administrator's questions alone: one with both keys would sign everything with the administrator's. */
function adminClientOf({ client, adminKey, ...settings }: OpenAISettings): OpenAI | undefined {
  if (client !== undefined) return client.adminAPIKey === null ? undefined : quietClient(client)
  return adminKey === undefined ? undefined : makeClient({ ...connectionOf(settings), apiKey: adminKey, adminKey })
}

function connectionOf({ baseURL, organization, project, headers, timeoutMs, fetch }: OpenAISettings) {
  return { baseURL, organization, project, headers, timeoutMs, fetch }
}
