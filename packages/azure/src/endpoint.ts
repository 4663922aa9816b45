import { AnytuneError } from '@anytune/core/driver'

/** Hosts of Microsoft's own that are not a resource, and of others that are easily mistaken for one. */
const WRONG_HOSTS: Readonly<Record<string, string>> = {
  'api.openai.com': 'this is OpenAI itself: use @anytune/openai for it',
  'ai.azure.com': 'this is the portal: the endpoint is on the page of the resource, under keys and endpoint',
  'oai.azure.com': 'this is the portal: the endpoint is on the page of the resource, under keys and endpoint',
  'portal.azure.com': 'this is the portal: the endpoint is on the page of the resource, under keys and endpoint',
  'management.azure.com': 'this is Azure Resource Manager: the endpoint is that of the resource itself',
}

const RIGHT_FORM = 'https://RESOURCE.openai.azure.com or https://RESOURCE.services.ai.azure.com'

/** What may follow the host: nothing, or the beginning of either API's paths, which the adapter adds by itself. */
const API_PATH = /\/openai(?:\/v1)?\/*$/

/** A resource of Microsoft's own clouds has nothing before the API's paths; a gateway of the user's may. */
const MICROSOFT = /\.azure\.(?:com|us|cn)$/

/**
 * The address of a resource without a slash at its end, from what users copy: with or without `/openai/v1/`.
 * Anything that would silently mean another place (a project, one deployment's URL, an API version) is refused.
 *
 * @throws AnytuneError `configuration` that shows the right form.
 */
export function parseEndpoint(text: string): string {
  const url = secureUrl('endpoint', text)
  if (url.search !== '')
    refuse('has a query', 'leave out everything from the question mark on: API versions are chosen by the adapter')
  const wrong = WRONG_HOSTS[url.hostname]
  if (wrong !== undefined) refuse(`${url.hostname} is not a resource`, wrong)
  const path = url.pathname.replace(API_PATH, '').replace(/\/+$/, '')
  if (path.startsWith('/api/projects/')) {
    refuse('is that of a project', `files, jobs and deployments belong to its resource: give https://${url.host}`)
  }
  if (path !== '' && MICROSOFT.test(url.hostname)) refuse('has a path', `give https://${url.host}`)
  return `${url.origin}${path}`
}

/**
 * The address of Azure Resource Manager without a slash at its end.
 *
 * @throws AnytuneError `configuration` when tokens could be read on their way there.
 */
export function parseResourceManager(text: string): string {
  const url = secureUrl('resourceManager', text)
  if (url.search !== '') refuse('has a query', 'leave it out', 'resourceManager')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Keys and tokens go there: nothing but https, except to this computer. */
function secureUrl(option: string, text: string): URL {
  const url = URL.parse(text)
  if (url === null) refuse('is not a URL', `it looks like ${RIGHT_FORM}`, option)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    refuse('must begin with https://', 'keys and tokens are sent there; http is for this computer alone', option)
  }
  if (url.username !== '' || url.password !== '') refuse('has a user name', 'give the key as apiKey', option)
  return url
}

/** True for names and addresses of this computer. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function refuse(what: string, hint: string, option = 'endpoint'): never {
  throw new AnytuneError('configuration', `azure: the ${option} ${what}`, { provider: 'azure', hint })
}
