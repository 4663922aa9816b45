import { DATA_CLASSES, type TermRecord } from '@anytune/catalogue'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, type Policy, type PolicyFacts, type PolicyRule } from '../../src/index.ts'
import { facts, terms } from './facts.ts'

const ABOUT = ['training-file', 'tuned-model', 'abuse-log'] as const
const DAYS = ['2026-11-20', '2026-07-20', '2026-01-10'] as const
const GRADES = ['ran', 'vendor-page', 'vendor-excerpt', 'third-party'] as const

const evidence = fc.record({
  source: fc.record({ title: fc.constant('a page'), readOn: fc.constantFrom(...DAYS) }),
  grade: fc.constantFrom(...GRADES),
})
const said = fc.oneof(
  fc.record({
    term: fc.constant('retention' as const),
    value: fc.constantFrom(0, 7, 30, 'until-deleted' as const, 'unknown' as const),
  }),
  fc.record({
    term: fc.constant('storage-location' as const),
    value: fc.constantFrom('any', 'eu', 'de', 'us', 'resource-region', 'unknown'),
  }),
  fc.record({
    term: fc.constant('training-use' as const),
    value: fc.constantFrom('no', 'with-permission', 'yes', 'unknown'),
  }),
  fc.record({ term: fc.constant('deletion' as const), value: fc.constantFrom('by-api', 'not-possible', 'unknown') }),
)
const record: fc.Arbitrary<TermRecord> = fc
  .tuple(fc.constantFrom(...ABOUT), said, evidence)
  .map(([dataClass, about, known]) => ({ dataClass, ...about, ...known }))
/** No two of them about the same. */
const records = fc.uniqueArray(record, { maxLength: 8, selector: ({ dataClass, term }) => `${dataClass} ${term}` })

const requirements = fc.record(
  {
    retention: fc.record({ atMostDays: fc.constantFrom(0, 7, 30), orUntilDeleted: fc.boolean() }),
    'storage-location': fc.constantFrom<readonly ('eu' | 'de' | 'us')[]>(['eu'], ['de'], ['eu', 'us']),
    'training-use': fc.constantFrom('no' as const, 'with-permission' as const),
    deletion: fc.constant('by-api' as const),
  },
  { requiredKeys: [] },
)
const rule = fc.record(
  {
    name: fc.constantFrom('one', 'two', 'three'),
    classes: fc.constantFrom<readonly string[]>(['internal'], ['secret'], ['internal', 'secret']),
    offerings: fc.constantFrom(
      { allow: ['cloud'] },
      { deny: ['cloud/train'] },
      { allow: ['other'] },
      { deny: ['other'] },
    ),
    require: fc.record(
      { 'training-file': requirements, 'tuned-model': requirements, 'abuse-log': requirements },
      { requiredKeys: [] },
    ),
    personalData: fc.constantFrom('refuse' as const, 'warn' as const),
  },
  { requiredKeys: ['name'] },
)
const rules = fc.uniqueArray(rule, { minLength: 1, maxLength: 3, selector: ({ name }) => name })
const policy: fc.Arbitrary<Policy> = rules.map((some) => ({ version: 1, rules: some }))
const about: fc.Arbitrary<PolicyFacts> = fc
  .record({
    records,
    class: fc.constantFrom('internal', 'secret', undefined),
    found: fc.constantFrom(0, 2),
    region: fc.constantFrom('azure/swedencentral' as const, 'azure/eastus2' as const, undefined),
  })
  .map(({ records: some, class: own, found, region }) =>
    facts({
      terms: terms(...some),
      data: [{ what: 'a dataset', personal: { email: found }, ...(own !== undefined && { class: own }) }],
      ...(region !== undefined && { region }),
    }),
  )

const permits = (given: Policy, of: PolicyFacts) => evaluate(given, of).verdict === 'permit'

/** The first example for which it does not hold; null when there is none among many. */
function counterexample<Given extends [unknown, ...unknown[]]>(property: fc.IProperty<Given>): Given | null {
  return fc.check(property, { numRuns: 1500 }).counterexample
}

describe('whatever the policy and the facts', () => {
  it('one rule more never permits what was not permitted', () => {
    const property = fc.property(policy, rule, about, (given, more, of) => {
      // A rule that names classes may bring in a class of its own, of which no rule knew before.
      const { classes: _all, ...forAll } = more
      const stricter = { ...given, rules: [...given.rules, { ...forAll, name: 'more' }] }
      return !permits(stricter, of) || permits(given, of)
    })
    expect(counterexample(property)).toBeNull()
  })

  it('one requirement more never permits what was not permitted', () => {
    const property = fc.property(
      policy,
      fc.constantFrom(...ABOUT),
      requirements,
      about,
      (given, dataClass, more, of) => {
        const [first, ...rest] = given.rules
        if (first === undefined) return true
        const require = { ...first.require, [dataClass]: { ...more, ...first.require?.[dataClass] } }
        return !permits({ ...given, rules: [{ ...first, require }, ...rest] }, of) || permits(given, of)
      },
    )
    expect(counterexample(property)).toBeNull()
  })

  it('what nobody knows is no permission, unless it is accepted by name and nothing speaks against it', () => {
    const property = fc.property(policy, about, (given, of) => {
      const { verdict, reasons } = evaluate(given, of)
      const accepting: Policy = { ...given, rules: given.rules.map(acceptingAll) }
      const silent = evaluate(accepting, of).reasons.filter(
        ({ requirement, value, evidence: known }) => requirement === 'term' && isSilent(value, known?.age),
      )
      return (
        (verdict === 'permit') === reasons.every(({ result }) => result === 'permit') &&
        silent.every(({ result, accepted }) => result === 'permit' && accepted === true)
      )
    })
    expect(counterexample(property)).toBeNull()
  })

  it('the same said by a younger page, or known better, never takes a permission away', () => {
    const property = fc.property(policy, records, fc.nat(), (given, some, at) => {
      const better = some.map((one, index) =>
        index === at % some.length
          ? { ...one, grade: 'ran' as const, source: { ...one.source, readOn: DAYS[0] } }
          : one,
      )
      const of = (known: readonly TermRecord[]) => facts({ terms: terms(...known) })
      return !permits(given, of(some)) || permits(given, of(better))
    })
    expect(counterexample(property)).toBeNull()
  })

  it('the order of rules and of terms changes nothing, and neither does JSON', () => {
    const property = fc.property(policy, about, (given, of) => {
      const expected = JSON.stringify(evaluate(given, of))
      const turned = { ...given, rules: given.rules.toReversed() }
      return [evaluate(turned, { ...of, terms: of.terms.toReversed() }), evaluate(copy(given), copy(of))].every(
        (verdict) => JSON.stringify(verdict) === expected,
      )
    })
    expect(counterexample(property)).toBeNull()
  })

  it('a denied offering is never permitted', () => {
    const property = fc.property(policy, about, (given, of) => {
      const denying = { ...given, rules: [...given.rules, { name: 'no', offerings: { deny: ['cloud'] } }] }
      return evaluate(denying, of).verdict === 'refuse'
    })
    expect(counterexample(property)).toBeNull()
  })
})

function acceptingAll(given: PolicyRule): PolicyRule {
  const accepted = DATA_CLASSES.flatMap((dataClass) => {
    const wanted = Object.keys(given.require?.[dataClass] ?? {})
    return wanted.length === 0 ? [] : [[dataClass, wanted] as const]
  })
  return { ...given, acceptUnknown: Object.fromEntries(accepted) }
}

/** Nothing is said, in favour or against. */
function isSilent(value: unknown, age: string | undefined): boolean {
  return (value === undefined || value === 'unknown') && age !== 'too-old'
}

function copy<T>(value: T): T {
  // Plain JSON in, the same type out.
  return JSON.parse(JSON.stringify(value)) as T
}
