import { findOffering } from '@anytune/catalogue'
import type { Offering } from '../driver.ts'
import { offeringTerms, planVerified } from '../plan/plan-terms.ts'
import type { PlanTerm, PlanVerified } from '../plan/plan-document.ts'
import type { Settings } from '../settings.ts'
import type { TermsOptions } from '../tuner.ts'
import { verifiedTerms } from './verified.ts'

/** The terms of one offering, on record and as they are set. */
export interface OfferingTerms {
  readonly operation: 'train' | 'serve'
  readonly offering: Offering
  /** False: nothing is on record of it, so that every term is unknown. */
  readonly onRecord: boolean
  readonly terms: readonly PlanTerm[]
}

/** The terms under which a profile's data is taken and its models are served. */
export interface AccountTerms {
  readonly profile: string
  readonly provider: string
  readonly scope: string
  /** That of training, and that of serving as the profile's defaults choose it. */
  readonly offerings: readonly OfferingTerms[]
  /** `not-supported`: the provider's adapter cannot ask the account. */
  readonly live: 'not-asked' | 'not-supported' | PlanVerified
}

/** What is on record of a profile's offerings and, unless `live` is false, what the account has set. Sends no content. */
export async function accountTerms(
  { calls, catalogue, profile, now }: Settings,
  { live = true, signal }: TermsOptions,
): Promise<AccountTerms> {
  const { driver } = calls
  const at = now()
  const verified = live ? await verifiedTerms(calls, at, signal) : undefined
  const offerings = (['train', 'serve'] as const).map((operation): OfferingTerms => {
    const offering = driver.offering({ operation, providerOptions: {} })
    const record = findOffering(catalogue, offering.id)
    const terms = offeringTerms({ offering, record }, verified, at)
    return { operation, offering, onRecord: record !== undefined, terms }
  })
  const answer = verified === undefined ? (live ? 'not-supported' : 'not-asked') : planVerified(verified)
  return { profile, provider: driver.provider, scope: driver.scope, offerings, live: answer }
}
