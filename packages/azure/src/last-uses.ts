import { z } from 'zod'
import type { ResourceManager } from './resource-manager.ts'

const METRICS_VERSION = '2023-10-01'
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** Deployments that nobody asks are deleted after fifteen days: an older use is of no interest. */
const WINDOW_DAYS = 16

const metricsSchema = z.looseObject({
  value: z.array(
    z.looseObject({
      timeseries: z.array(
        z.looseObject({
          metadatavalues: z.array(z.looseObject({ name: z.looseObject({ value: z.string() }), value: z.string() })),
          data: z.array(z.looseObject({ timeStamp: z.coerce.date(), total: z.number().nullish() })),
        }),
      ),
    }),
  ),
})

/**
 * The hour of each deployment's last question in the last sixteen days, by Azure Monitor; without an entry where there was none.
 * Undefined where the identity may not read metrics: that right is another one, and nothing depends on it.
 */
export async function lastUses(
  manager: ResourceManager,
  deployments: readonly { readonly name: string }[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Date> | undefined> {
  if (deployments.length === 0) return undefined
  const to = new Date()
  // The service counts hours from here: whole ones, so that looking again tells the same.
  const from = new Date(Math.floor((to.getTime() - WINDOW_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS)
  try {
    const { body } = await manager.extension('/providers/microsoft.insights/metrics', {
      signal,
      query: {
        'api-version': METRICS_VERSION,
        metricnames: 'AzureOpenAIRequests',
        aggregation: 'Total',
        interval: 'PT1H',
        timespan: `${from.toISOString()}/${to.toISOString()}`,
        $filter: "ModelDeploymentName eq '*'",
      },
    })
    return readUses(body)
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/** An answer of the metrics API as the last hour with a question, by the deployment's name in lower case: capitals mean nothing in names of resources. */
export function readUses(body: unknown): ReadonlyMap<string, Date> {
  const uses = new Map<string, Date>()
  for (const { metadatavalues, data } of metricsSchema.parse(body).value.flatMap(({ timeseries }) => timeseries)) {
    const name = metadatavalues.find(({ name }) => name.value.toLowerCase() === 'modeldeploymentname')?.value
    const last = data.findLast(({ total }) => (total ?? 0) > 0)?.timeStamp
    if (name === undefined || last === undefined) continue
    const key = name.toLowerCase()
    const known = uses.get(key)
    if (known === undefined || known < last) uses.set(key, last)
  }
  return uses
}
