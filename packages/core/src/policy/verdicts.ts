import type { Method, Offering } from '../driver.ts'
import type { Settings } from '../settings.ts'
import type { CallOptions } from '../tuner.ts'
import { verifiedTerms } from '../terms/verified.ts'
import { judge } from './judge.ts'
import type { Judgement } from './judgement.ts'

/** Of what the policy is asked. */
export interface VerdictsQuery extends CallOptions {
  /** Class of the dataset; absent: the policy's `defaultClass`. */
  readonly class?: string
  readonly baseModel?: string
  readonly method?: Method
  /** False: by what is on record, and the account is not asked. Default true. */
  readonly live?: boolean
}

/** What the policy says of one offering of a profile. */
export interface OfferingVerdict {
  readonly operation: 'train' | 'serve'
  readonly offering: Offering
  readonly judged: Judgement
}

/**
 * What the policy says of training with a dataset of a class, and of serving what comes of it, as the profile's defaults choose it; as if the
 * dataset held no personal data. Sends no content.
 */
export async function verdicts(settings: Settings, query: VerdictsQuery): Promise<readonly OfferingVerdict[]> {
  const { calls, now } = settings
  const { driver } = calls
  const { live = true, signal, class: own, baseModel, method } = query
  const at = now()
  const target = { ...(baseModel !== undefined && { baseModel }), ...(method && { method }), providerOptions: {} }
  const offerings = (['train', 'serve'] as const).map((operation) => ({
    operation,
    offering: driver.offering({ operation, ...target }),
  }))
  const leaves = offerings.some(({ offering }) => offering.egress !== 'none')
  const asks = live && leaves && settings.policy !== undefined
  const verified = asks ? await verifiedTerms(calls, at, signal) : undefined
  const data = [{ what: 'a dataset', ...(own !== undefined && { class: own }), personal: {} }]
  return offerings.map(({ operation, offering }) => ({
    operation,
    offering,
    judged: judge(settings, { operation, offering, data, verified, at }),
  }))
}
