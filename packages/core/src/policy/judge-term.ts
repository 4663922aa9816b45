import type { DataClass, TermName } from '@anytune/catalogue'
import { saidBy } from '../plan/evidence.ts'
import type { PlanTerm, SaidTerm } from '../plan/plan-document.ts'
import type { PolicyFacts } from './facts.ts'
import {
  type Attestation,
  GOOD_GRADES,
  isNamed,
  type Policy,
  type PolicyRule,
  type Requirements,
  type TermValue,
} from './policy-document.ts'
import { type Fit, fitOf, wantedText } from './requirement.ts'
import type { AttestedBy, PolicyReason } from './verdict.ts'

/** One requirement of a rule. */
interface Demand {
  readonly dataClass: DataClass
  readonly term: TermName
  /** Those of the data class, of which that of the term is one. */
  readonly requirements: Requirements
}

/** Judges one requirement by what is known best: what the account says, then what is attested, then what is on record. */
export function judgeTerm(policy: Policy, rule: PolicyRule, demand: Demand, facts: PolicyFacts): PolicyReason {
  const { dataClass, term, requirements } = demand
  const known = bestKnown(policy, demand, facts)
  const { fit, found, toSatisfy, isAgainst } = judged(policy, demand, known, facts)
  // What speaks against it is no ignorance, however badly it is known.
  const isAccepted = fit === 'unknown' && !isAgainst && rule.acceptUnknown?.[dataClass]?.includes(term) === true
  const { said, attestation, expired } = known
  return {
    result: isAccepted ? 'permit' : RESULTS[fit],
    rule: rule.name,
    requirement: 'term',
    dataClass,
    term,
    message: `${rule.name}: ${subject(demand)}: wanted ${wantedText(term, requirements)}; found ${found}${expiredText(expired)}`,
    ...(said !== undefined && { value: said.value }),
    ...(known.by !== undefined && { by: known.by }),
    ...(known.setting !== undefined && { setting: known.setting }),
    ...(said?.conditions !== undefined && { conditions: said.conditions }),
    ...(said?.evidence !== undefined && { evidence: said.evidence }),
    ...(attestation !== undefined && { attestation }),
    ...(expired.length > 0 && { expired }),
    ...(isAccepted && { accepted: true }),
    ...(fit !== 'yes' && toSatisfy !== undefined && { toSatisfy }),
  }
}

const RESULTS: Readonly<Record<Fit, PolicyReason['result']>> = { yes: 'permit', no: 'refuse', unknown: 'unknown' }

/** What is said of a term, and by what. */
interface Known {
  readonly said?: Omit<SaidTerm, 'evidence'> & Partial<Pick<SaidTerm, 'evidence'>>
  readonly by?: NonNullable<PolicyReason['by']>
  readonly setting?: string
  readonly attestation?: AttestedBy
  readonly expired: readonly AttestedBy[]
}

/** What an attestation says of a term. */
type Attested = Pick<Known, 'said' | 'setting'> & { readonly attestation: AttestedBy }

function bestKnown(policy: Policy, demand: Demand, facts: PolicyFacts): Known {
  const record = facts.terms.find((said) => isAbout(said, demand))
  const about = (policy.attestations ?? [])
    .filter(({ offerings }) => isNamed(facts.offering.id, offerings))
    .flatMap((attestation) => attestedTerm(attestation, demand, facts))
  const day = facts.at.slice(0, 10)
  const expired = about
    .map(({ attestation }) => attestation)
    .filter(({ until }) => until < day)
    .toSorted((one, other) => inOrder(expiredText([one]), expiredText([other])))
  const attested = foremost(
    about.filter(({ attestation }) => attestation.until >= day),
    (one) => judged(policy, demand, { ...one, expired }, facts),
  )
  const read = record?.live && ({ said: record.live, by: 'live', ...settingOf(record.live), expired } as const)
  if (read !== undefined && read.said.value !== 'unknown') return read
  if (attested !== undefined) return { ...attested, by: 'attestation', expired }
  return read ?? (record === undefined ? { expired } : { said: record, by: 'record', expired })
}

/**
 * Of attestations that count: that of the term itself comes before that of a setting, then the one that counts longest. Where two that end
 * on one day say different things, the one that speaks against what is demanded.
 */
function foremost(attested: readonly Attested[], judge: (one: Attested) => Judged): Attested | undefined {
  const ranked = attested.map((one) => ({ one, ...judge(one) }))
  return ranked.toSorted(
    (first, second) =>
      Number(first.one.setting !== undefined) - Number(second.one.setting !== undefined) ||
      inOrder(second.one.attestation.until, first.one.attestation.until) ||
      favour(first) - favour(second) ||
      inOrder(first.found, second.found),
  )[0]?.one
}

/** How much what was found speaks for what is demanded. */
function favour({ fit, isAgainst = false }: Judged): number {
  return { no: 0, unknown: isAgainst ? 1 : 2, yes: 3 }[fit]
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

function settingOf({ setting }: { readonly setting?: string }): Pick<Known, 'setting'> {
  return setting === undefined ? {} : { setting }
}

/** What an attestation makes of the term that is demanded; nothing where it is about another. */
function attestedTerm(given: Attestation, demand: Demand, { variants }: PolicyFacts): readonly Attested[] {
  const { by, reference, until } = given
  const attestation = { by, reference, until }
  if (!('setting' in given)) return isAbout(given, demand) ? [{ said: { value: given.value }, attestation }] : []
  const { setting } = given
  const changed = variants.find((variant) => variant.setting === setting)?.terms.find((said) => isAbout(said, demand))
  return changed === undefined ? [] : [{ said: changed, setting, attestation }]
}

function isAbout(
  said: Pick<PlanTerm, 'dataClass' | 'term'>,
  { dataClass, term }: Pick<Demand, 'dataClass' | 'term'>,
): boolean {
  return said.dataClass === dataClass && said.term === term
}

interface Judged {
  readonly fit: Fit
  /** What was found, and how it is known. */
  readonly found: string
  readonly toSatisfy?: string
  /** What was found does not satisfy the requirement, whether it counts or not. */
  readonly isAgainst?: boolean
}

function judged(
  { grades = GOOD_GRADES }: Policy,
  { term, requirements }: Demand,
  known: Known,
  facts: PolicyFacts,
): Judged {
  const { said } = known
  if (said === undefined) return { fit: 'unknown', found: 'nothing on record', toSatisfy: FIND_OUT }
  const { evidence } = said
  // A model that answers already is not taken away from its users because a record has aged.
  const value = facts.isServing === true ? (said.once ?? said.value) : said.value
  const told = said.once ?? said.value
  const found = [valueText(told), `(${[basis(known), ...(said.conditions ?? [])].join('; ')})`].join(' ')
  if (told === 'unknown') {
    return {
      fit: 'unknown',
      found: evidence?.note === undefined ? found : `${found}: ${evidence.note}`,
      toSatisfy: FIND_OUT,
    }
  }
  const fit = fitOf(term, requirements, told, facts.region === undefined ? {} : { region: facts.region })
  const isAgainst = fit === 'no'
  if (value === 'unknown') {
    return { fit: 'unknown', isAgainst, found: `${found}, too old to count`, toSatisfy: `${NEWER}; ${FIND_OUT}` }
  }
  if (evidence !== undefined && !grades.includes(evidence.grade)) {
    const toSatisfy = `the grade ${evidence.grade} does not count (${grades.join(', ')} do): read it at the source and record it in your catalogue, or name the grade in grades; ${FIND_OUT}`
    return { fit: 'unknown', isAgainst, found: `${found}, not known well enough`, toSatisfy }
  }
  const toSatisfy = fit === 'no' ? OTHER : `${MORE[term] ?? ''}${FIND_OUT}`
  return { fit, isAgainst, found, toSatisfy }
}

const OTHER = 'choose an offering, or a setting of the account, of which it is true'
const FIND_OUT =
  'attest what your contract says (attestations), or let the rule accept that it is not known (acceptUnknown)'
const NEWER = 'look for a newer catalogue, or record what the page says now in the catalogue of your configuration'
/** Why a value that is known may leave a requirement open. */
const MORE: Readonly<Partial<Record<TermName, string>>> = {
  'storage-location': 'let the adapter tell where the account’s resource is; ',
  'processing-location': 'let the adapter tell where the account’s resource is; ',
  'customer-keys': 'have the account’s own setting read; ',
  'private-network': 'have the account’s own setting read; ',
}

function basis({ said, by, setting, attestation }: Known): string {
  const under = setting === undefined ? '' : ` by the setting ${setting}`
  if (attestation !== undefined)
    return `attested by ${attestation.by}, ${attestation.reference}, until ${attestation.until}${under}`
  const known = said?.evidence === undefined ? '' : saidBy(said.evidence)
  return by === 'live' ? `as the account has it${under}; ${known}` : known
}

function expiredText(expired: readonly AttestedBy[]): string {
  const told = expired.map(({ by, reference, until }) => `; the attestation by ${by}, ${reference}, ended on ${until}`)
  return told.join('')
}

function subject({ dataClass, term }: Demand): string {
  return `${dataClass} ${term}`.replaceAll('-', ' ')
}

/** A number is days: no other term has one. */
function valueText(value: TermValue): string {
  if (typeof value === 'string') return value.includes('/') ? value : value.replaceAll('-', ' ')
  return value === 0 ? 'not kept' : `${value} days at most`
}
