import { AnytuneError } from '@anytune/core/driver'
import { makeClient, REQUEST_TIMEOUT_MS, safeFetch } from '@anytune/openai-compatible'
import { AzureOpenAI, type OpenAI } from 'openai'
import { type ResourceManager, resourceManager } from './resource-manager.ts'
import type { Access, AzureSettings } from './settings.ts'

/** The last dated version; only what the v1 API lacks is asked of it. */
const DATED_VERSION = '2025-04-01-preview'
/** Scopes of tokens, each as the documentation of its API has it. */
const V1_SCOPE = 'https://ai.azure.com/.default'
const DATED_SCOPE = 'https://cognitiveservices.azure.com/.default'

/** The vendor's clients, with their retries off. */
export interface Clients {
  /** Files, jobs, models and chat. */
  readonly v1: OpenAI
  /** Uploads in parts, and what it knows more of models. */
  readonly dated: AzureOpenAI
  /** @throws AnytuneError `configuration` naming what is missing, before any request. */
  readonly manager: () => ResourceManager
  /** Undefined where Azure Resource Manager is not configured. */
  readonly managerIfAny: ResourceManager | undefined
}

/** Clients whose addresses and headers come from the settings alone: variables that are meant for OpenAI change nothing here. */
export function clientsOf(settings: AzureSettings): Clients {
  const { endpoint, access, fetch, timeoutMs = REQUEST_TIMEOUT_MS } = settings
  const manager = 'base' in settings.resourceManager ? resourceManager(settings.resourceManager) : undefined
  return {
    v1: makeClient({ baseURL: `${endpoint}/openai/v1/`, apiKey: keyOf(access, V1_SCOPE), fetch, timeoutMs }),
    dated: new AzureOpenAI({
      baseURL: `${endpoint}/openai`,
      apiVersion: DATED_VERSION,
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
      fetch: safeFetch(fetch),
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      ...(access.kind === 'key'
        ? { apiKey: access.key }
        : // An empty key: an absent one would be read from the environment, and refused beside a token.
          { apiKey: '', azureADTokenProvider: () => access.token(access.scope ?? DATED_SCOPE) }),
    }),
    manager: () => manager ?? notConfigured(settings),
    managerIfAny: manager,
  }
}

function keyOf(access: Access, scope: string): string | (() => Promise<string>) {
  return access.kind === 'key' ? access.key : () => access.token(access.scope ?? scope)
}

function notConfigured({ resourceManager: missing }: AzureSettings): never {
  throw new AnytuneError(
    'configuration',
    'azure: deployments are made by Azure Resource Manager, which is not configured',
    {
      provider: 'azure',
      hint: `give also: ${Array.isArray(missing) ? missing.join('; ') : 'its settings'}`,
    },
  )
}
