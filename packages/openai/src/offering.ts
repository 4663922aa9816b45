import { type Offering, type OfferingTarget, type Region, regionOf } from '@anytune/core/driver'
import { compatibleOffering } from '@anytune/openai-compatible'

const DEFAULT_HOST = 'api.openai.com'

/** The region is in the host's name. A host that is not OpenAI's has other terms, which nobody has on record. */
export function offeringOf(baseURL: string, target: OfferingTarget): Offering {
  const { host } = new URL(baseURL)
  if (!isOwnHost(baseURL)) return compatibleOffering(baseURL, target)
  return { id: `openai/${host}/${target.operation}`, title: `OpenAI API (${host})`, egress: 'provider' }
}

/** Whether an address is one of OpenAI's own. */
export function isOwnHost(baseURL: string): boolean {
  const { host, protocol } = new URL(baseURL)
  return protocol === 'https:' && (host === DEFAULT_HOST || REGIONAL_HOST.test(host))
}

/** The region that the address is of; undefined for the host without one, and for hosts of others. */
export function regionOfHost(baseURL: string): Region | undefined {
  const [, region] = isOwnHost(baseURL) ? (REGIONAL_HOST.exec(new URL(baseURL).host) ?? []) : []
  return region === undefined ? undefined : regionOf('openai', region)
}

const REGIONAL_HOST = /^([a-z]{2})\.api\.openai\.com$/
