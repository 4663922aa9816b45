import type { Calls } from '../calls.ts'
import type { Deployment, Driver } from '../driver.ts'
import { type AnytuneError, isAnytuneError } from '../errors.ts'
import type { StoredEntry } from '../operation/journal.ts'
import { allPages } from '../pages.ts'
import type { Settings } from '../settings.ts'
import { historyOf } from './attempts.ts'
import type { Hold } from './claims.ts'
import { deploymentThing } from './job-things.ts'
import type { FoundThing } from './things.ts'

/** Deployments, and the operations of the journal that made them. */
export interface DeployedThings {
  readonly things: readonly FoundThing[]
  readonly deploys: readonly string[]
}

/**
 * The deployments of these models: those that the journal says were made here are to be removed. One that somebody else made
 * is told and left alone, and its model with it.
 */
export async function deploymentsOf(
  { calls, journal }: Settings,
  models: ReadonlySet<string>,
  hold: Hold,
  signal: AbortSignal | undefined,
): Promise<DeployedThings> {
  const { deployments } = calls.driver
  if (deployments === undefined || models.size === 0) return { things: [], deploys: [] }
  const deploys: string[] = []
  const ours = new Map<string, FoundThing>()
  const unsure: FoundThing[] = []
  for (const id of await journal.list()) {
    const model = servedBy(calls.driver, await journal.read(id), models)
    if (model === undefined) continue
    await hold(id)
    deploys.push(id)
    const told = await madeBy(calls, deployments, await journal.read(id), model, signal)
    for (const thing of told) {
      if (thing.settled?.state === 'unsure') unsure.push(thing)
      else ours.set(thing.id, thing)
    }
  }
  const listed = await listedFor(calls, deployments, models, signal)
  const others = listed.filter(({ id }) => !ours.has(id))
  return { things: [...unsure, ...ours.values(), ...others], deploys }
}

type Part = NonNullable<Driver['deployments']>

/** The model that an operation of the journal deploys, when it is one of these and of this account. */
function servedBy(
  { provider, scope }: Driver,
  entries: readonly StoredEntry[],
  models: ReadonlySet<string>,
): string | undefined {
  const first = entries[0]?.entry
  if (first?.type !== 'opened' || first.kind !== 'deploy') return undefined
  const here = first.provider === provider && first.scope === scope && models.has(first.model)
  return here ? first.model : undefined
}

async function madeBy(
  calls: Calls,
  deployments: Part,
  entries: readonly StoredEntry[],
  model: string,
  signal: AbortSignal | undefined,
): Promise<readonly FoundThing[]> {
  const first = entries[0]?.entry
  if (first?.type !== 'opened' || first.kind !== 'deploy') return []
  const { made, open } = historyOf(entries, 'deployment')
  // It ended once the deployment was seen to serve, or to fail.
  const seen = entries.some(({ entry }) => entry.type === 'ended')
  const things = [...made].map(([id, at]) =>
    deploymentThing(calls.driver, id, { model, ...(!seen && { madeAt: at.toISOString() }) }),
  )
  const spec = { model, providerOptions: first.options }
  for (const attempt of open) {
    const found = await calls.read(
      'deployments.create (find)',
      (context) => deployments.find(spec, attempt, context),
      signal,
    )
    if (found.state === 'found') things.push(deploymentThing(calls.driver, found.value.id, { model }))
    if (found.state !== 'unsure') continue
    const candidates = found.candidates.map(({ id }) => id)
    things.push({
      kind: 'deployment',
      id: attempt.key,
      model,
      settled: {
        state: 'unsure',
        reason: `whether a deployment of ${model} was made cannot be told`,
        hint: 'look at the provider; what is ours there has to be undeployed by its id',
        next: [{ do: 'undeploy' }],
        candidates,
      },
    })
  }
  return things
}

/** What the provider lists for these models, as not ours; or why it cannot be listed. */
async function listedFor(
  calls: Calls,
  deployments: Part,
  models: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<readonly FoundThing[]> {
  const listed: Deployment[] = []
  try {
    const page = (query: Parameters<Part['list']>[0]) =>
      calls.read('deployments.list', (context) => deployments.list(query, context), signal)
    for await (const deployment of allPages(page)) listed.push(deployment)
  } catch (error) {
    signal?.throwIfAborted()
    // What may pass is worth another try; what was refused must not keep the rest from being removed.
    if (!isAnytuneError(error) || error.retryable) throw error
    return [unlisted(error)]
  }
  return listed
    .filter(({ model }) => model !== undefined && models.has(model))
    .map(({ id, model }): FoundThing => ({
      kind: 'deployment',
      id,
      ...(model !== undefined && { model }),
      settled: {
        state: 'kept',
        code: 'failed-precondition',
        reason: 'it serves the model, and was not made with this journal',
        hint: 'when nobody needs it, undeploy it',
        next: [{ do: 'undeploy', deployment: id }],
      },
    }))
}

function unlisted(error: AnytuneError): FoundThing {
  return {
    kind: 'deployment',
    id: 'unlisted',
    settled: {
      state: 'unsure',
      reason: `deployments cannot be listed: ${error.message}`,
      hint: error.hint ?? 'look at the provider whether the model is still served',
      ...(error.next && { next: error.next }),
      candidates: [],
    },
  }
}
