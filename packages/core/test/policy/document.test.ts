import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { configuredPolicy, createTuner, definePolicy, type Policy, readPolicy } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { project, removeProjects, SECRET } from '../config/project.ts'
import { CONFIG, refused } from './refused.ts'

afterAll(removeProjects)

/** As JavaScript would write it. */
function untyped(policy: unknown): Policy {
  // The point of the test.
  return policy as Policy
}

/** Every way to give a policy, and how messages begin there. */
const WAYS: readonly (readonly [string, RegExp, (policy: unknown) => Promise<unknown>])[] = [
  ['in TypeScript', /^definePolicy: /, async (policy) => definePolicy(untyped(policy))],
  ['to a tuner', /^policy: /, async (policy) => createTuner(memory(), { policy: untyped(policy) })],
  [
    'as YAML',
    /p\.yaml(?:, line \d+)?: /,
    async (policy) => readPolicy('p.yaml', project({ 'p.yaml': stringify(policy) })),
  ],
  [
    'as JSON',
    /p\.json(?:, line \d+)?: /,
    async (policy) => readPolicy('p.json', project({ 'p.json': JSON.stringify(policy, undefined, 2) })),
  ],
  [
    'as a file that a configuration names',
    /rules\/p\.yaml(?:, line \d+)?: /,
    async (policy) => {
      const config = stringify({ ...CONFIG, policy: './rules/p.yaml' })
      return configuredPolicy({ cwd: project({ 'anytune.yaml': config, 'rules/p.yaml': stringify(policy) }) })
    },
  ],
  [
    'within a configuration',
    /anytune\.yaml(?:, line \d+)?: /,
    async (policy) => configuredPolicy({ cwd: project({ 'anytune.yaml': stringify({ ...CONFIG, policy }) }) }),
  ],
]

const rule = (more: object) => ({ version: 1, rules: [{ name: 'a', ...more }] })
const required = (training: unknown) => rule({ require: { 'training-file': training } })
const withAll = (more: object) => ({ version: 1, rules: [{ name: 'a', classes: ['internal'] }], ...more })
const BASIS = { offerings: ['acme'], by: 'legal', reference: 'DPA 7', until: '2027-01-01' }
const attested = (more: object) => withAll({ attestations: [{ setting: 'acme/x', ...BASIS, ...more }] })
const attestedTerm = (more: object) =>
  withAll({ attestations: [{ dataClass: 'training-file', term: 'retention', value: 30, ...BASIS, ...more }] })

const TERMS =
  'retention, storage-location, processing-location, training-use, human-review, customer-keys, private-network, deletion, zero-retention, telemetry'
const ABOUT = 'training-file, tuned-model, job-record, inference, prompt-cache, abuse-log, usage-data, account'
const among = (list: string) => `must be ${list.replaceAll(', ', ' or ')}`
const PLACE =
  'must be eu, eea, a country such as de, a region as the catalogue names it, resource-region or resource-geography'
const GRADES = 'contract, ran, schema, vendor-page, vendor-excerpt, vendor-example, third-party, unverified'
const R = 'rules.0.require.training-file'
const A = 'attestations.0'

/** What is wrong, where, what is said of it, and the hint. */
const WRONG: readonly (readonly [policy: unknown, key: string, said: string, hint?: string])[] = [
  [7, '', 'the policy must be a set of keys and values'],
  [[], '', 'the policy must be a set of keys and values'],
  [{ rules: [{ name: 'a' }] }, 'version', '"version" is missing'],
  [{ version: SECRET, rules: [{ name: 'a' }] }, 'version', '"version" must be 1'],
  [withAll({ name: 7 }), 'name', '"name" must be text'],
  [withAll({ name: '' }), 'name', '"name" must not be empty'],
  [
    withAll({ rule: SECRET }),
    'rule',
    'unknown key "rule"',
    'did you mean "rules"? allowed keys: version, name, rules, defaultClass, grades, attestations',
  ],
  [{ version: 1 }, 'rules', '"rules" is missing'],
  [{ version: 1, rules: [] }, 'rules', '"rules" must not be empty'],
  [{ version: 1, rules: SECRET }, 'rules', '"rules" must be a list'],
  [{ version: 1, rules: [SECRET] }, 'rules.0', '"rules.0" must be a set of keys and values'],
  [{ version: 1, rules: [{}] }, 'rules.0.name', '"rules.0.name" is missing'],
  [
    { version: 1, rules: [{ name: SECRET }, { name: SECRET }] },
    'rules.1.name',
    '"rules.1.name": two rules have this name',
    'name each rule once',
  ],
  [
    rule({ requires: SECRET }),
    'rules.0.requires',
    'unknown key "rules.0.requires"',
    'did you mean "require"? allowed keys: name, classes, offerings, require, acceptUnknown, personalData',
  ],
  [rule({ classes: SECRET }), 'rules.0.classes', '"rules.0.classes" must be a list'],
  [rule({ classes: [] }), 'rules.0.classes', '"rules.0.classes" must not be empty'],
  [rule({ offerings: [SECRET] }), 'rules.0.offerings', '"rules.0.offerings" must be a set of keys and values'],
  [rule({ offerings: { allow: SECRET } }), 'rules.0.offerings.allow', '"rules.0.offerings.allow" must be a list'],
  [rule({ offerings: { deny: [7] } }), 'rules.0.offerings.deny.0', '"rules.0.offerings.deny.0" must be text'],
  [
    rule({ offerings: { denys: [SECRET] } }),
    'rules.0.offerings.denys',
    'unknown key "rules.0.offerings.denys"',
    'did you mean "deny"? allowed keys: allow, deny',
  ],
  [
    rule({ require: { trainingfile: {} } }),
    'rules.0.require.trainingfile',
    'unknown key "rules.0.require.trainingfile"',
    `did you mean "training-file"? allowed keys: ${ABOUT}`,
  ],
  [required(SECRET), R, `"${R}" must be a set of keys and values`],
  [required({ location: SECRET }), `${R}.location`, `unknown key "${R}.location"`, `allowed keys: ${TERMS}`],
  [required({ retention: 30 }), `${R}.retention`, `"${R}.retention" must be a set of keys and values`],
  [required({ retention: {} }), `${R}.retention.atMostDays`, `"${R}.retention.atMostDays" is missing`],
  [
    required({ retention: { atMostDays: -1 } }),
    `${R}.retention.atMostDays`,
    `"${R}.retention.atMostDays" must be 0 or more`,
  ],
  [
    required({ retention: { atMostDays: 1, orUntilDeleted: SECRET } }),
    `${R}.retention.orUntilDeleted`,
    `"${R}.retention.orUntilDeleted" must be true or false`,
  ],
  [required({ 'storage-location': SECRET }), `${R}.storage-location`, `"${R}.storage-location" must be a list`],
  [required({ 'storage-location': [] }), `${R}.storage-location`, `"${R}.storage-location" must not be empty`],
  [required({ 'storage-location': [SECRET] }), `${R}.storage-location.0`, `"${R}.storage-location.0" ${PLACE}`],
  [required({ 'processing-location': ['any'] }), `${R}.processing-location.0`, `"${R}.processing-location.0" ${PLACE}`],
  [required({ 'training-use': 'yes' }), `${R}.training-use`, `"${R}.training-use" must be no or with-permission`],
  [required({ 'human-review': SECRET }), `${R}.human-review`, `"${R}.human-review" must be no`],
  [required({ 'customer-keys': SECRET }), `${R}.customer-keys`, `"${R}.customer-keys" must be optional or in-use`],
  [required({ 'private-network': 'no' }), `${R}.private-network`, `"${R}.private-network" must be optional or in-use`],
  [required({ deletion: true }), `${R}.deletion`, `"${R}.deletion" must be by-api`],
  [required({ 'zero-retention': SECRET }), `${R}.zero-retention`, `"${R}.zero-retention" must be covered`],
  [required({ telemetry: SECRET }), `${R}.telemetry`, `"${R}.telemetry" must be none or opt-in or opt-out`],
  [
    rule({ acceptUnknown: [SECRET] }),
    'rules.0.acceptUnknown',
    '"rules.0.acceptUnknown" must be a set of keys and values',
  ],
  [
    rule({ acceptUnknown: { inference: [SECRET] } }),
    'rules.0.acceptUnknown.inference.0',
    `"rules.0.acceptUnknown.inference.0" ${among(TERMS)}`,
  ],
  [
    rule({ require: { inference: { telemetry: 'none' } }, acceptUnknown: { inference: ['telemetry', 'deletion'] } }),
    'rules.0.acceptUnknown.inference.1',
    '"rules.0.acceptUnknown.inference.1": the rule does not require deletion of inference',
    'require it, or remove it here',
  ],
  [
    rule({ personalData: SECRET }),
    'rules.0.personalData',
    '"rules.0.personalData" must be refuse or warn or a set of keys and values',
  ],
  [
    rule({ personalData: { email: SECRET } }),
    'rules.0.personalData.email',
    '"rules.0.personalData.email" must be refuse or warn',
  ],
  [
    // What refuses always, and what no plan looks for: a rule about it would do nothing.
    rule({ personalData: { password: 'refuse' } }),
    'rules.0.personalData.password',
    'unknown key "rules.0.personalData.password"',
    'allowed keys: email, phone, card, iban, ip-address, national-id, birth-date',
  ],
  [withAll({ defaultClass: 7 }), 'defaultClass', '"defaultClass" must be text'],
  [
    withAll({ defaultClass: SECRET }),
    'defaultClass',
    '"defaultClass": no rule is for this class',
    'name one of: internal',
  ],
  [withAll({ grades: [] }), 'grades', '"grades" must not be empty'],
  [withAll({ grades: [SECRET] }), 'grades.0', `"grades.0" ${among(GRADES)}`],
  [withAll({ attestations: SECRET }), 'attestations', '"attestations" must be a list'],
  [attested({ offerings: [] }), `${A}.offerings`, `"${A}.offerings" must not be empty`],
  [attested({ by: '' }), `${A}.by`, `"${A}.by" must not be empty`],
  [attested({ reference: 7 }), `${A}.reference`, `"${A}.reference" must be text`],
  [attested({ until: SECRET }), `${A}.until`, `"${A}.until" must be a day, YYYY-MM-DD`],
  [attested({ until: '2027-02-30' }), `${A}.until`, `"${A}.until" must be a day, YYYY-MM-DD`],
  [
    attested({ value: SECRET }),
    `${A}.value`,
    `unknown key "${A}.value"`,
    'allowed keys: setting, offerings, by, reference, until, dataClass, term',
  ],
  [attestedTerm({ dataClass: SECRET }), `${A}.dataClass`, `"${A}.dataClass" ${among(ABOUT)}`],
  [attestedTerm({ term: SECRET }), `${A}.term`, `"${A}.term" ${among(TERMS)}`],
  [attestedTerm({ value: -1 }), `${A}.value`, `"${A}.value" must be 0 or more`],
  [attestedTerm({ value: true }), `${A}.value`, `"${A}.value" must be a number or text`],
  ...(
    [
      ['retention', SECRET, 'a number of days, until-deleted'],
      ['retention', 'unknown', 'a number of days, until-deleted'],
      ['training-use', SECRET, 'no, with-permission, yes'],
      ['human-review', 'yes', 'no, possible'],
      ['customer-keys', 7, 'no, optional, in-use, not-in-use'],
      ['private-network', 'unknown', 'no, optional, in-use, not-in-use'],
      ['deletion', 'no', 'by-api, not-possible'],
      ['zero-retention', 'yes', 'covered, not-covered'],
      ['telemetry', 'yes', 'none, opt-out, opt-in'],
      [
        'storage-location',
        SECRET,
        'any, us-or-eu-regions, eu, eea, a country such as de, a region as the catalogue names it, resource-region, resource-geography',
      ],
    ] as const
  ).map(
    ([term, value, values]) =>
      [
        attestedTerm({ term, value }),
        `${A}.value`,
        `"${A}.value": this is no value of ${term}`,
        `its values: ${values}`,
      ] as const,
  ),
]

describe('a policy that is wrong', () => {
  const cases = WRONG.map(([policy, key, said, hint]) => ({ policy, key, said, hint }))
  it.each(cases)('is refused by key, however it is given: $said', async ({ policy, key, said, hint }) => {
    for (const [way, place, give] of WAYS) {
      const error = await refused(give(policy))
      const [begun = ''] = place.exec(error.message) ?? []
      expect([way, error.message.slice(error.message.indexOf(begun) + begun.length)]).toEqual([way, said])
      expect([way, begun, error.hint, error.data]).toMatchObject([way, expect.stringMatching(place), hint, { key }])
    }
  })

  it.each([
    ['version: 1\nrules:\n  - name: a\n    classes: internal\n', 4],
    ['version: 1\nrules:\n  - name: a\n  - name: a\n', 4],
    ['version: 1\nrules:\n  - name: a\n    require:\n      inference:\n        telemetry: off\n', 6],
    [
      'version: 1\nrules: [{ name: a }]\nattestations:\n  - setting: acme/x\n    offerings: [acme]\n    by: me\n    reference: x\n    until: soon\n',
      8,
    ],
  ])('is refused by the line of its file: %j', async (text, line) => {
    const error = await refused(readPolicy('p.yaml', project({ 'p.yaml': text })))
    expect(error.message).toContain(`p.yaml, line ${line}: `)
  })
})
