import { connectionShape, secretSchema, uploadShape } from '@anytune/openai-compatible'
import { z } from 'zod'
import type { TokenCredential } from './credential.ts'

/**
 * Where a job trains, in the vendor's words. `Standard`: in the resource's region. `GlobalStandard`: data and weights may be
 * copied to other regions. `Developer` (also spelled `developerTier`): spare capacity in any region, preempted and resumed.
 */
export type TrainingType = (typeof TRAINING_TYPES)[number]
export const TRAINING_TYPES = ['Standard', 'GlobalStandard', 'Developer', 'developerTier'] as const

/** How a deployment is sold, in the vendor's words; it decides where questions are answered, and what an hour costs. */
export type DeploymentSku = (typeof DEPLOYMENT_SKUS)[number] | (string & {})
export const DEPLOYMENT_SKUS = [
  'Standard',
  'GlobalStandard',
  'DataZoneStandard',
  'DeveloperTier',
  'ProvisionedManaged',
  'GlobalProvisionedManaged',
  'DataZoneProvisionedManaged',
] as const

/** Options of `azure()`. What is absent is read from the environment once, when the driver is made. */
export interface AzureOptions {
  /** `https://RESOURCE.openai.azure.com` or `https://RESOURCE.services.ai.azure.com`. Default: `AZURE_OPENAI_ENDPOINT`. */
  readonly endpoint?: string
  /** A key of the resource, without `credential`. Default: `AZURE_OPENAI_API_KEY`. With a key alone nothing can be deployed. */
  readonly apiKey?: string
  /**
   * A Microsoft Entra identity, without `apiKey`: a `TokenCredential` of `@azure/identity`, or `default` for its
   * `DefaultAzureCredential`. Where neither is given, `ANYTUNE_AZURE_ACCESS_TOKEN` is used as a token.
   */
  readonly credential?: 'default' | TokenCredential
  /** Scope of the tokens for the resource. Default: what each API's documentation names. */
  readonly tokenScope?: string
  /** Where jobs train. There is no default: it decides in which regions training data is kept and processed. */
  readonly trainingType: TrainingType
  /** With `resourceGroup` and `account`: the resource as Azure Resource Manager names it, for deployments. Default: `AZURE_SUBSCRIPTION_ID`. */
  readonly subscriptionId?: string
  /** Default: `ANYTUNE_AZURE_RESOURCE_GROUP`. */
  readonly resourceGroup?: string
  /** Name of the resource. Default: `ANYTUNE_AZURE_ACCOUNT`. */
  readonly account?: string
  /** How models are deployed when a deployment's own options do not say. There is no default: it decides where questions are answered. */
  readonly deploymentSku?: DeploymentSku
  /** Capacity of those deployments, in the SKU's unit; the service's own default when absent. */
  readonly deploymentCapacity?: number
  /** Address of Azure Resource Manager. Default: `ANYTUNE_AZURE_RESOURCE_MANAGER`, else `https://management.azure.com`. */
  readonly resourceManager?: string
  /** A file of more bytes is sent in parts. Default 32 MiB; above about 150 MB the service is known to fail single requests silently. */
  readonly uploadAboveBytes?: number
  /** Bytes of a part, at most 64 MB; four are under way at a time. Default 16 MiB. */
  readonly partBytes?: number
  /** Patience for a request that carries no file, in milliseconds. Default one minute. */
  readonly timeoutMs?: number
  /** How often a job or a deployment may be looked at. */
  readonly polling?: { readonly firstMs: number; readonly maximumMs: number }
  /** Used for every request: for proxies, and for looking on. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
}

const text = z.string().min(1)
const isCredential = (value: unknown): value is TokenCredential =>
  typeof value === 'object' && value !== null && 'getToken' in value && typeof value.getToken === 'function'

export const azureOptionsSchema = z.strictObject({
  endpoint: text.optional(),
  apiKey: secretSchema.optional(),
  credential: z.union([z.literal('default'), z.custom<TokenCredential>(isCredential)]).optional(),
  tokenScope: text.optional(),
  trainingType: z.enum(TRAINING_TYPES, {
    error:
      'choose Standard (in the region of the resource), GlobalStandard or Developer (in other regions as well): it decides where training data is kept and processed, so that there is no default',
  }),
  subscriptionId: text.optional(),
  resourceGroup: text.optional(),
  account: text.optional(),
  deploymentSku: text.optional(),
  deploymentCapacity: z.int().positive().optional(),
  resourceManager: text.optional(),
  ...uploadShape,
  timeoutMs: connectionShape.timeoutMs,
  polling: connectionShape.polling,
  fetch: connectionShape.fetch,
})

/** The options with their defaults; the environment is not in them yet. */
export type ParsedOptions = z.output<typeof azureOptionsSchema>
