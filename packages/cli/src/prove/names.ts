/** Members whose names are the account's own words, not the API's. */
const MAPS: ReadonlySet<string> = new Set([
  'metadata',
  'tags',
  'labels',
  'graders',
  'logit_bias',
  'userAssignedIdentities',
  'headers',
])

/** Members whose whole content is the account's own: JSON schemas, templates, sources of data. */
const OPAQUE: ReadonlySet<string> = new Set([
  'parameters',
  'schema',
  'json_schema',
  'response_format',
  'data_sources',
  'item',
  'logprobs',
])

/** True when the members of an object under this name are named by the account. */
export function isMapName(name: string): boolean {
  return MAPS.has(name)
}

/** True when nothing of what lies under this name may be told. */
export function isOpaqueName(name: string): boolean {
  return OPAQUE.has(name)
}

const LONGEST_NAME = 48
const MOST_WORDS = 8
const WORD = /^[A-Za-z][a-z]{0,14}\d{0,3}$/

/** True for a name as an API would give it, words in snake or camel case; keys, ids and addresses do not look so. */
export function looksLikeApiName(name: string): boolean {
  if (name.length > LONGEST_NAME || /[A-Z]{5}/.test(name) || (name.match(/\d/g) ?? []).length > 4) return false
  const words = name.split(/[_-]|(?=[A-Z])/)
  return words.length <= MOST_WORDS && words.every((word) => WORD.test(word))
}

/** What stands for a member whose name may not be told. */
export const UNTOLD = '*'

/** The constant words in the paths of vendors' APIs. A segment that is none of them is an id, whatever it looks like. */
const PATH_WORDS: ReadonlySet<string> = new Set(
  [
    // OpenAI's wire format, and Azure's form of it.
    'v1 openai files content uploads parts complete cancel fine_tuning jobs events checkpoints permissions pause resume',
    'models chat completions deployments import',
    // Azure Resource Manager.
    'subscriptions resourceGroups providers Microsoft.CognitiveServices microsoft.insights accounts locations metrics',
    'usages operationResults operationStatuses modelCapacities',
  ].flatMap((line) => line.split(' ')),
)

/** A path with `{id}` for everything in it that is not a constant word of a known API. */
export function pathTemplate(path: string): string {
  const segments = path.split('/').map((segment) => (segment === '' || PATH_WORDS.has(segment) ? segment : '{id}'))
  return segments.join('/')
}

/** Hosts that are the same for every account, and the ends of those that begin with an account's or a region's name. */
const PUBLIC_HOSTS: readonly string[] = [
  'api.openai.com',
  'eu.api.openai.com',
  'us.api.openai.com',
  'management.azure.com',
]
const PUBLIC_SUFFIXES: readonly string[] = [
  '.openai.azure.com',
  '.services.ai.azure.com',
  '.cognitiveservices.azure.com',
]

/** How a host may be told: `loopback`, the public part of a vendor's host, or `{host}` for one that nobody knows. */
export function hostTemplate(host: string): string {
  if (isLoopback(host)) return 'loopback'
  if (PUBLIC_HOSTS.includes(host)) return host
  const suffix = PUBLIC_SUFFIXES.find((end) => host.endsWith(end))
  return suffix === undefined ? '{host}' : `{account}${suffix}`
}

/** True for a host that is a vendor's own service, so that what it answered is proof. */
export function isVendorHost(template: string): boolean {
  return template !== 'loopback' && template !== '{host}'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** A version of an API as vendors write them: `2026-07-01`, `2025-04-01-preview`, `v1`, `preview`. */
export function apiVersion(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined
  return /^(?:\d{4}-\d{2}-\d{2}(?:-preview)?|v1|preview|latest)$/.test(text) ? text : undefined
}

/** The media type of a body, without parameters: a boundary is made for one request. */
export function mediaType(header: string | null | undefined): string | undefined {
  const type = header?.split(';')[0]?.trim().toLowerCase()
  return type !== undefined && /^[a-z]+\/[a-z0-9.+-]{1,60}$/.test(type) ? type : undefined
}
