import { AnytuneError, type Context, type Deployment, type DeploymentStatus, type Driver } from '@anytune/core/driver'
import { word } from '@anytune/openai-compatible'
import { z } from 'zod'
import { lastUses } from './last-uses.ts'
import { isDeveloperTier, servingOffering } from './offering.ts'
import type { AzureDeploymentOptions } from './request-options.ts'
import { KEY, TUNED } from './names.ts'
import { expected, type ResourceManager, ResourceManagerError } from './resource-manager.ts'

type Deployments = NonNullable<Driver['deployments']>
/** Azure can take down what it serves. */
export type AzureDeployments = Deployments & Required<Pick<Deployments, 'delete'>>

// Only what is read here; the rest stays in `raw`.
const deploymentSchema = z.looseObject({
  name: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  sku: z.looseObject({ name: z.string() }).nullish(),
  systemData: z.looseObject({ createdAt: z.coerce.date().nullish() }).nullish(),
  properties: z.looseObject({
    provisioningState: z.string(),
    deploymentState: z.string().nullish(),
    model: z.looseObject({ name: z.string() }).nullish(),
  }),
})
/** A deployment as Azure Resource Manager tells it. */
export type AzureDeployment = z.infer<typeof deploymentSchema>

const pageSchema = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().nullish() })

/**
 * Deployments by Azure Resource Manager, named after the attempt unless the user chose a name.
 * `manager` throws, before any request, where the resource or a token is not configured.
 */
export function deploymentsOf(manager: () => ResourceManager): AzureDeployments {
  return {
    async create(spec, { key }, { signal }) {
      // As `options.deployment` returned it.
      const chosen = spec.providerOptions as AzureDeploymentOptions
      const { name = key } = chosen
      const there = await look(manager(), name, signal)
      // PUT would change, and bill, the deployment of somebody else.
      if (there !== undefined && there.tags?.[KEY] !== key) throw nameTaken(name)
      const body = bodyOf(spec.model, key, chosen)
      if (there === undefined) await manager().request('PUT', pathOf(name), { signal, body })
      return { id: name }
    },
    async find(spec, { key }, { signal }) {
      const { name = key } = spec.providerOptions as AzureDeploymentOptions
      const there = await look(manager(), name, signal)
      if (there?.tags?.[KEY] === key) return { state: 'found', value: toDeployment(there) }
      // PUT is by name: sent twice it makes one deployment.
      return { state: 'absent' }
    },
    async get(name, { signal }) {
      const { body } = await manager().request('GET', pathOf(name), { signal })
      const deployment = expected(deploymentSchema, body)
      // While it is made, nobody has asked it.
      const served = deployment.properties.provisioningState === 'Succeeded' ? [deployment] : []
      return toDeployment(deployment, await lastUses(manager(), served, signal))
    },
    async list({ after }, { signal }) {
      // The whole query of the next page comes back to us, and goes to our own address alone.
      const query = Object.fromEntries(new URLSearchParams(after ?? ''))
      const { body } = await manager().request('GET', '/deployments', { signal, query })
      const { value, nextLink } = expected(pageSchema, body)
      const read = value.flatMap((entry) => deploymentSchema.safeParse(entry).data ?? [])
      const tuned = read.filter(isOfTuning)
      const uses = await lastUses(manager(), tuned, signal)
      const next = nextLink ? URL.parse(nextLink)?.search.slice(1) : undefined
      return { items: tuned.map((one) => toDeployment(one, uses)), ...(next && { next }) }
    },
    delete: (name, context) => remove(manager(), name, context),
  }
}

/** Base models are deployed beside tuned ones, and are not ours to show. */
function isOfTuning({ tags, properties }: AzureDeployment): boolean {
  return tags?.[KEY] !== undefined || TUNED.test(properties.model?.name ?? '')
}

function bodyOf(model: string, key: string, chosen: AzureDeploymentOptions): object {
  const { sku, capacity, format = formatOf(model), version = '1', contentFilterPolicy } = chosen
  return {
    sku: { name: sku, ...(capacity !== undefined && { capacity }) },
    tags: { [KEY]: key },
    properties: {
      model: { format, name: model, version },
      versionUpgradeOption: 'NoAutoUpgrade',
      ...(contentFilterPolicy !== undefined && { raiPolicyName: contentFilterPolicy }),
    },
  }
}

/** Who made the base model, as deployments spell it; what begins otherwise is OpenAI's. Source: the vendor's published skills, August 2026. */
const FORMATS: Readonly<Record<string, string>> = {
  'gpt-oss': 'Microsoft',
  ministral: 'Mistral AI',
  llama: 'Meta',
  'meta-llama': 'Meta',
  qwen: 'Alibaba',
}

function formatOf(model: string): string {
  const name = model.toLowerCase()
  return Object.entries(FORMATS).find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'OpenAI'
}

/** The schema's states; others are `unknown`. */
const STATES: Readonly<Record<string, DeploymentStatus>> = {
  Accepted: 'creating',
  Creating: 'creating',
  Deleting: 'deleting',
  Moving: 'updating',
  Failed: 'failed',
  Succeeded: 'ready',
  Disabled: 'unknown',
  Canceled: 'failed',
}

const DAY_MS = 24 * 60 * 60_000
/** A deployment that nobody asks is deleted after this many days; the developer tier's after one, asked or not. Source: the vendor's page on deploying tuned models. */
const IDLE_DAYS = 15

/** `uses` are absent where Azure Monitor could not be read: then it is not known when a deployment goes for want of questions. */
export function toDeployment(raw: AzureDeployment, uses?: ReadonlyMap<string, Date>): Deployment<AzureDeployment> {
  const { provisioningState, deploymentState, model } = raw.properties
  const state = word(STATES, provisioningState)
  const paused = state === 'ready' && deploymentState === 'Paused'
  const createdAt = raw.systemData?.createdAt ?? undefined
  const lastUsedAt = uses?.get(raw.name.toLowerCase())
  // One that nobody has asked is idle from its beginning.
  const endsAt = endOf(raw, createdAt, uses && (lastUsedAt ?? createdAt))
  return {
    id: raw.name,
    target: raw.name,
    status: paused ? 'paused' : state,
    rawStatus: paused ? `${provisioningState}, ${deploymentState}` : provisioningState,
    ...(model && { model: model.name }),
    ...(raw.sku && { offering: servingOffering(raw.sku.name) }),
    ...(createdAt && { createdAt }),
    ...(lastUsedAt && { lastUsedAt }),
    ...(endsAt && { endsAt }),
    ...(endsAt && !isDeveloper(raw) && { endsUnlessUsed: true as const }),
    ...(state === 'failed' && {
      failure: `Azure Resource Manager says ${provisioningState} and gives no reason; the activity log of the resource does`,
    }),
    raw,
  }
}

function isDeveloper({ sku }: AzureDeployment): boolean {
  return sku ? isDeveloperTier(sku.name) : false
}

function endOf(raw: AzureDeployment, createdAt: Date | undefined, idleSince: Date | undefined): Date | undefined {
  if (isDeveloper(raw)) return createdAt && new Date(createdAt.getTime() + DAY_MS)
  return idleSince && new Date(idleSince.getTime() + IDLE_DAYS * DAY_MS)
}

/** The deployment of a name; undefined when there is none. */
export async function look(
  manager: ResourceManager,
  name: string,
  signal: AbortSignal,
): Promise<AzureDeployment | undefined> {
  try {
    return expected(deploymentSchema, (await manager.request('GET', pathOf(name), { signal })).body)
  } catch (error) {
    if (error instanceof ResourceManagerError && error.status === 404) return undefined
    throw error
  }
}

/** A deletion goes on in the background, and may fail there. */
async function remove(manager: ResourceManager, name: string, { signal, retry, until }: Context): Promise<void> {
  // DELETE of a thing that is not there says 204: only reading tells.
  await retry(() => manager.request('GET', pathOf(name), { signal }))
  const { headers } = await manager.request('DELETE', pathOf(name), { signal })
  const operation = headers.get('location')
  await until(() =>
    retry(async () => {
      if ((await look(manager, name, signal)) === undefined) return true
      if (operation !== null) await follow(manager, operation, signal)
      return undefined
    }),
  )
}

/** @throws ResourceManagerError what the deletion failed of. */
async function follow(manager: ResourceManager, operation: string, signal: AbortSignal): Promise<void> {
  try {
    await manager.follow(operation, signal)
  } catch (error) {
    // Results of operations are forgotten after a while; that says nothing.
    if (!(error instanceof ResourceManagerError && error.status === 404)) throw error
  }
}

function pathOf(name: string): string {
  return `/deployments/${encodeURIComponent(name)}`
}

function nameTaken(name: string): AnytuneError {
  return new AnytuneError('already-exists', `there is a deployment "${name}" already, and it is not of this attempt`, {
    provider: 'azure',
    operation: 'deployments.create',
    hint: 'choose another name, leave the name out, or undeploy the one that is there',
  })
}
