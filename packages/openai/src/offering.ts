import type { Offering, OfferingTarget } from '@anytune/core/driver'
import { compatibleOffering } from '@anytune/openai-compatible'

const DEFAULT_HOST = 'api.openai.com'

/** The region is in the host's name. A host that is not OpenAI's has other terms, which nobody has on record. */
export function offeringOf(baseURL: string, target: OfferingTarget): Offering {
  const { host, protocol } = new URL(baseURL)
  const own = protocol === 'https:' && (host === DEFAULT_HOST || /^[a-z]{2}\.api\.openai\.com$/.test(host))
  if (!own) return compatibleOffering(baseURL, target)
  return { id: `openai/${host}/${target.operation}`, title: `OpenAI API (${host})`, egress: 'provider' }
}
