import {
  anything,
  checkShape,
  choice,
  map,
  nullable,
  object,
  optional,
  text,
  whole,
  type Member,
  type Shape,
} from '../../server/shape.ts'
import { SKUS, type DeployedModel, type DeploymentChoice, type DeploymentSku } from '../deployments.ts'
import { AzureRefusal } from '../refusal.ts'

type DeploymentState = 'Running' | 'Paused'

/** What a PUT asks for; a state that it does not name stays as it is. */
export type ReadDeployment = DeploymentChoice & { readonly deploymentState: DeploymentState | undefined }

/** Reads the body of a PUT; what is not a `Deployment` of that API version is refused in Azure Resource Manager's words. */
export function readDeployment(body: unknown, apiVersion: ArmVersion): ReadDeployment {
  const violation = checkShape(DEPLOYMENTS[apiVersion], body)
  if (violation !== undefined) {
    const { path, rule, expected } = violation
    throw invalidContent(
      rule === 'unknown' ? `Could not find member '${path}'.` : `'${path}' must be ${expected}.`,
      path,
    )
  }
  const { sku, tags, properties } = body as Body // the shape says so
  if (sku === undefined) throw invalidProperty("The 'sku' of the deployment is missing.", 'sku')
  if (properties?.model === undefined)
    throw invalidProperty("The 'model' of the deployment is missing.", 'properties.model')
  const { format, name, version } = properties.model
  if (format === undefined || name === undefined || version === undefined) {
    throw invalidProperty("The model needs 'format', 'name' and 'version'.", 'properties.model')
  }
  return {
    sku: { name: readSku(sku.name), capacity: sku.capacity ?? 1, ...(sku.tier !== undefined && { tier: sku.tier }) },
    model: { ...properties.model, format, name, version },
    tags,
    deploymentState: properties.deploymentState ?? undefined,
    others: Object.fromEntries(Object.entries(properties).filter(([name]) => KEPT.has(name))),
  }
}

/** Reads the body of a PATCH: tags, which replace the old ones, and capacity or type. */
export function readDeploymentPatch(body: unknown, before: DeploymentChoice): DeploymentChoice {
  const violation = checkShape(PATCH, body)
  if (violation !== undefined)
    throw invalidContent(`'${violation.path}' must be ${violation.expected}.`, violation.path)
  const { sku, tags } = body as Pick<Body, 'sku' | 'tags'> // the shape says so
  const { capacity = before.sku.capacity } = sku ?? {}
  return {
    ...before,
    sku: sku === undefined ? before.sku : { ...before.sku, name: readSku(sku.name), capacity },
    tags: tags ?? before.tags,
  }
}

/** The body is no resource of that type. */
export function invalidContent(message: string, target?: string): AzureRefusal {
  return new AzureRefusal(400, 'InvalidRequestContent', `The request content was invalid: ${message}`, {
    ...(target && { target }),
  })
}

/** The body is a resource that cannot be. */
export function invalidProperty(message: string, target: string): AzureRefusal {
  return new AzureRefusal(400, 'InvalidResourceProperties', message, { target })
}

/** The API versions that are answered; the last is the one of the schema. */
export const ARM_VERSIONS = ['2024-10-01', '2025-09-01', '2026-07-01'] as const
export type ArmVersion = (typeof ARM_VERSIONS)[number]

/** What a creator may choose beside the model, and is told again. */
const KEPT: ReadonlySet<string> = new Set([
  'scaleSettings',
  'raiPolicyName',
  'versionUpgradeOption',
  'capacitySettings',
  'parentDeploymentName',
  'spilloverDeploymentName',
  'serviceTier',
  'routing',
])

interface Body {
  readonly sku?: { readonly name: string; readonly capacity?: number; readonly tier?: string }
  readonly tags?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, unknown>> & {
    readonly model?: Partial<DeployedModel>
    readonly deploymentState?: DeploymentState | null
  }
}

function readSku(name: string): DeploymentSku {
  const sku = SKUS.find((known) => known.toLowerCase() === name.toLowerCase())
  if (sku === undefined) throw invalidProperty(`The specified SKU '${name}' is not supported.`, 'sku.name')
  return sku
}

const SKU = object({
  name: text({ minimum: 1 }),
  tier: optional(choice('Free', 'Basic', 'Standard', 'Premium', 'Enterprise')),
  size: optional(text()),
  family: optional(text()),
  capacity: optional(whole({ minimum: 1 })),
})
const TAGS = map(text({ maximum: 256 }), { maximum: 50, longestKey: 512 })
const PATCH = object({ tags: optional(TAGS), sku: optional(SKU) })

const model = object({
  publisher: optional(text()),
  format: optional(text()),
  name: optional(text({ minimum: 1 })),
  version: optional(text()),
  source: optional(text()),
  sourceAccount: optional(text()),
  callRateLimit: optional(anything),
})

const propertiesOf2024 = {
  model: optional(model),
  scaleSettings: optional(
    object({
      scaleType: optional(choice('Standard', 'Manual')),
      capacity: optional(whole()),
      activeCapacity: optional(whole()),
    }),
  ),
  raiPolicyName: optional(text()),
  versionUpgradeOption: optional(
    choice('OnceNewDefaultVersionAvailable', 'OnceCurrentVersionExpired', 'NoAutoUpgrade'),
  ),
  currentCapacity: optional(whole()),
  capacitySettings: optional(
    object({ designatedCapacity: optional(whole({ minimum: 0 })), priority: optional(whole({ minimum: 0 })) }),
  ),
  parentDeploymentName: optional(text()),
  // Told by the service and accepted from a client that sends back what it read.
  provisioningState: optional(anything),
  capabilities: optional(anything),
  callRateLimit: optional(anything),
  rateLimits: optional(anything),
  dynamicThrottlingEnabled: optional(anything),
} satisfies Record<string, Member>

const propertiesOf2025 = { ...propertiesOf2024, spilloverDeploymentName: optional(text()) }

const propertiesOf2026 = {
  ...propertiesOf2025,
  serviceTier: optional(nullable(choice('Default', 'Priority'))),
  deploymentState: optional(nullable(choice('Running', 'Paused'))),
  routing: optional(
    object({ mode: optional(choice('cost', 'balanced', 'quality')), models: optional({ kind: 'list', items: model }) }),
  ),
} satisfies Record<string, Member>

const deployment = (properties: Readonly<Record<string, Member>>) =>
  object({
    properties: optional(object(properties)),
    sku: optional(SKU),
    tags: optional(TAGS),
    etag: optional(anything),
    id: optional(anything),
    name: optional(anything),
    type: optional(anything),
    systemData: optional(anything),
  })

const DEPLOYMENTS: Record<ArmVersion, Shape> = {
  '2024-10-01': deployment(propertiesOf2024),
  '2025-09-01': deployment(propertiesOf2025),
  '2026-07-01': deployment(propertiesOf2026),
}
