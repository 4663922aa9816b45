import { type Catalogue, type OfferingRecord, providerOf } from '@anytune/catalogue'
import { saidTerms } from '../plan/plan-terms.ts'
import { evaluate } from './evaluate.ts'
import type { PolicyFacts } from './facts.ts'
import type { Policy } from './policy-document.ts'
import { against, type Decided, type PolicyReason, verdictOf } from './verdict.ts'

/** An offering on record, and how far it is from what a policy demands. */
export interface NearestMiss {
  readonly offering: string
  readonly title: string
  /** By what is on record alone: what an account has set may change it. */
  readonly verdict: Decided
  /** What is in the way, one line each; none where it would be permitted. */
  readonly missing: readonly string[]
}

/** As many as a person reads. */
const MOST = 3

/**
 * The offerings of the catalogue for the same operation that come nearest, best first; those of the same provider before others. What is
 * closed to everybody by then is left out, and so is this computer, which is no vendor.
 */
export function nearestMisses(
  policy: Policy,
  { offerings }: Catalogue,
  facts: PolicyFacts,
  at: Date,
): readonly NearestMiss[] {
  const own = providerOf(facts.offering)
  const ofOffering = (one: PolicyFacts) => verdictOf(evaluate(policy, one).reasons.filter(isOfOffering))
  // What is wrong with the data is wrong everywhere.
  if (ofOffering(facts).verdict === 'permit') return []
  const judged = offerings
    .filter((record) => record.operation === facts.operation && record.id !== facts.offering.id)
    .filter((record) => isVendors(record) && !isClosed(record, at))
    .map((record) => ({ record, verdict: ofOffering(factsOn(record, facts, at)) }))
  return judged
    .toSorted(
      (one, other) =>
        against(one.verdict).length - against(other.verdict).length ||
        Number(providerOf(other.record) === own) - Number(providerOf(one.record) === own) ||
        (one.record.id < other.record.id ? -1 : 1),
    )
    .slice(0, MOST)
    .map(({ record, verdict }) => ({
      offering: record.id,
      title: record.title,
      verdict: verdict.verdict,
      missing: against(verdict).map(({ message }) => message),
    }))
}

function isOfOffering({ requirement }: PolicyReason): boolean {
  return requirement === 'offering' || requirement === 'term'
}

/** The same data, taken there: by what is on record alone. */
function factsOn({ id, title, terms, variants }: OfferingRecord, facts: PolicyFacts, at: Date): PolicyFacts {
  const { region: _ofTheAccount, ...rest } = facts
  return {
    ...rest,
    offering: { id, title, egress: 'provider' },
    terms: saidTerms(id, terms, at),
    variants: variants.map(({ setting, terms: changed }) => ({ setting, terms: saidTerms(id, changed, at) })),
  }
}

/** The id of an offering of a vendor says of which provider it is, and what of it. */
function isVendors({ id }: OfferingRecord): boolean {
  return id.includes('/')
}

function isClosed({ closures }: OfferingRecord, at: Date): boolean {
  return closures.some(
    ({ appliesTo, closedFrom }) => 'everybody' in appliesTo && Date.parse(closedFrom) <= at.getTime(),
  )
}
