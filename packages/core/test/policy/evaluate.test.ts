import { describe, expect, it } from 'vitest'
import type { TermRecord } from '@anytune/catalogue'
import { evaluate, type Policy, type PolicyFacts } from '../../src/index.ts'
import { facts, PAGE, policy, terms } from './facts.ts'

const KEPT: TermRecord = { dataClass: 'training-file', term: 'retention', value: 'until-deleted', ...PAGE }
const THIRTY: TermRecord = { dataClass: 'training-file', term: 'retention', value: 30, ...PAGE }
const IN_GERMANY: TermRecord = { dataClass: 'training-file', term: 'storage-location', value: 'de', ...PAGE }
const ANYWHERE: TermRecord = { ...IN_GERMANY, value: 'any' }
const aged = (record: TermRecord, pageDate: string) =>
  ({ ...record, source: { ...record.source, pageDate } }) as TermRecord

const verdict = (given: Policy, about: Partial<PolicyFacts> = {}) => evaluate(given, facts(about)).verdict
const requires = (requirements: NonNullable<NonNullable<Policy['rules'][number]['require']>['training-file']>) =>
  policy({ require: { 'training-file': requirements } })

describe('a requirement', () => {
  it.each([
    ['30 days where 30 are kept', { retention: { atMostDays: 30 } }, THIRTY, 'permit'],
    ['7 days where 30 are kept', { retention: { atMostDays: 7 } }, THIRTY, 'refuse'],
    ['30 days where it is kept until deleted', { retention: { atMostDays: 30 } }, KEPT, 'refuse'],
    ['or until deleted', { retention: { atMostDays: 0, orUntilDeleted: true } }, KEPT, 'permit'],
    ['the EU, and it is in Germany', { 'storage-location': ['eu'] }, IN_GERMANY, 'permit'],
    ['the EU, and it may be anywhere', { 'storage-location': ['eu'] }, ANYWHERE, 'refuse'],
    [
      'Germany, and it is somewhere in the EU',
      { 'storage-location': ['de'] },
      { ...IN_GERMANY, value: 'eu' },
      'refuse',
    ],
    [
      'the EU, and the region is not told',
      { 'storage-location': ['eu'] },
      { ...IN_GERMANY, value: 'resource-region' },
      'unknown',
    ],
  ] as const)('of %s', (_name, requirements, record, expected) => {
    expect(verdict(requires(requirements), { terms: terms(record as TermRecord) })).toBe(expected)
  })

  it('of a place is met by the region that the account is in', () => {
    const about = { terms: terms({ ...IN_GERMANY, value: 'resource-region' }) }
    const wanted = requires({ 'storage-location': ['eu'] })
    expect(verdict(wanted, { ...about, region: 'azure/swedencentral' })).toBe('permit')
    expect(verdict(wanted, { ...about, region: 'azure/eastus2' })).toBe('refuse')
  })

  it('of which nothing is on record is no permission, and says what would be', () => {
    const { verdict: decided, reasons } = evaluate(requires({ deletion: 'by-api' }), facts())
    expect(decided).toBe('unknown')
    expect(reasons).toMatchObject([
      {
        result: 'unknown',
        rule: 'all',
        dataClass: 'training-file',
        term: 'deletion',
        message: 'all: training file deletion: wanted by api; found nothing on record',
        toSatisfy: expect.stringMatching(/attest .*acceptUnknown/),
      },
    ])
  })

  it('may be let pass where nobody knows, never where it is known to be otherwise', () => {
    const accepting = policy({
      require: { 'training-file': { 'storage-location': ['eu'] } },
      acceptUnknown: { 'training-file': ['storage-location'] },
    })
    expect(evaluate(accepting, facts()).reasons).toMatchObject([{ result: 'permit', accepted: true }])
    expect(verdict(accepting, { terms: terms(ANYWHERE) })).toBe('refuse')
    // What an old page said against it is still against it.
    expect(verdict(accepting, { terms: terms(aged(ANYWHERE, '2026-01-10')) })).toBe('unknown')
  })

  it('is not met by what is too old, or known from nowhere good enough; by what is stale it is', () => {
    const wanted = requires({ 'storage-location': ['eu'] })
    expect(verdict(wanted, { terms: terms(aged(IN_GERMANY, '2026-07-20')) })).toBe('permit')
    expect(verdict(wanted, { terms: terms(aged(IN_GERMANY, '2026-01-10')) })).toBe('unknown')
    const hearsay = terms({ ...IN_GERMANY, grade: 'third-party' })
    expect(verdict(wanted, { terms: hearsay })).toBe('unknown')
    expect(verdict({ ...wanted, grades: ['third-party'] }, { terms: hearsay })).toBe('permit')
  })

  it('of a model that serves already is judged by what an old record said', () => {
    const asked = policy({ require: { inference: { 'training-use': 'no' } } })
    const said = terms(aged({ dataClass: 'inference', term: 'training-use', value: 'no', ...PAGE }, '2026-01-10'))
    expect(verdict(asked, { operation: 'serve', terms: said })).toBe('unknown')
    expect(verdict(asked, { operation: 'serve', terms: said, isServing: true })).toBe('permit')
  })

  it('of what does not leave this computer is none', () => {
    const offering = { id: 'here', title: 'Here', egress: 'none' } as const
    expect(verdict(requires({ 'storage-location': ['eu'] }), { offering })).toBe('permit')
  })
})

describe('an attestation', () => {
  const by = { offerings: ['cloud'], by: 'legal', reference: 'DPA 7' } as const
  const attesting = (until: string) => ({
    ...requires({ 'storage-location': ['eu'] }),
    attestations: [{ dataClass: 'training-file', term: 'storage-location', value: 'eu', ...by, until } as const],
  })

  it('stands in for what is on record, and the reason says whose word it is', () => {
    const told = evaluate(attesting('2027-01-01'), facts({ terms: terms(ANYWHERE) }))
    expect(told).toMatchObject({ verdict: 'permit', reasons: [{ by: 'attestation', attestation: { by: 'legal' } }] })
  })

  it('counts on its last day and no longer, and is then named', () => {
    expect(verdict(attesting('2026-11-25'))).toBe('permit')
    const { verdict: decided, reasons } = evaluate(attesting('2026-11-24'), facts({ terms: terms(ANYWHERE) }))
    expect(decided).toBe('refuse')
    expect(reasons[0]).toMatchObject({ expired: [{ reference: 'DPA 7', until: '2026-11-24' }] })
    expect(reasons[0]?.message).toContain('ended on 2026-11-24')
  })

  it('that contradicts another until the same day does not decide in favour, whichever is written first', () => {
    const said = (value: 'eu' | 'us') =>
      ({ dataClass: 'training-file', term: 'storage-location', value, ...by, until: '2027-01-01' }) as const
    const wanted = requires({ 'storage-location': ['eu'] })
    expect(verdict({ ...wanted, attestations: [said('eu'), said('us')] })).toBe('refuse')
    expect(verdict({ ...wanted, attestations: [said('us'), said('eu')] })).toBe('refuse')
  })

  it('that counts longer comes before one that ends sooner, and that of a term before that of a setting', () => {
    const wanted = requires({ 'storage-location': ['eu'] })
    const said = { dataClass: 'training-file', term: 'storage-location', ...by } as const
    const sooner = { ...said, value: 'us', until: '2026-12-31' } as const
    const variants = [{ setting: 'cloud/us-only', terms: terms({ ...IN_GERMANY, value: 'us' }) }]
    const setting = { setting: 'cloud/us-only', ...by, until: '2028-01-01' }
    const longer = { ...said, value: 'eu', until: '2027-01-01' } as const
    expect(verdict({ ...wanted, attestations: [sooner, setting, longer] }, { variants })).toBe('permit')
    expect(verdict({ ...wanted, attestations: [sooner, setting] }, { variants })).toBe('refuse')
  })

  it('does not count against what the account itself says', () => {
    const [term] = terms(IN_GERMANY)
    if (term === undefined) throw new Error('no term')
    const live = { ...term, live: { value: 'us', evidence: { ...term.evidence, grade: 'ran' } } } as const
    expect(verdict(attesting('2027-01-01'), { terms: [live] })).toBe('refuse')
  })

  it('of a setting brings the terms that the catalogue says come with it', () => {
    const { attestations: _none, ...wanted } = attesting('2027-01-01')
    const variants = [{ setting: 'cloud/eu-only', terms: terms(IN_GERMANY) }]
    const about = { terms: terms(ANYWHERE), variants }
    const attested = { ...wanted, attestations: [{ setting: 'cloud/eu-only', ...by, until: '2027-01-01' }] }
    expect(verdict(wanted, about)).toBe('refuse')
    expect(evaluate(attested, facts(about))).toMatchObject({
      verdict: 'permit',
      reasons: [{ setting: 'cloud/eu-only', by: 'attestation' }],
    })
  })
})

describe('a rule', () => {
  const confidential = policy({ classes: ['confidential'], offerings: { allow: ['other'] } })

  it('is for the datasets of its classes', () => {
    const both: Policy = {
      ...confidential,
      rules: [...confidential.rules, { name: 'internal', classes: ['internal'] }],
    }
    expect(verdict(both)).toBe('permit')
    expect(verdict(both, { data: [{ what: 'a dataset', class: 'confidential' }] })).toBe('refuse')
  })

  it('that names classes leaves no dataset without one', () => {
    expect(evaluate(confidential, facts()).reasons).toMatchObject([
      { result: 'refuse', requirement: 'class', toSatisfy: expect.stringContaining('confidential') },
    ])
    expect(verdict(confidential, { data: [{ what: 'a dataset' }] })).toBe('refuse')
    const lenient = { ...confidential, rules: [{ name: 'c', classes: ['public'] }], defaultClass: 'public' } as const
    expect(verdict(lenient, { data: [{ what: 'a dataset' }] })).toBe('permit')
  })

  it('allows offerings by whole beginnings of their ids; a denial comes first', () => {
    expect(verdict(policy({ offerings: { allow: ['cloud'] } }))).toBe('permit')
    expect(verdict(policy({ offerings: { allow: ['clou'] } }))).toBe('refuse')
    expect(verdict(policy({ offerings: { allow: ['cloud'], deny: ['cloud/train'] } }))).toBe('refuse')
  })

  it('may refuse personal data, all or by kind, and never takes for absent what was not looked for', () => {
    const found = { data: [{ what: 'a dataset', class: 'internal', personal: { email: 3, phone: 1 } }] }
    expect(verdict(policy({}), found)).toBe('permit')
    expect(verdict(policy({ personalData: 'refuse' }), found)).toBe('refuse')
    expect(verdict(policy({ personalData: { iban: 'refuse' } }), found)).toBe('permit')
    expect(evaluate(policy({ personalData: { email: 'refuse' } }), facts(found)).reasons[0]?.message).toContain(
      'email 3',
    )
    expect(verdict(policy({ personalData: 'refuse' }), { data: [{ what: 'a dataset' }] })).toBe('unknown')
  })

  it('for other classes applies to a model of which nobody knows what it was trained on', () => {
    expect(verdict(confidential, { operation: 'serve', data: [] })).toBe('refuse')
    const known = { data: [{ what: 'the training dataset', class: 'confidential' }] }
    expect(verdict(confidential, { operation: 'serve', ...known })).toBe('refuse')
  })
})
