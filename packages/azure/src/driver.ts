import type { ConfigurationPlace, Driver, FineTunedModel, Kept } from '@anytune/core/driver'
import type { CompatibleDatasets } from '@anytune/openai-compatible'
import { azureCapabilities } from './capabilities.ts'
import { type AzureChatOptions, parseChatOptions } from './chat-options.ts'
import { chatOf } from './chat.ts'
import { classify } from './classify.ts'
import { clientsOf } from './clients.ts'
import { datasetsOf } from './datasets.ts'
import { type AzureDeployments, deploymentsOf } from './deployments.ts'
import type { AzureJob } from './from-job.ts'
import { type AzureJobs, jobsOf } from './jobs.ts'
import { modelsOf } from './models.ts'
import { offeringOf } from './offering.ts'
import type { AzureOptions } from './options.ts'
import { preflightOf } from './preflight.ts'
import {
  type AzureDeploymentOptions,
  type AzureJobOptions,
  parseDeploymentOptions,
  parseJobOptions,
} from './request-options.ts'
import { type AzureSettings, settingsOf } from './settings.ts'
import { verifyTermsOf } from './verify-terms.ts'

/** The driver of one Azure OpenAI resource, with what it can do in its type. */
export interface AzureDriver extends Driver {
  readonly provider: 'azure'
  readonly capabilities: typeof azureCapabilities
  readonly '~types'?: {
    readonly raw: AzureJob
    readonly options: AzureJobOptions
    readonly deploymentOptions: Partial<AzureDeploymentOptions>
    readonly chatOptions: AzureChatOptions
  }
  readonly datasets: CompatibleDatasets
  readonly jobs: AzureJobs
  readonly models: Kept<FineTunedModel>
  readonly deployments: AzureDeployments
  chat: NonNullable<Driver['chat']>
  preflight: NonNullable<Driver['preflight']>
  verifyTerms: NonNullable<Driver['verifyTerms']>
}

/**
 * Fine-tunes, deploys and asks models on an Azure OpenAI resource. Sends nothing before its first use.
 *
 * Files, jobs, models and chat go by the v1 API, uploads in parts by the dated API 2025-04-01-preview, deployments by Azure
 * Resource Manager 2026-07-01. Environment variables are read here, once.
 *
 * @throws AnytuneError `configuration` that names the option, or the variable that would do.
 */
export function azure(options: AzureOptions): AzureDriver {
  return createDriver(options)
}

/** The driver from a configuration file's options. @throws AnytuneError `configuration` naming the option that is unknown or bad. */
export function createDriver(options: unknown, _place?: ConfigurationPlace): AzureDriver {
  return driverOf(settingsOf(options, process.env))
}

/** The driver of settings that are known to be good. */
export function driverOf(settings: AzureSettings): AzureDriver {
  const { endpoint, trainingType, deploymentSku: sku, deploymentCapacity: capacity } = settings
  const clients = clientsOf(settings)
  const { host, pathname } = new URL(endpoint)
  return {
    spi: 1,
    provider: 'azure',
    scope: pathname === '/' ? host : `${host}${pathname}`,
    capabilities: azureCapabilities,
    options: {
      job: parseJobOptions,
      deployment: (value) => parseDeploymentOptions(value, { sku, capacity }),
      chat: parseChatOptions,
    },
    ...(settings.polling && { polling: settings.polling }),
    datasets: datasetsOf(clients, settings),
    jobs: jobsOf(clients.v1, trainingType),
    models: modelsOf(clients),
    deployments: deploymentsOf(clients.manager),
    chat: chatOf(clients),
    offering: offeringOf({ trainingType, sku }),
    preflight: preflightOf(clients, trainingType),
    verifyTerms: verifyTermsOf(clients.managerIfAny),
    classify,
  }
}
