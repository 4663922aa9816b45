/** Azure Resource Manager 2026-07-01, by plain fetch: the vendor's client refuses a local server, and three verbs are all it takes. */
import type { Deployment, DeploymentStatus, Driver, ErrorInfo } from '@anytune/core/driver'
import { z } from 'zod'
import { type AzureDeploymentOptions, type AzureSettings, KEY, TUNED } from './azure-options.ts'
import { classifyApiError, named } from './openai-compatible.ts'
import { present, word } from './shared.ts'

// Only what is read here; the rest stays in `raw`.
const deploymentAnswer = z.looseObject({
  name: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  systemData: z.looseObject({ createdAt: z.coerce.date() }).partial().nullish(),
  properties: z.looseObject({
    provisioningState: z.string(),
    deploymentState: z.string().nullish(),
    model: z.looseObject({ name: z.string() }),
  }),
})
type ArmDeployment = z.infer<typeof deploymentAnswer>
const deploymentPage = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().nullish() })
const armFailure = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** A refusal of Azure Resource Manager. */
class ArmError extends Error {
  override readonly name = 'ArmError'
  readonly status: number
  readonly code: string | undefined
  readonly requestId: string | null
  constructor(response: Response, body: unknown) {
    const { code, message } = armFailure.safeParse(body).data?.error ?? {}
    super(message ?? response.statusText)
    this.status = response.status
    this.code = code
    this.requestId = response.headers.get('x-ms-request-id')
  }
}

type ProvisioningState =
  | 'Accepted'
  | 'Creating'
  | 'Deleting'
  | 'Moving'
  | 'Failed'
  | 'Succeeded'
  | 'Disabled'
  | 'Canceled'

const DEPLOYMENT_STATES: Record<ProvisioningState, DeploymentStatus> = {
  Accepted: 'creating',
  Creating: 'creating',
  Deleting: 'deleting',
  Moving: 'updating',
  Failed: 'failed',
  Succeeded: 'ready',
  Disabled: 'unknown',
  Canceled: 'failed',
}

/** Deployments, named after the attempt unless the user chose a name. */
export function deployments(settings: AzureSettings): NonNullable<Driver['deployments']> {
  const base = `https://management.azure.com${settings.account}/deployments`
  const version = '?api-version=2026-07-01'
  const urlOf = (name: string) => `${base}/${encodeURIComponent(name)}${version}`
  const call = async (method: string, url: string, signal: AbortSignal, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${await settings.token()}`, 'content-type': 'application/json' }
    const response = await settings.fetch(url, present({ method, headers, signal, body: body && JSON.stringify(body) }))
    const text = await response.text()
    const answered: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) throw new ArmError(response, answered)
    return answered
  }
  const get = async (name: string, signal: AbortSignal) =>
    deploymentAnswer.parse(await call('GET', urlOf(name), signal))
  const look = (name: string, signal: AbortSignal) =>
    get(name, signal).catch((error: unknown) => {
      if (error instanceof ArmError && error.status === 404) return undefined
      throw error
    })
  return {
    async create(spec, { key }, { signal }) {
      const { name = key, sku, capacity, format = 'OpenAI' } = spec.providerOptions as AzureDeploymentOptions
      const there = await look(name, signal)
      // PUT would change the deployment of somebody else.
      if (there !== undefined && there.tags?.[KEY] !== key) {
        throw new ArmError(new Response(null, { status: 409 }), {
          error: { code: 'Conflict', message: 'name is taken' },
        })
      }
      const model = { format, name: spec.model, version: '1' }
      await call('PUT', urlOf(name), signal, {
        sku: { name: sku, capacity },
        tags: { [KEY]: key },
        properties: { model, versionUpgradeOption: 'NoAutoUpgrade' },
      })
      return { id: name }
    },
    async find(spec, { key }, { signal }) {
      const { name = key } = spec.providerOptions as AzureDeploymentOptions
      const there = await look(name, signal)
      // PUT is by name: sent twice it makes one deployment.
      return there?.tags?.[KEY] === key ? { state: 'found', value: toDeployment(there) } : { state: 'absent' }
    },
    get: async (name, { signal }) => toDeployment(await get(name, signal)),
    async list({ after }, { signal }) {
      const page = deploymentPage.parse(await call('GET', `${base}${version}${after ?? ''}`, signal))
      const read = page.value.flatMap((entry) => deploymentAnswer.safeParse(entry).data ?? [])
      const items = read.filter(({ properties }) => TUNED.test(properties.model.name)).map(toDeployment)
      const token = page.nextLink ? new URL(page.nextLink).searchParams.get('$skipToken') : undefined
      return { items, ...present({ next: token ? `&$skipToken=${encodeURIComponent(token)}` : undefined }) }
    },
    async delete(name, context) {
      await get(name, context.signal)
      await call('DELETE', urlOf(name), context.signal)
      await context.until(async () => ((await look(name, context.signal)) === undefined ? true : undefined))
    },
  }
}

function toDeployment(raw: ArmDeployment): Deployment<ArmDeployment> {
  const { provisioningState, deploymentState, model } = raw.properties
  const status = word(DEPLOYMENT_STATES, provisioningState)
  return present({
    id: raw.name,
    target: raw.name,
    model: model.name,
    status: status === 'ready' && deploymentState === 'Paused' ? 'paused' : status,
    rawStatus: deploymentState ? `${provisioningState}, ${deploymentState}` : provisioningState,
    createdAt: raw.systemData?.createdAt,
    raw,
  })
}

/** Names an error of either API. */
export function classify(error: unknown, operation: string): ErrorInfo {
  if (!(error instanceof ArmError)) return classifyApiError(error, operation)
  const { status, code, requestId } = error
  const meaning = named(status, code, operation)
  const taken = status === 409 && operation === 'deployments.create'
  return present({
    ...meaning,
    ...(taken && { code: 'already-exists' as const }),
    status,
    requestId: requestId ?? undefined,
  })
}
