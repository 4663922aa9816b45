import type { TermRecord } from '@anytune/catalogue'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, type Policy, type PolicyFacts, type PolicyRule } from '../../src/index.ts'
import { ABOUT, DAYS, factsOf, known, KNOWN, policy, requirements, rule } from './arbitrary.ts'

const anyFacts = known.map(factsOf)
const permits = (given: Policy, of: PolicyFacts) => evaluate(given, of).verdict === 'permit'

/** The first example for which it does not hold; null when there is none among many. */
function counterexample<Given extends [unknown, ...unknown[]]>(property: fc.IProperty<Given>): Given | null {
  return fc.check(property, { numRuns: 1000 }).counterexample
}

describe('whatever the policy and the facts', () => {
  it('a verdict is that of the worst reason, and nothing is thrown', () => {
    const property = fc.property(policy, anyFacts, (given, of) => {
      const { verdict, reasons } = evaluate(given, of)
      const results = new Set(reasons.map(({ result }) => result))
      const worst = (['refuse', 'unknown', 'permit'] as const).find((result) => results.has(result)) ?? 'permit'
      return (
        verdict === worst && reasons.every(({ result, toSatisfy }) => result === 'permit' || toSatisfy !== undefined)
      )
    })
    expect(counterexample(property)).toBeNull()
  })

  it('one rule more never permits what was not permitted', () => {
    const property = fc.property(policy, rule, anyFacts, (given, more, of) => {
      const stricter = { ...given, rules: [...given.rules, amongClassesOf(given, more)] }
      return !permits(stricter, of) || permits(given, of)
    })
    expect(counterexample(property)).toBeNull()
  })

  it('one requirement more never permits what was not permitted', () => {
    const property = fc.property(
      policy,
      fc.constantFrom(...ABOUT),
      requirements,
      anyFacts,
      (given, dataClass, more, of) => {
        const [first, ...rest] = given.rules
        if (first === undefined) return true
        const require = { ...first.require, [dataClass]: { ...more, ...first.require?.[dataClass] } }
        return !permits({ ...given, rules: [{ ...first, require }, ...rest] }, of) || permits(given, of)
      },
    )
    expect(counterexample(property)).toBeNull()
  })

  it('what nobody knows is no permission, unless it is accepted by name', () => {
    const property = fc.property(policy, anyFacts, (given, of) => {
      const strict = { ...given, rules: given.rules.map(({ acceptUnknown: _none, ...one }) => one) }
      if (!permits(given, of) || permits(strict, of)) return true
      const open = evaluate(strict, of).reasons.filter(({ result }) => result !== 'permit')
      return open.every(({ result, rule: name, dataClass, term }) => {
        const { acceptUnknown } = given.rules.find((one) => one.name === name) ?? {}
        return result === 'unknown' && dataClass && term && acceptUnknown?.[dataClass]?.includes(term)
      })
    })
    expect(counterexample(property)).toBeNull()
  })

  it('what is accepted as not known would not be refused if it were known well', () => {
    const property = fc.property(policy, known, (given, of) => {
      const accepted = evaluate(given, factsOf(of)).reasons.filter((reason) => reason.accepted === true)
      const { reasons } = evaluate(
        given,
        factsOf({ ...of, onRecord: of.onRecord.map(best), changed: of.changed.map(best) }),
      )
      return accepted.every(
        (one) =>
          reasons.find(
            (reason) => reason.rule === one.rule && reason.dataClass === one.dataClass && reason.term === one.term,
          )?.result === 'permit',
      )
    })
    expect(counterexample(property)).toBeNull()
  })

  it('the same known better never takes a permission away, and known worse never gives one', () => {
    const choice = fc.infiniteStream(fc.nat(8))
    const property = fc.property(policy, known, choice, (given, of, choices) => {
      const improved = (one: TermRecord) => better(one, choices.next().value ?? 0)
      // What the account says itself is known now, or not at all.
      const worse = { ...of, live: null }
      const improvedToo = { ...worse, onRecord: of.onRecord.map(improved), changed: of.changed.map(improved) }
      return !permits(given, factsOf(worse)) || permits(given, factsOf(improvedToo))
    })
    expect(counterexample(property)).toBeNull()
  })

  it('no order changes anything: not of rules, classes, attestations, terms, settings or datasets', () => {
    const property = fc.property(policy, anyFacts, (given, of) => {
      const turnedPolicy = {
        ...given,
        rules: given.rules.toReversed(),
        ...(given.attestations && { attestations: given.attestations.toReversed() }),
      }
      const turned = {
        ...of,
        terms: of.terms.toReversed(),
        variants: of.variants.map((one) => ({ ...one, terms: one.terms.toReversed() })),
        data: of.data.toReversed(),
      }
      return JSON.stringify(evaluate(turnedPolicy, turned)) === JSON.stringify(evaluate(given, of))
    })
    expect(counterexample(property)).toBeNull()
  })

  it('JSON changes nothing, of what is judged and of the verdict', () => {
    const property = fc.property(policy, anyFacts, (given, of) => {
      const verdict = evaluate(given, of)
      expect(evaluate(copy(given), copy(of))).toEqual(verdict)
      expect(copy(verdict)).toEqual(verdict)
    })
    expect(counterexample(property)).toBeNull()
  })

  it('a denied offering is refused, also where nothing leaves this computer', () => {
    const property = fc.property(policy, anyFacts, fc.constantFrom('none', 'provider'), (given, of, egress) => {
      const denying = { ...given, rules: [...given.rules, { name: 'no', offerings: { deny: ['cloud'] } }] }
      return evaluate(denying, { ...of, offering: { ...of.offering, egress } }).verdict === 'refuse'
    })
    expect(counterexample(property)).toBeNull()
  })
})

/** A rule that brings in a class of which no other knew may satisfy the demand that data be of a known class: that one is left out. */
function amongClassesOf({ rules }: Policy, { classes, ...more }: PolicyRule): PolicyRule {
  const named = new Set(rules.flatMap(({ classes: own = [] }) => own))
  const kept = named.size === 0 ? classes : classes?.filter((one) => named.has(one))
  return { ...more, ...(kept !== undefined && kept.length > 0 && { classes: kept }) }
}

/** The same, read on the last day or known from a better source, or both. */
function better(one: TermRecord, choice: number): TermRecord {
  const at = KNOWN.indexOf(one.grade)
  const readOn = choice % 3 === 0 ? one.source.readOn : DAYS[0]
  return { ...one, grade: KNOWN[Math.max(0, at - (choice % 4))] ?? one.grade, source: { ...one.source, readOn } }
}

function best(one: TermRecord): TermRecord {
  return { ...one, grade: 'ran', source: { ...one.source, readOn: DAYS[0] } }
}

function copy<T>(value: T): T {
  // Plain JSON in, the same type out.
  return JSON.parse(JSON.stringify(value)) as T
}
