import { withHeaders, json } from '../../server/answer.ts'
import { readJson } from '../../server/read-body.ts'
import { matchRoute, type Match, type Route } from '../../server/routes.ts'
import type { Answer, VendorRequest } from '../../server/service.ts'
import type { Lag } from '../../server/shelf.ts'
import type { AzureAccount } from '../account.ts'
import { nameOfToken } from '../names.ts'
import { AzureRefusal, errorBodies } from '../refusal.ts'
import type { ArmCall } from './arm-call.ts'
import { ARM_VERSIONS, invalidContent, type ArmVersion } from './deployment-request.ts'
import {
  deleteDeployment,
  getDeployment,
  listDeployments,
  listDeploymentSkus,
  patchDeployment,
  putDeployment,
  switchDeployment,
} from './deployments.ts'
import { listMetrics } from './metrics.ts'
import { getAccount, listAccountModels, listCapacities, listLocationModels } from './models.ts'
import { operationResult, operationStatus } from './operations.ts'

type Handler = (call: ArmCall) => Answer

const account =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{account}'
const deployment = `${account}/deployments/{deployment}`
const service = '/subscriptions/{subscription}/providers/Microsoft.CognitiveServices'
const location = `${service}/locations/{location}`

const ROUTES: readonly Route<Handler>[] = [
  { method: 'GET', path: account, operation: 'account.get', act: getAccount },
  { method: 'GET', path: `${account}/models`, operation: 'account.models.list', act: listAccountModels },
  { method: 'GET', path: `${account}/deployments`, operation: 'deployments.list', act: listDeployments },
  { method: 'GET', path: deployment, operation: 'deployments.get', act: getDeployment },
  { method: 'PUT', path: deployment, operation: 'deployments.put', act: putDeployment },
  { method: 'PATCH', path: deployment, operation: 'deployments.patch', act: patchDeployment },
  { method: 'DELETE', path: deployment, operation: 'deployments.delete', act: deleteDeployment },
  {
    method: 'POST',
    path: `${deployment}/pause`,
    operation: 'deployments.pause',
    act: (call) => switchDeployment(call, true),
  },
  {
    method: 'POST',
    path: `${deployment}/resume`,
    operation: 'deployments.resume',
    act: (call) => switchDeployment(call, false),
  },
  { method: 'GET', path: `${deployment}/skus`, operation: 'deployments.skus.list', act: listDeploymentSkus },
  { method: 'GET', path: `${service}/modelCapacities`, operation: 'capacities.list', act: listCapacities },
  { method: 'GET', path: `${location}/models`, operation: 'location.models.list', act: listLocationModels },
  {
    method: 'GET',
    path: `${location}/operationStatuses/{operation}`,
    operation: 'operations.status',
    act: operationStatus,
  },
  {
    method: 'GET',
    path: `${location}/operationResults/{operation}`,
    operation: 'operations.result',
    act: operationResult,
  },
  {
    method: 'GET',
    path: `${account}/providers/microsoft.insights/metrics`,
    operation: 'metrics.list',
    act: listMetrics,
  },
]

/** Operations of an API of their own, whose versions are others. */
const OTHER_VERSIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  'metrics.list': ['2023-10-01', '2024-02-01'],
}
/** Operations that only the newest version has. */
const ONLY_NEWEST: ReadonlySet<string> = new Set(['deployments.pause', 'deployments.resume'])

/** Finds what a request to Azure Resource Manager asks for. */
export function matchArm(request: VendorRequest): Match<Handler> {
  return matchRoute(ROUTES, request.method, canonicalPath(request.path))
}

/** Checks token, API version and address in this order, and acts. */
export function actArm(
  request: VendorRequest,
  match: Match<Handler>,
  owner: AzureAccount | undefined,
  lag: Lag,
  now: number,
): Answer {
  if (owner === undefined) throw unauthenticated(request)
  if (match.found !== 'route') throw unmatched(request, match)
  const { route, params } = match
  const apiVersion = checkVersion(request, route.operation)
  checkAddress(owner, params)
  const call: ArmCall = { request, account: owner, params, apiVersion, now, lag, body: () => readBody(request) }
  return route.act(call)
}

/** The name of the account that a request's token stands for. */
export function armAccountName({ headers }: VendorRequest): string | undefined {
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  return token === undefined ? undefined : nameOfToken(token)
}

/** An error in Azure Resource Manager's words. */
export function armRefusal(refusal: AzureRefusal): Answer {
  return withHeaders(json(refusal.status, errorBodies.arm(refusal)), refusal.headers)
}

function unauthenticated({ headers }: VendorRequest): AzureRefusal {
  const challenge = { headers: { 'www-authenticate': 'Bearer authorization_uri="https://login.microsoftonline.com/"' } }
  return headers.authorization === undefined
    ? new AzureRefusal(
        401,
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing.",
        challenge,
      )
    : new AzureRefusal(401, 'InvalidAuthenticationToken', 'The access token is invalid.', challenge)
}

function checkVersion(request: VendorRequest, operation: string): ArmVersion {
  const given = request.query.get('api-version')
  if (given === null) {
    throw new AzureRefusal(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  }
  const newest: ArmVersion = '2026-07-01'
  const others = OTHER_VERSIONS[operation]
  if (others?.includes(given) === true) return newest
  const known: readonly ArmVersion[] = ONLY_NEWEST.has(operation) ? [newest] : ARM_VERSIONS
  const version = others === undefined ? known.find((one) => one === given) : undefined
  if (version !== undefined) return version
  const supported = (others ?? known).join(', ')
  throw new AzureRefusal(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${given}' is invalid. The supported versions are '${supported}'.`,
    { target: 'api-version' },
  )
}

/** A token reaches its own resource and nothing else. */
function checkAddress({ names }: AzureAccount, params: Readonly<Record<string, string>>): void {
  const { subscription, group, account: name } = params
  if (subscription !== undefined && !same(subscription, names.subscriptionId)) {
    throw new AzureRefusal(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`)
  }
  if (group !== undefined && !same(group, names.resourceGroup)) {
    throw new AzureRefusal(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`)
  }
  if (name !== undefined && !same(name, names.account)) {
    throw new AzureRefusal(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.CognitiveServices/accounts/${name}' under resource group '${group}' was not found.`,
    )
  }
}

function unmatched(request: VendorRequest, match: Match<Handler>): AzureRefusal {
  if (match.found === 'path') {
    return new AzureRefusal(
      405,
      'MethodNotAllowed',
      `The requested resource does not support http method '${request.method}'.`,
    )
  }
  return new AzureRefusal(404, 'InvalidResourceType', 'The resource type could not be found.')
}

function readBody(request: VendorRequest): unknown {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\b/i.test(type)) {
    throw new AzureRefusal(
      415,
      'UnsupportedMediaType',
      `The content media type '${type}' is not supported. Only 'application/json' is supported.`,
    )
  }
  const read = readJson(request.body)
  if ('value' in read) return read.value
  throw invalidContent(`the body is ${read.problem === 'empty' ? 'missing' : 'not valid JSON'}.`)
}

/** Azure Resource Manager takes the fixed parts of a path, which alternate with names, in any case. */
function canonicalPath(path: string): string {
  const segments = path.split('/')
  return segments
    .map((segment, index) =>
      index % 2 === 1 || segments[index - 1]?.toLowerCase() === 'providers' ? canonical(segment) : segment,
    )
    .join('/')
}

const FIXED: ReadonlyMap<string, string> = new Map(
  [
    'subscriptions',
    'resourceGroups',
    'providers',
    'Microsoft.CognitiveServices',
    'microsoft.insights',
    'accounts',
    'deployments',
    'locations',
    'models',
    'metrics',
    'modelCapacities',
    'skus',
    'operationStatuses',
    'operationResults',
    'pause',
    'resume',
  ].map((part) => [part.toLowerCase(), part]),
)

function canonical(segment: string): string {
  return FIXED.get(segment.toLowerCase()) ?? segment
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
