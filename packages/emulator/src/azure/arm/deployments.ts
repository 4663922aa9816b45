import { randomUUID } from 'node:crypto'
import { empty, json } from '../../server/answer.ts'
import type { Answer } from '../../server/service.ts'
import type { AzureAccount } from '../account.ts'
import { provisioningState, SKUS, type Deployment, type DeploymentChoice } from '../deployments.ts'
import { findServable, hasRetired, type Servable } from '../models.ts'
import { AzureRefusal } from '../refusal.ts'
import { accountId, toDeployment } from './answers.ts'
import type { ArmCall } from './arm-call.ts'
import { invalidProperty, readDeployment, readDeploymentPatch } from './deployment-request.ts'
import { operationUrl, type Operation } from './operations.ts'
import { pageOf } from './pages.ts'

/** PUT: makes a deployment (201) or changes one (200); `Creating` until the clock has moved on. */
export function putDeployment(call: ArmCall): Answer {
  const { account, now, params, lag } = call
  const name = deploymentName(params['deployment'] ?? '')
  const choice = readDeployment(call.body(), call.apiVersion)
  const before = find(account, name)
  if (before !== undefined) refuseWhileBusy(before, now)
  const serves = admit(account, choice, before, now)
  const timing = { changedAt: now, settlesAt: now + account.settings.deployingMilliseconds }
  const { deploymentState, ...chosen } = choice
  const state = {
    choice: chosen,
    serves,
    paused: deploymentState === undefined ? (before?.paused ?? false) : deploymentState === 'Paused',
    ...timing,
    answersAt: timing.settlesAt + account.settings.readinessLagMilliseconds,
    failure: account.settings.failsDeployments ? FAILURE : undefined,
  }
  const deployment =
    before === undefined
      ? account.deployments.add(
          name.toLowerCase(),
          { name, createdAt: now, ...state, goneAt: undefined, calls: [] },
          lag,
        )
      : Object.assign(before, state)
  const operation = begin(account, { kind: 'put', deployment, startedAt: now })
  const headers = { 'azure-asyncoperation': operationUrl(call, operation, 'operationStatuses'), 'retry-after': '1' }
  return json(before === undefined ? 201 : 200, toDeployment(account, deployment, now, call.apiVersion), headers)
}

export function getDeployment(call: ArmCall): Answer {
  return json(200, toDeployment(call.account, existing(call, 'look'), call.now, call.apiVersion))
}

/** Pages of `deploymentsPerPage`, by `nextLink`. */
export function listDeployments(call: ArmCall): Answer {
  const { account, now, apiVersion } = call
  const page = pageOf(call, account.deployments.list(), account.settings.deploymentsPerPage)
  return json(200, {
    ...page,
    value: page.value.map((deployment) => toDeployment(account, deployment, now, apiVersion)),
  })
}

/** PATCH: capacity, type and tags, at once. */
export function patchDeployment(call: ArmCall): Answer {
  const { account, now, apiVersion } = call
  const deployment = existing(call, 'peek')
  refuseWhileBusy(deployment, now)
  const choice = readDeploymentPatch(call.body(), deployment.choice)
  admit(account, choice, deployment, now)
  Object.assign(deployment, { choice, changedAt: now })
  return json(200, toDeployment(account, deployment, now, apiVersion))
}

/** DELETE: 202 with a `location` to ask, 204 for one that is not there. */
export function deleteDeployment(call: ArmCall): Answer {
  const { account, now, params } = call
  const deployment = find(account, params['deployment'] ?? '')
  if (deployment === undefined) return empty(204)
  deployment.goneAt ??= now + account.settings.undeployingMilliseconds
  const operation = begin(account, { kind: 'delete', deployment, startedAt: now })
  return empty(202, { location: operationUrl(call, operation, 'operationResults'), 'retry-after': '1' })
}

/** Pauses or resumes; a paused deployment answers chat with 423. */
export function switchDeployment(call: ArmCall, paused: boolean): Answer {
  const { account, now, apiVersion } = call
  const deployment = existing(call, 'peek')
  if (provisioningState(deployment, now) !== 'Succeeded') throw conflict(deployment.name)
  deployment.paused = paused
  deployment.changedAt = now
  return json(200, toDeployment(account, deployment, now, apiVersion))
}

/** The types that the deployment could be changed to. */
export function listDeploymentSkus(call: ArmCall): Answer {
  const { serves } = existing(call, 'peek')
  const skus = SKUS.filter((name) => serves.tuned || name !== 'DeveloperTier')
  const resourceType = 'Microsoft.CognitiveServices/accounts/deployments'
  const capacity = { minimum: 1, maximum: call.account.settings.capacity, step: 1, default: 1 }
  return json(200, { value: skus.map((name) => ({ resourceType, sku: { name }, capacity })) })
}

/** What a deployment that `failsDeployments` leaves says of itself. */
const FAILURE = { code: 'DeploymentFailed', message: 'The deployment could not be completed. Delete it and try again.' }

/** What is to be served, or a refusal where the resource cannot. */
function admit(account: AzureAccount, choice: DeploymentChoice, before: Deployment | undefined, now: number): Servable {
  const { format, name, version } = choice.model
  const { source, sourceAccount } = choice.model
  if (
    sourceAccount !== undefined ||
    (source !== undefined && source.toLowerCase() !== accountId(account).toLowerCase())
  ) {
    throw invalidProperty('The emulator deploys models of the same resource only.', 'properties.model.source')
  }
  const served = findServable(account, choice.model)
  const retires = served?.tuned === true ? served.base.retires.tunedInference : served?.base.retires.inference
  if (served === undefined || retires === undefined || hasRetired(account, retires, now)) {
    throw new AzureRefusal(
      400,
      'DeploymentModelNotSupported',
      `The model 'Format: ${format}, Name: ${name}, Version: ${version}' of account deployment is not supported.`,
      { target: 'properties.model' },
    )
  }
  if (choice.sku.name === 'DeveloperTier' && !served.tuned) {
    throw invalidProperty("The SKU 'DeveloperTier' serves fine-tuned models only.", 'sku.name')
  }
  const others = account.deployments.all().filter((deployment) => deployment !== before)
  const { capacity, maximumTunedDeployments } = account.settings
  const used = others.reduce((total, deployment) => total + deployment.choice.sku.capacity, 0)
  if (used + choice.sku.capacity > capacity) {
    throw new AzureRefusal(
      400,
      'InsufficientQuota',
      `This operation requires ${choice.sku.capacity} new capacity in quota Tokens Per Minute (thousands), which is bigger than the current available capacity ${capacity - used}. The current quota usage is ${used} and the quota limit is ${capacity}.`,
    )
  }
  if (served.tuned && others.filter(({ serves }) => serves.tuned).length >= maximumTunedDeployments) {
    throw new AzureRefusal(
      400,
      'InsufficientQuota',
      `The resource has reached the maximum of ${maximumTunedDeployments} deployments of fine-tuned models.`,
    )
  }
  return served
}

function find(account: AzureAccount, name: string): Deployment | undefined {
  return account.deployments.peek(name.toLowerCase())
}

function existing({ account, params }: ArmCall, how: 'look' | 'peek'): Deployment {
  const name = params['deployment'] ?? ''
  const deployment = account.deployments[how](name.toLowerCase())
  if (deployment !== undefined) return deployment
  throw new AzureRefusal(404, 'ResourceNotFound', `The deployment '${name}' was not found.`, { target: name })
}

function refuseWhileBusy(deployment: Deployment, now: number): void {
  const state = provisioningState(deployment, now)
  if (state === 'Creating' || state === 'Deleting') throw conflict(deployment.name)
}

function conflict(name: string): AzureRefusal {
  return new AzureRefusal(
    409,
    'RequestConflict',
    `Another operation is in progress on the deployment '${name}'. Please try again later.`,
  )
}

function deploymentName(name: string): string {
  if (/^[A-Za-z0-9][\w.-]{1,63}$/.test(name)) return name
  throw invalidProperty('A deployment name has 2 to 64 letters, digits, hyphens, underscores and dots.', 'name')
}

function begin(account: AzureAccount, operation: Omit<Operation, 'id'>): Operation {
  const begun = { id: randomUUID(), ...operation }
  account.operations.set(begun.id, begun)
  return begun
}
