import { empty, json } from '../../server/answer.ts'
import type { Answer } from '../../server/service.ts'
import type { Deployment } from '../deployments.ts'
import { AzureRefusal } from '../refusal.ts'
import type { ArmCall } from './arm-call.ts'

/** Something long that was begun; how it stands follows from the deployment and the clock. */
export interface Operation {
  readonly id: string
  readonly kind: 'put' | 'delete'
  readonly deployment: Deployment
  readonly startedAt: number
}

/** The address at which an operation is asked after. */
export function operationUrl(
  { request, account, apiVersion }: ArmCall,
  { id }: Operation,
  kind: 'operationStatuses' | 'operationResults',
): string {
  const { names, settings } = account
  const place = `subscriptions/${names.subscriptionId}/providers/Microsoft.CognitiveServices/locations/${settings.location}`
  return `${request.origin}/${place}/${kind}/${id}?api-version=${apiVersion}`
}

/** `Azure-AsyncOperation`: always 200, with the state in the body. */
export function operationStatus(call: ArmCall): Answer {
  const operation = existing(call)
  const { id, deployment, startedAt } = operation
  const endsAt = endOf(operation)
  const over = call.now >= endsAt
  const failure = operation.kind === 'put' && over ? deployment.failure : undefined
  const status = over ? (failure === undefined ? 'Succeeded' : 'Failed') : 'Running'
  return json(200, {
    id: call.request.path,
    name: id,
    status,
    startTime: new Date(startedAt).toISOString(),
    ...(over && { endTime: new Date(endsAt).toISOString() }),
    ...(failure !== undefined && { error: failure }),
  })
}

/** `location`: 202 while it lasts, then 200. */
export function operationResult(call: ArmCall): Answer {
  const operation = existing(call)
  if (call.now >= endOf(operation)) return empty(200)
  return empty(202, { location: operationUrl(call, operation, 'operationResults'), 'retry-after': '1' })
}

function endOf({ kind, deployment }: Operation): number {
  return kind === 'put' ? deployment.settlesAt : (deployment.goneAt ?? 0)
}

function existing({ account, params }: ArmCall): Operation {
  const id = params['operation'] ?? ''
  const operation = account.operations.get(id)
  if (operation !== undefined) return operation
  throw new AzureRefusal(404, 'ResourceNotFound', `The operation '${id}' was not found.`, { target: id })
}
