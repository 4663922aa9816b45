import { DATA_CLASSES, type DataClass } from '@anytune/catalogue'
import type { JudgedData, PolicyFacts } from './facts.ts'
import { judgeTerm } from './judge-term.ts'
import { isNamed, type PersonalDataAction, type Policy, type PolicyRule } from './policy-document.ts'
import { demandedTerms } from './requirement.ts'
import { type PolicyReason, type PolicyVerdict, verdictOf } from './verdict.ts'

/**
 * What a policy says of what is to be done. Asks nobody, reads no clock and no file: the same JSON in gives the same JSON out, so that a
 * policy engine of your own can be fed with the same facts, or take its place.
 */
export function evaluate(policy: Policy, facts: PolicyFacts): PolicyVerdict {
  const reasons = [
    ...classReasons(policy, facts),
    ...rulesFor(policy, facts).flatMap((rule) => byRule(policy, rule, facts)),
  ]
  return verdictOf(reasons)
}

/** What an operation is judged by. Of the tuned model serving is judged only where its own offering says something of it. */
const JUDGED: Readonly<Record<PolicyFacts['operation'], readonly DataClass[]>> = {
  train: ['training-file', 'tuned-model', 'job-record', 'abuse-log', 'usage-data', 'account'],
  serve: ['inference', 'prompt-cache', 'abuse-log', 'usage-data', 'account'],
}

/** Datasets of which the policy does not say what is demanded: nobody may guess. */
function classReasons(policy: Policy, { operation, data }: PolicyFacts): readonly PolicyReason[] {
  const named = classesOf(policy)
  // What a model was trained on was judged when it was trained; where it is not known, every rule applies.
  if (operation === 'serve' || named.length === 0) return []
  return data.flatMap((one): readonly PolicyReason[] => {
    const own = classOf(policy, one)
    if (own !== undefined && named.includes(own)) return []
    const problem = own === undefined ? 'says of no class that it is' : `is of the class "${own}", which no rule names`
    return [
      {
        result: 'refuse',
        requirement: 'class',
        message: `${one.what} ${problem}`,
        toSatisfy: `give it one of the classes ${named.join(', ')}${own === undefined ? '' : `, or name "${own}" in a rule`}`,
      },
    ]
  })
}

/** The rules that apply: those without classes, and those for a class of the data. Of a model whose class is not known: all. */
function rulesFor(policy: Policy, { operation, data }: PolicyFacts): readonly PolicyRule[] {
  const named = classesOf(policy)
  const classes = data.length === 0 ? [policy.defaultClass] : data.map((one) => classOf(policy, one))
  const isOpen = classes.some((one) => one === undefined || !named.includes(one))
  if (operation === 'serve' && isOpen) return policy.rules
  return policy.rules.filter(({ classes: own }) => own === undefined || own.some((one) => classes.includes(one)))
}

function byRule(policy: Policy, rule: PolicyRule, facts: PolicyFacts): readonly PolicyReason[] {
  return [...offeringReasons(rule, facts), ...personalReasons(policy, rule, facts), ...termReasons(policy, rule, facts)]
}

function offeringReasons({ name, offerings = {} }: PolicyRule, { offering }: PolicyFacts): readonly PolicyReason[] {
  const { allow, deny = [] } = offerings
  const mustBeAllowed = allow !== undefined && offering.egress !== 'none'
  if (deny.length === 0 && !mustBeAllowed) return []
  const reason = (result: PolicyReason['result'], found: string, toSatisfy?: string): readonly PolicyReason[] => {
    const message = `${name}: ${offering.id} ${found}`
    return [{ result, rule: name, requirement: 'offering', message, ...(toSatisfy !== undefined && { toSatisfy }) }]
  }
  const allowed = mustBeAllowed ? `one of: ${allow.join(', ')}` : 'another one'
  if (isNamed(offering.id, deny)) return reason('refuse', 'is denied', `choose ${allowed}`)
  if (mustBeAllowed && !isNamed(offering.id, allow))
    return reason('refuse', 'is not among those allowed', `choose ${allowed}`)
  return reason('permit', mustBeAllowed ? 'is allowed' : 'is not denied')
}

/** Of each dataset that the rule is for, what the scan found and means by it. */
function personalReasons(policy: Policy, rule: PolicyRule, { operation, data }: PolicyFacts): readonly PolicyReason[] {
  const { name, classes, personalData = 'warn' } = rule
  const byKind: Readonly<Record<string, PersonalDataAction>> = typeof personalData === 'string' ? {} : personalData
  const refused = (kind: string) => personalData === 'refuse' || byKind[kind] === 'refuse'
  const mayRefuse = personalData === 'refuse' || Object.keys(byKind).some(refused)
  if (operation === 'serve' || !mayRefuse) return []
  const own = data.filter((one) => classes === undefined || classes.includes(classOf(policy, one) ?? ''))
  return own.map(({ what, personal }): PolicyReason => {
    const reason = { rule: name, requirement: 'personal-data' } as const
    if (personal === undefined) {
      const message = `${name}: whether ${what} holds personal data was not looked for`
      return { ...reason, result: 'unknown', message, toSatisfy: 'plan again with this version, which looks for it' }
    }
    const found = Object.entries(personal).filter(([kind, count]) => count > 0 && refused(kind))
    if (found.length === 0) {
      return { ...reason, result: 'permit', message: `${name}: no personal data that refuses was found in ${what}` }
    }
    const kinds = found.map(([kind, count]) => `${kind} ${count}`).join(', ')
    const toSatisfy = 'redact the dataset, or take the rows out'
    return { ...reason, result: 'refuse', message: `${name}: ${what} holds personal data (${kinds})`, toSatisfy }
  })
}

function termReasons(policy: Policy, rule: PolicyRule, facts: PolicyFacts): readonly PolicyReason[] {
  // No vendor gets anything: no term of one is about it.
  if (facts.offering.egress === 'none') return []
  return DATA_CLASSES.flatMap((dataClass) => {
    const requirements = rule.require?.[dataClass]
    if (requirements === undefined) return []
    return demandedTerms(requirements)
      .filter((term) => isJudged(facts, { dataClass, term }))
      .map((term) => judgeTerm(policy, rule, { dataClass, term, requirements }, facts))
  })
}

function isJudged(
  { operation, terms }: PolicyFacts,
  subject: Pick<PolicyFacts['terms'][number], 'dataClass' | 'term'>,
): boolean {
  const { dataClass, term } = subject
  if (JUDGED[operation].includes(dataClass)) return true
  const isSaid = terms.some((said) => said.dataClass === dataClass && said.term === term)
  return operation === 'serve' && dataClass === 'tuned-model' && isSaid
}

function classesOf({ rules }: Policy): readonly string[] {
  return [...new Set(rules.flatMap(({ classes = [] }) => classes))].toSorted()
}

function classOf({ defaultClass }: Policy, { class: own }: JudgedData): string | undefined {
  return own ?? defaultClass
}
