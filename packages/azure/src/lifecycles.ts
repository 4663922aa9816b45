import { z } from 'zod'
import { statusOf } from '@anytune/openai-compatible'
import type { Clients } from './clients.ts'
import { baseModelOf } from './names.ts'
import { expected, type ResourceManager, ResourceManagerError } from './resource-manager.ts'

/** What is known of a model beside its name. */
export interface Lifecycle {
  /** Until when it answers. */
  readonly servedUntil?: Date
  /** Until when it can be tuned. */
  readonly tunedUntil?: Date
  readonly baseModel?: string
  /** The job that made it. */
  readonly job?: string
}

/** Finds what is known of a model by its id. */
export type Lifecycles = (id: string) => Lifecycle

/**
 * Lifecycles of the resource's models: by Azure Resource Manager, whose dates are the ones that are kept current, else by the dated API.
 * A tuned model without an entry of its own has the dates of its base model: the vendor's documentation lets tuned ones be served longer.
 */
export async function lifecyclesOf({ managerIfAny, dated }: Clients, signal: AbortSignal): Promise<Lifecycles> {
  const known = (managerIfAny && (await byResourceManager(managerIfAny, signal))) ?? (await byDatedApi(dated, signal))
  return (id) => {
    const own = known.get(id)
    const baseModel = own?.baseModel ?? baseModelOf(id)
    if (own?.servedUntil !== undefined) return { ...own, ...(baseModel && { baseModel }) }
    const { servedUntil, tunedUntil } = known.get(baseModel ?? '') ?? {}
    return {
      ...own,
      ...(baseModel && { baseModel }),
      ...(servedUntil && { servedUntil }),
      ...(tunedUntil && { tunedUntil }),
    }
  }
}

const managedModel = z.looseObject({
  name: z.string(),
  version: z.string().nullish(),
  deprecation: z.looseObject({ fineTune: z.coerce.date().nullish(), inference: z.coerce.date().nullish() }).nullish(),
})
const managedPage = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().nullish() })

/** Undefined where the identity may not read the resource's models. */
async function byResourceManager(
  manager: ResourceManager,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Lifecycle> | undefined> {
  const known = new Map<string, Lifecycle>()
  try {
    let answer = await manager.request('GET', '/models', { signal })
    for (;;) {
      const { value, nextLink } = expected(managedPage, answer.body)
      for (const entry of value) {
        const { data } = managedModel.safeParse(entry)
        if (data === undefined) continue
        const { name, version, deprecation } = data
        const lifecycle = {
          ...(deprecation?.inference && { servedUntil: deprecation.inference }),
          ...(deprecation?.fineTune && { tunedUntil: deprecation.fineTune }),
        }
        // Open-weight models have the version 1, which is no part of the name that they are tuned by.
        if (!known.has(name)) known.set(name, lifecycle)
        if (version) known.set(`${name}-${version}`, lifecycle)
      }
      const next = nextLink ? await manager.follow(nextLink, signal) : undefined
      if (next === undefined) return known
      answer = next
    }
  } catch (error) {
    if (error instanceof ResourceManagerError && UNREADABLE.has(error.status)) return undefined
    throw error
  }
}

/** Refused, or not there: the right to read this is another one. */
const UNREADABLE: ReadonlySet<number> = new Set([401, 403, 404, 405])

const datedModel = z.looseObject({
  id: z.string(),
  model: z.string().nullish(),
  fine_tune: z.string().nullish(),
  deprecation: z.looseObject({ fine_tune: z.number().nullish(), inference: z.number().nullish() }).nullish(),
})
const datedList = z.looseObject({ data: z.array(z.unknown()) })

/** Nothing is known where a gateway lets only the v1 API through. */
async function byDatedApi(dated: Clients['dated'], signal: AbortSignal): Promise<ReadonlyMap<string, Lifecycle>> {
  try {
    // The dated API's models have another shape than the SDK's types say.
    const { data } = expected(datedList, await dated.get('/models', { signal }))
    return new Map(data.flatMap((entry) => fromDated(datedModel.safeParse(entry).data)))
  } catch (error) {
    if (UNREADABLE.has(statusOf(error) ?? 0)) return new Map()
    throw error
  }
}

function fromDated(model: z.infer<typeof datedModel> | undefined): readonly (readonly [string, Lifecycle])[] {
  if (model === undefined) return []
  const { id, model: baseModel, fine_tune: job, deprecation } = model
  const date = (seconds: number | null | undefined) => (seconds ? new Date(seconds * 1000) : undefined)
  const servedUntil = date(deprecation?.inference)
  const tunedUntil = date(deprecation?.fine_tune)
  const lifecycle = {
    ...(servedUntil && { servedUntil }),
    ...(tunedUntil && { tunedUntil }),
    ...(baseModel && { baseModel }),
    ...(job && { job }),
  }
  return [[id, lifecycle]]
}
