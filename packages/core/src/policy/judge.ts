import { findOffering, type OfferingRecord } from '@anytune/catalogue'
import type { Driver, Offering } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { digestOf } from '../plan/document-digest.ts'
import { offeringTerms, saidTerms } from '../plan/plan-terms.ts'
import type { Verified } from '../terms/verified.ts'
import { evaluate } from './evaluate.ts'
import type { PolicyFacts } from './facts.ts'
import { type Judgement, NOT_CONFIGURED } from './judgement.ts'
import { nearestMisses } from './nearest-miss.ts'
import type { Policy } from './policy-document.ts'
import { against, verdictLine } from './verdict.ts'
import type { Settings } from '../settings.ts'

/** What is to be done, and what is known of it. */
export interface ToJudge extends Pick<PolicyFacts, 'operation' | 'data' | 'isServing'> {
  readonly offering: Offering
  /** What the account was seen to have set. */
  readonly verified: Verified | undefined
  readonly at: Date
}

/** Judges by the policy of the tuner, and by what is on record of the offering. Asks nobody. */
export function judge({ policy, catalogue }: Pick<Settings, 'policy' | 'catalogue'>, asked: ToJudge): Judgement {
  if (policy === undefined) return NOT_CONFIGURED
  const facts = factsOf(findOffering(catalogue, asked.offering.id), asked)
  const verdict = evaluate(policy, facts)
  const name = policy.name ?? 'policy'
  return {
    configured: true,
    verdict: verdict.verdict,
    note: verdictLine(name, verdict),
    name,
    digest: policyDigest(policy),
    reasons: verdict.reasons,
    ...(verdict.verdict !== 'permit' && { nearest: nearestMisses(policy, catalogue, facts, asked.at) }),
  }
}

/** What a policy judges by: pure JSON. */
export function factsOf(record: OfferingRecord | undefined, asked: ToJudge): PolicyFacts {
  const { operation, offering, verified, data, isServing, at } = asked
  return {
    operation,
    offering,
    terms: offeringTerms({ offering, record }, verified, at),
    variants: (record?.variants ?? []).map(({ setting, terms }) => ({
      setting,
      terms: saidTerms(offering.id, terms, at),
    })),
    ...(verified?.region !== undefined && { region: verified.region }),
    data,
    ...(isServing !== undefined && { isServing }),
    at: at.toISOString(),
  }
}

/** Digest of a policy, whatever the order of its keys. */
export function policyDigest(policy: Policy): string {
  return digestOf(policy)
}

/**
 * Refuses what the policy does not permit.
 *
 * @throws AnytuneError `policy-refused` with the reasons as data.
 */
export function assertPermitted(driver: Pick<Driver, 'provider'>, judged: Judgement, operation: string): void {
  if (!judged.configured || judged.verdict === 'permit') return
  const [first] = against(judged)
  throw new AnytuneError('policy-refused', `${judged.note}${first === undefined ? '' : `: ${first.message}`}`, {
    provider: driver.provider,
    operation,
    hint: first?.toSatisfy ?? 'choose what the policy permits',
    data: { policy: judged },
  })
}
