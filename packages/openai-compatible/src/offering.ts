import type { Offering, OfferingTarget } from '@anytune/core/driver'

/** A host of which no terms and no prices are on record. */
export function compatibleOffering(baseURL: string, { operation }: OfferingTarget): Offering {
  const { host } = new URL(baseURL)
  return { id: `openai-compatible/${host}/${operation}`, title: `OpenAI-compatible API at ${host}`, egress: 'provider' }
}
