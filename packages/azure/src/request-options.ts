import { AnytuneError } from '@anytune/core/driver'
import { parseOptions, type Reinforcement, reinforcementSchema } from '@anytune/openai-compatible'
import { z } from 'zod'
import { type DeploymentSku, TRAINING_TYPES, type TrainingType } from './options.ts'

/** `providerOptions.azure` of a job. */
export interface AzureJobOptions {
  /** For this job alone, instead of the driver's. */
  readonly trainingType?: TrainingType
  /** Sends metrics to Weights & Biases, a third party; its key must be registered with the resource first. */
  readonly weightsAndBiases?: {
    readonly project: string
    readonly name?: string
    readonly entity?: string
    readonly tags?: readonly string[]
  }
  /** For reinforcement training, and for nothing else. */
  readonly reinforcement?: AzureReinforcement
}

/** What reinforcement training needs; its grader is never `python`, which the v1 schema does not have. */
export interface AzureReinforcement extends Reinforcement {
  /** A JSON schema for what the model samples, as in chat completions. */
  readonly responseFormat?: Readonly<Record<string, unknown>>
}

/** `providerOptions.azure` of a deployment. */
export interface AzureDeploymentOptions {
  /** Required unless the driver has a `deploymentSku`. */
  readonly sku: DeploymentSku
  /** In the SKU's unit, which for most is a thousand tokens a minute; the service's own default when absent. Open-weight models need 100. */
  readonly capacity?: number
  /** What chat calls it by. Default: the attempt's key. */
  readonly name?: string
  /** Who made the base model. Default: by the beginning of the model's name, else `OpenAI`. */
  readonly format?: string
  /** Default `1`. */
  readonly version?: string
  /** Name of the content filter's policy. Default: the service's own. */
  readonly contentFilterPolicy?: string
}

const PLACE = { provider: 'azure', where: 'providerOptions.azure', code: 'invalid-argument' } as const

const text = z.string().min(1)

const jobSchema = z.strictObject({
  trainingType: z.enum(TRAINING_TYPES).optional(),
  weightsAndBiases: z
    .strictObject({ project: text, name: text.optional(), entity: text.optional(), tags: z.array(text).optional() })
    .optional(),
  reinforcement: z
    .strictObject({
      ...reinforcementSchema.shape,
      grader: reinforcementSchema.shape.grader.refine(isOnAzure, 'Azure has no python and no label_model grader'),
      responseFormat: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})

/** By the v1 schema, where a `multi` grader has the same parts. */
function isOnAzure(grader: Reinforcement['grader']): boolean {
  const parts = grader.type === 'multi' ? Object.values(grader.graders) : [grader]
  return parts.every(({ type }) => type !== 'python' && type !== 'label_model')
}

const deploymentSchema = z.strictObject({
  sku: text.optional(),
  capacity: z.int().positive().optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{1,63}$/, 'two to 64 letters, digits, dots, hyphens and underscores')
    .optional(),
  format: text.optional(),
  version: text.optional(),
  contentFilterPolicy: text.optional(),
})

/** @throws AnytuneError `invalid-argument` that names the key and which keys there are. */
export function parseJobOptions(value: unknown): AzureJobOptions {
  // Members that are absent are absent in the schema's output as well.
  return parseOptions(jobSchema, value, PLACE) as AzureJobOptions
}

/**
 * The options with what the driver's own say where they are silent.
 *
 * @throws AnytuneError `invalid-argument`, also when nobody chose a SKU.
 */
export function parseDeploymentOptions(
  value: unknown,
  defaults: { readonly sku: DeploymentSku | undefined; readonly capacity: number | undefined },
): AzureDeploymentOptions {
  const chosen = parseOptions(deploymentSchema, value, PLACE)
  const sku = chosen.sku ?? defaults.sku
  if (sku === undefined) {
    refuse(
      'a deployment needs a sku: it decides where questions are answered, and what an hour costs, so that there is no default',
      'give providerOptions.azure.sku, or deploymentSku to the driver: Standard, GlobalStandard, DataZoneStandard, DeveloperTier',
    )
  }
  // The driver's capacity is meant for the driver's SKU: another one has another unit.
  const capacity = chosen.capacity ?? (sku === defaults.sku ? defaults.capacity : undefined)
  const { capacity: _, ...rest } = chosen
  // As above.
  return { ...rest, sku, ...(capacity !== undefined && { capacity }) } as AzureDeploymentOptions
}

function refuse(what: string, hint: string): never {
  throw new AnytuneError('invalid-argument', `providerOptions.azure: ${what}`, { provider: 'azure', hint })
}
