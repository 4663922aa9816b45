import type { Calls } from '../calls.ts'
import { assertOperation } from '../support.ts'
import type { Deployment, Driver } from '../driver.ts'
import { AnytuneError, isAnytuneError, withAdvice } from '../errors.ts'
import { decisions, type NextAction } from '../next-action.ts'
import type { StoredEntry } from '../operation/journal.ts'
import { decide, foldSteps, newOperationId, runStep } from '../operation/operation.ts'
import { assertHourlyCost } from '../plan/hourly-cost.ts'
import { digestOf } from '../plan/document-digest.ts'
import { createPoller, LONGEST_WAIT_MS } from '../poll.ts'
import { formatReference } from '../reference.ts'
import { createServingJudge } from '../policy/judge-serving.ts'
import type { Settings } from '../settings.ts'
import { whenVisible } from '../run/visible.ts'
import type { DeployOptions, DeploymentHandle, ModelHandle } from '../tuner.ts'
import { answering } from './chat.ts'
import { assertNoOptions, parseDeploymentOptions, servedBy, servedModel, servingOffering } from './quote.ts'

/**
 * Serves a model, and waits until it answers. An earlier call that did not come to its end, in whatever process, is gone on with:
 * a deployment is never made twice because somebody's process died.
 *
 * @throws AnytuneError `needs-decision` when it cannot be told whether an earlier attempt made one.
 */
export async function deployModel(
  settings: Settings,
  { id: model, baseModel }: Pick<ModelHandle, 'id' | 'baseModel'>,
  options: DeployOptions,
): Promise<DeploymentHandle> {
  const { calls, journal, profile } = settings
  const { driver } = calls
  const own = options.providerOptions?.[driver.provider] ?? {}
  if (driver.deployments === undefined) return servedDirectly(settings, { id: model, baseModel }, own, options)
  const { deployments } = driver
  const spec = { model, providerOptions: parseDeploymentOptions(driver, own) }
  const offering = servingOffering(driver, baseModel, spec.providerOptions)
  if (options.maxHourlyCost !== undefined) {
    const record = { catalogue: settings.catalogue, now: settings.now(), provider: driver.provider }
    assertHourlyCost(offering, options.maxHourlyCost, record)
  }
  const digest = digestOf(spec.providerOptions)
  const id = (await unfinished(settings, model, digest)) ?? newOperationId('deploy')
  const opened = {
    type: 'opened',
    kind: 'deploy',
    profile,
    provider: driver.provider,
    scope: driver.scope,
    model,
    options: spec.providerOptions,
  } as const
  const entries = await journal.read(id)
  const permitted = createServingJudge(settings, { offering, model, isServing: false })
  await permitted('deployments.create', options.signal).catch((error: unknown) => {
    // What an earlier call made costs all the same.
    throw isAnytuneError(error) ? withWayOn(error, model, entries) : error
  })
  if (entries.length === 0) await journal.create(id, opened)
  const made = foldSteps(entries).get('deployment')?.state === 'done'
  const claim = await journal.claim(id)
  try {
    if (options.decision !== undefined) await decide(journal, id, options.decision)
    const deployment = await runStep<Deployment>(
      calls,
      journal,
      id,
      'deployment',
      {
        operation: 'deployments.create',
        create: (attempt, context) => deployments.create(spec, attempt, context),
        find: (attempt, context) => deployments.find(spec, attempt, context),
        get: (found, context) => deployments.get(found, context),
      },
      {
        ...(options.signal && { signal: options.signal }),
        onState: (state) => options.onProgress?.({ type: 'step', step: 'deployment', state }),
      },
    )
    const end = (status: string) => journal.append(id, { type: 'ended', status })
    const serving = await untilServing(calls, deployment, options, end).catch(async (error: unknown) => {
      // Made by an earlier call and not there: it was removed, and must not be looked for at every call to come.
      if (made && isAnytuneError(error) && error.code === 'not-found') await end('gone')
      throw error
    })
    await end('serving')
    return openDeployment(settings, serving)
  } catch (error) {
    throw isAnytuneError(error) ? withWayOn(error, model, await journal.read(id)) : error
  } finally {
    await claim.release()
  }
}

/** With what to do next: what a deployment costs goes on when the call that made it has failed. */
function withWayOn(error: AnytuneError, model: string, entries: readonly StoredEntry[]): AnytuneError {
  const made = foldSteps(entries).get('deployment')
  const named = error.next?.some((action) => action.do === 'undeploy' && action.deployment === made?.id) === true
  if (made === undefined || made.state === 'refused' || error.code === 'not-found' || named) return error
  if (made.state === 'done') {
    const next: readonly NextAction[] = [{ do: 'undeploy', ...(made.id !== undefined && { deployment: made.id }) }]
    return withAdvice(error, { hint: 'the deployment may cost until it is undeployed', next })
  }
  const list: NextAction = { do: 'list', what: 'deployments' }
  if (error.code === 'needs-decision') {
    const deciding = decisions(error.data?.['candidates']).map(
      (decision) => ({ do: 'deploy', model, decision }) as const,
    )
    return withAdvice(error, { hint: 'then deploy with that decision and the same options', next: [list, ...deciding] })
  }
  return withAdvice(error, {
    hint: 'it may have been made, and cost: deploy again to go on with it, or list the deployments, and undeploy it',
    next: [{ do: 'deploy', model }, list, { do: 'undeploy' }],
  })
}

/**
 * The operation that began to deploy this model and was not heard of again.
 *
 * @throws AnytuneError `failed-precondition` when it was begun with other options: they would be ignored, or it would be made twice.
 */
async function unfinished({ calls, journal }: Settings, model: string, digest: string): Promise<string | undefined> {
  const { provider, scope } = calls.driver
  for (const id of await journal.list()) {
    const entries = (await journal.read(id)).map(({ entry }) => entry)
    const [first] = entries
    if (first?.type !== 'opened' || first.kind !== 'deploy') continue
    const same = first.provider === provider && first.scope === scope && first.model === model
    if (!same || entries.some(({ type }) => type === 'ended' || type === 'refused')) continue
    if (digestOf(first.options) === digest) return id
    throw new AnytuneError(
      'failed-precondition',
      `${id} began to deploy this model with other options and has not ended`,
      {
        provider,
        operation: 'deployments.create',
        hint: 'deploy with those options to go on with it, then undeploy it if it is not wanted',
      },
    )
  }
  return undefined
}

/** The handle of a deployment that exists. */
export function openDeployment(settings: Settings, deployment: Deployment): DeploymentHandle {
  const { calls } = settings
  const { driver } = calls
  const { provider, scope } = driver
  return {
    id: deployment.id,
    reference: formatReference({ provider, scope, kind: 'deployment', id: deployment.id }),
    created: true,
    async undeploy({ signal } = {}) {
      await deleteDeployment(calls, deployment.id, signal)
    },
    ...answering(settings, {
      kind: 'deployment',
      id: deployment.id,
      target: deployment.target,
      served: servedBy(driver, deployment),
    }),
  }
}

export async function deleteDeployment(calls: Calls, id: string, signal: AbortSignal | undefined): Promise<void> {
  const deployments = partOf(calls.driver)
  const remove = assertOperation(calls.driver, 'deployments.delete', deployments.delete)
  await calls.write('deployments.delete', (context) => remove.call(deployments, id, context), signal)
}

/** The deployments of a driver that has them. */
export function partOf(driver: Driver): NonNullable<Driver['deployments']> {
  return assertOperation(driver, 'deployments', driver.deployments)
}

/** Where the vendor serves tuned models by their id, there is nothing to create, to pay or to take down. */
function servedDirectly(
  settings: Settings,
  { id: model, baseModel }: Pick<ModelHandle, 'id' | 'baseModel'>,
  own: object,
  { decision }: DeployOptions,
): DeploymentHandle {
  const { driver } = settings.calls
  assertOperation(driver, 'deployments', driver.chat)
  assertNoOptions(driver, own)
  if (decision !== undefined) assertOperation(driver, 'deployments, about which to decide', undefined)
  const { provider, scope } = driver
  return {
    id: model,
    reference: formatReference({ provider, scope, kind: 'model', id: model }),
    created: false,
    async undeploy() {},
    ...answering(settings, {
      kind: 'model',
      id: model,
      target: model,
      served: servedModel(settings, model, baseModel),
    }),
  }
}

async function untilServing(
  calls: Calls,
  id: string,
  { signal, onProgress }: Pick<DeployOptions, 'signal' | 'onProgress'>,
  end: (status: string) => Promise<void>,
): Promise<Deployment> {
  const deployments = partOf(calls.driver)
  const poller = createPoller(calls.driver.polling)
  const since = Date.now()
  let told: string | undefined
  for (;;) {
    const deployment = await whenVisible(calls, 'deployments.get', (context) => deployments.get(id, context), signal)
    const { status, rawStatus } = deployment
    if (told !== `${status}/${rawStatus}`) onProgress?.({ type: 'status', deployment: id, status, rawStatus })
    told = `${status}/${rawStatus}`
    if (status === 'ready') return deployment
    if (status === 'failed' || status === 'deleting') {
      await end(status)
      throw new AnytuneError(
        'failed-precondition',
        `the deployment ${id} is ${status}: ${deployment.failure ?? rawStatus}`,
        {
          provider: calls.driver.provider,
          operation: 'deployments.get',
          hint: 'undeploy it, and deploy again: it may cost as long as it exists',
          next: [{ do: 'undeploy', deployment: id }],
          data: { deployment: id },
        },
      )
    }
    if (Date.now() - since >= LONGEST_WAIT_MS) throw notServing(calls, deployment)
    await poller.wait({ ...(signal && { signal }) })
  }
}

function notServing({ driver }: Calls, { id, rawStatus }: Deployment): AnytuneError {
  const minutes = LONGEST_WAIT_MS / 60_000
  return new AnytuneError(
    'timeout',
    `the deployment ${id} is ${rawStatus}, and does not serve after ${minutes} minutes`,
    {
      provider: driver.provider,
      operation: 'deployments.get',
      hint: 'look at it at the provider; deployed again with the same options, it is waited for again',
      data: { deployment: id },
    },
  )
}
