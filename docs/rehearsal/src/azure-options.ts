/** What the user of the Azure adapter says, and the names all its files use. */
import type { AzureOpenAI, OpenAI } from 'openai'
import { z } from 'zod'

// Neither has a default: both decide in which regions content is processed.
export const jobSchema = z.strictObject({ trainingType: z.string().optional() })
export const deploymentSchema = z.strictObject({
  name: z.string().optional(),
  sku: z.string(),
  capacity: z.int().positive(),
  format: z.string().optional(),
})
export type AzureJobOptions = z.infer<typeof jobSchema>
export type AzureDeploymentOptions = z.infer<typeof deploymentSchema>

export interface AzureSettings {
  /** `OpenAI` on `https://<resource>.openai.azure.com/openai/v1/`; `maxRetries: 0`, like the next. */
  readonly v1: OpenAI
  /** Uploads exist in the dated API alone. */
  readonly dated: AzureOpenAI
  /** For Azure Resource Manager, `https://management.azure.com/.default`. */
  readonly token: () => Promise<string>
  /** `/subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/…` */
  readonly account: string
  readonly region: string
  readonly trainingType: string
  readonly fetch: typeof fetch
}

/** Metadata key and tag that carry the attempt. */
export const KEY = 'anytune'

/** `<base model>.ft-<32 hex>[-suffix]`, and checkpoints. */
export const TUNED = /\.ft-|^ftchkpt-/
