import type { Grade, TermName, TermRecord, TermValues } from '@anytune/catalogue'
import * as fc from 'fast-check'
import type {
  Attestation,
  FactVariant,
  PlanTerm,
  Policy,
  PolicyFacts,
  PolicyRule,
  Requirements,
} from '../../src/index.ts'
import { facts, terms } from './facts.ts'

/** Data classes of which one is judged when training, one when serving, and one at both. */
export const ABOUT = ['training-file', 'inference', 'abuse-log'] as const
/** Days on which a page was read: fresh, stale and too old. */
export const DAYS = ['2026-11-20', '2026-07-20', '2026-01-10'] as const
/** Grades that count by default, and some that do not. */
export const KNOWN: readonly Grade[] = ['ran', 'vendor-page', 'vendor-excerpt', 'third-party']

/** Of each term some values, and all that can be demanded of it but places and days. */
const TERMS: { readonly [T in TermName]: readonly [readonly TermValues[T][], readonly Requirements[T][]] } = {
  retention: [
    [0, 7, 30, 'until-deleted'],
    [{ atMostDays: 0 }, { atMostDays: 7 }, { atMostDays: 30, orUntilDeleted: true }],
  ],
  'storage-location': [
    ['any', 'eu', 'de', 'us', 'resource-region', 'azure/nowhere'],
    [['eu'], ['de', 'us'], ['resource-region']],
  ],
  'processing-location': [
    ['us-or-eu-regions', 'resource-geography', 'azure/swedencentral'],
    [['eu'], ['eea', 'us']],
  ],
  'training-use': [
    ['no', 'with-permission', 'yes'],
    ['no', 'with-permission'],
  ],
  'human-review': [['no', 'possible'], ['no']],
  'customer-keys': [
    ['no', 'optional', 'in-use', 'not-in-use'],
    ['optional', 'in-use'],
  ],
  'private-network': [
    ['no', 'optional', 'in-use', 'not-in-use'],
    ['optional', 'in-use'],
  ],
  deletion: [['by-api', 'not-possible'], ['by-api']],
  'zero-retention': [['covered', 'not-covered'], ['covered']],
  telemetry: [
    ['none', 'opt-out', 'opt-in'],
    ['none', 'opt-in', 'opt-out'],
  ],
}
// The keys of the table are its type's.
const NAMES = Object.keys(TERMS) as readonly TermName[]

const dataClass = fc.constantFrom(...ABOUT)
const grade = fc.constantFrom(...KNOWN)
const source = fc.record({ title: fc.constant('a page'), readOn: fc.constantFrom(...DAYS) })

type Said = { [T in TermName]: { readonly term: T; readonly value: TermValues[T] } }[TermName]
/** A term and one of its values: tied to each other by the table. */
const said = fc
  .constantFrom(...NAMES)
  .chain((term) =>
    fc.record({ term: fc.constant(term), value: fc.constantFrom(...TERMS[term][0]) }),
  ) as fc.Arbitrary<Said>

const record = fc
  .record({ dataClass, said, isSettled: fc.boolean(), source, grade })
  // As above.
  .map(({ said: { term, value }, isSettled, ...rest }) => ({
    ...rest,
    term,
    value: isSettled ? value : 'unknown',
  })) as fc.Arbitrary<TermRecord>

/** Terms on record, no two of them about the same. */
export const records = fc.uniqueArray(record, {
  minLength: 12,
  maxLength: 30,
  selector: (one) => `${one.dataClass} ${one.term}`,
})

const wanted = fc
  .constantFrom(...NAMES)
  .chain((term) => fc.constantFrom(...TERMS[term][1]).map((demanded) => ({ [term]: demanded })))
/** What is demanded of one data class: few things, so that many are satisfied. */
export const requirements = fc
  .array(wanted, { minLength: 1, maxLength: 2 })
  // As above.
  .map((some) => Object.assign({}, ...some) as Requirements)

/** What is demanded, and of none, some or all of it that it need not be known. */
const demands = fc
  .tuple(fc.dictionary(dataClass, requirements, { maxKeys: 2 }), fc.nat(2))
  .map(([require, most]): Pick<PolicyRule, 'require' | 'acceptUnknown'> => ({
    require,
    ...(most > 0 && { acceptUnknown: namesOf(require, most) }),
  }))

/** Rules about classes, offerings and personal data; names are given to them below. */
const bare = fc.record(
  {
    classes: fc.constantFrom<readonly string[]>(['internal'], ['secret'], ['internal', 'secret']),
    offerings: fc.constantFrom(
      { allow: ['cloud'] },
      { deny: ['cloud/other'] },
      { allow: ['other'] },
      { deny: ['cloud'] },
    ),
    personalData: fc.constantFrom<NonNullable<PolicyRule['personalData']>>('refuse', 'warn', { email: 'refuse' }),
  },
  { requiredKeys: [] },
)
/** One rule. */
export const rule = fc
  .tuple(bare, demands)
  .map(([one, demanded]): PolicyRule => ({ name: 'more', ...one, ...demanded }))

const basis = fc.record({
  offerings: fc.constantFrom(['cloud'], ['cloud/train', 'cloud/serve'], ['other']),
  by: fc.constantFrom('legal', 'security'),
  reference: fc.constant('DPA 7'),
  until: fc.constantFrom('2026-11-24', '2026-11-25', '2027-01-01'),
})
const about = fc.oneof(
  fc.constant({ setting: 'cloud/no-logging' }),
  fc.tuple(dataClass, said).map(([of, { term, value }]) => ({ dataClass: of, term, value })),
)
// As above.
const attestation = fc.tuple(about, basis).map(([of, by]) => ({ ...of, ...by })) as fc.Arbitrary<Attestation>

/** A policy that fits its type. */
export const policy: fc.Arbitrary<Policy> = fc
  .record(
    {
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
      defaultClass: fc.constant('internal'),
      grades: fc.constantFrom([...KNOWN], KNOWN.slice(0, 1)),
      attestations: fc.array(attestation, { maxLength: 3 }),
    },
    { requiredKeys: ['rules'] },
  )
  .map(({ rules, ...rest }) => ({
    version: 1,
    ...rest,
    rules: rules.map((one, index) => ({ ...one, name: `rule ${index}` })),
  }))

const dataset = fc.record(
  {
    what: fc.constantFrom('the training dataset', 'the validation dataset'),
    class: fc.constantFrom('internal', 'secret', 'constructor'),
    personal: fc.constantFrom({}, { email: 2 }, { phone: 1, email: 0 }),
  },
  { requiredKeys: ['what'] },
)

/** What facts are made of, before terms are as old as they are. */
export const known = fc.record({
  onRecord: records,
  changed: records,
  live: fc.option(said),
  rest: fc.record(
    {
      operation: fc.constantFrom<PolicyFacts['operation']>('train', 'serve'),
      data: fc.array(dataset, { maxLength: 2 }),
      isServing: fc.boolean(),
      region: fc.constantFrom<NonNullable<PolicyFacts['region']>>(
        'azure/swedencentral',
        'azure/eastus2',
        'azure/nowhere',
      ),
    },
    { requiredKeys: ['operation', 'data'] },
  ),
})
type Known = typeof known extends fc.Arbitrary<infer T> ? T : never

/** Facts as a plan or a deployment gives them. */
export function factsOf({ onRecord, changed, live, rest }: Known): PolicyFacts {
  const said = terms(...onRecord).map((one, index): PlanTerm => {
    const { term, evidence } = one
    if (index > 0 || live === null || live.term !== term) return one
    return { ...one, live: { value: live.value, evidence: { ...evidence, age: 'fresh', ageDays: 0, grade: 'ran' } } }
  })
  const variants: readonly FactVariant[] = [{ setting: 'cloud/no-logging', terms: terms(...changed) }]
  return facts({ ...rest, terms: said, variants })
}

/** So many names at most of what is demanded of each data class, as `acceptUnknown` has them. */
function namesOf(require: NonNullable<PolicyRule['require']>, most: number): NonNullable<PolicyRule['acceptUnknown']> {
  const named = Object.entries(require).map(([of, demanded]) => [of, Object.keys(demanded).slice(0, most)])
  // The keys of what is demanded are the names of terms.
  return Object.fromEntries(named) as NonNullable<PolicyRule['acceptUnknown']>
}
