import { DATA_CLASSES, type DataClass, GRADES, isPlace, type TermName } from '@anytune/catalogue'
import { type BuiltInKind, KINDS } from '@anytune/dataset'
import { z } from 'zod'
import { checkShape, type Locate } from '../config/check-shape.ts'
import { AnytuneError } from '../errors.ts'
import { isWantedPlace, type PersonalKind, type Policy } from './policy-document.ts'
import { TERM_NAMES } from './requirement.ts'

const text = z.string().min(1)
const day = z
  .string()
  .refine((value) => isDay(value), 'must be a day, YYYY-MM-DD')
  .describe('YYYY-MM-DD: the last day (UTC) on which it counts.')
// The keys of the table are its type's.
const grade = z.enum(Object.keys(GRADES) as (keyof typeof GRADES)[])
const term = z.enum(TERM_NAMES)
const dataClass = z.enum(DATA_CLASSES)

const place = z
  .string()
  .refine(
    (value) => isPlace(value) && isWantedPlace(value),
    'must be eu, eea, a country such as de, a region as the catalogue names it, resource-region or resource-geography',
  )
  .describe('eu, eea, a country such as de, a region as the catalogue names it, resource-region, resource-geography.')
const places = z.array(place).min(1).describe('Within these places, taken together.')

const requirements = z.strictObject({
  retention: z
    .strictObject({
      atMostDays: z.number().min(0),
      orUntilDeleted: z.boolean().exactOptional().describe('It may also be kept until it is deleted.'),
    })
    .exactOptional()
    .describe('How long the vendor keeps it of its own accord.'),
  'storage-location': places.exactOptional(),
  'processing-location': places.exactOptional(),
  'training-use': z.enum(['no', 'with-permission']).exactOptional(),
  'human-review': z.literal('no').exactOptional(),
  'customer-keys': z.enum(['optional', 'in-use']).exactOptional(),
  'private-network': z.enum(['optional', 'in-use']).exactOptional(),
  deletion: z.literal('by-api').exactOptional(),
  'zero-retention': z.literal('covered').exactOptional(),
  telemetry: z.enum(['none', 'opt-in', 'opt-out']).exactOptional(),
})

const personalData = z.enum(['refuse', 'warn'])
// The keys of the table are its type's.
const personalKind = z.enum((Object.keys(KINDS) as BuiltInKind[]).filter(isPersonal))

const rule = z.strictObject({
  name: text,
  classes: z.array(text).min(1).exactOptional().describe('Classes of datasets that it is for; absent: every dataset.'),
  offerings: z
    .strictObject({ allow: z.array(text).exactOptional(), deny: z.array(text).exactOptional() })
    .exactOptional()
    .describe('Offerings that may be used at all, by their ids or whole beginnings of them.'),
  require: z.partialRecord(dataClass, requirements).exactOptional(),
  acceptUnknown: z
    .partialRecord(dataClass, z.array(term))
    .exactOptional()
    .describe('Requirements that are let pass where nobody knows.'),
  personalData: z.union([personalData, z.partialRecord(personalKind, personalData)]).exactOptional(),
})

const basis = { offerings: z.array(text).min(1), by: text, reference: text, until: day }
const attestation = z.union([
  z.strictObject({ setting: text, ...basis }),
  z.strictObject({
    dataClass,
    term,
    // Which values a term has is checked below, where the term is known.
    value: z.union([z.number().min(0), text]),
    ...basis,
  }),
])

/** The schema of a policy, as YAML, JSON or TypeScript. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  name: text.exactOptional().describe('What verdicts call it. Default: policy.'),
  rules: z.array(rule).min(1).describe('Judged one by one, in no order; all that apply must hold.'),
  defaultClass: text.exactOptional().describe('The class of a dataset that says none.'),
  grades: z.array(grade).min(1).exactOptional().describe('How a record must be known to count.'),
  attestations: z.array(attestation).exactOptional().describe('What is known of the vendor from elsewhere.'),
})

/**
 * Checks a policy, and returns it as it is.
 *
 * @param locate Names the place of a key for messages.
 * @throws AnytuneError `configuration` naming the key, what is wrong and what is allowed.
 */
export function checkPolicy(value: unknown, locate: Locate): Policy {
  const checked = checkShape(policySchema, value, locate, 'the policy')
  // What no schema says is checked below; the rest is the type.
  const policy = checked as Policy
  checkNames(policy, locate)
  checkAttestations(policy, locate)
  checkAccepted(policy, locate)
  return policy
}

/** Types and checks a policy, and returns it as it is. @throws AnytuneError `configuration`, as `checkPolicy` does. */
export function definePolicy(policy: Policy): Policy {
  return checkPolicy(policy, () => 'definePolicy')
}

function checkNames({ rules, defaultClass }: Policy, locate: Locate): void {
  const names = rules.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice !== -1) throw wrong(locate, ['rules', twice, 'name'], 'two rules have this name', 'name each rule once')
  const classes = rules.flatMap(({ classes: own = [] }) => own)
  if (defaultClass === undefined || classes.includes(defaultClass)) return
  const hint = `name one of: ${[...new Set(classes)].join(', ') || 'no rule has classes'}`
  throw wrong(locate, ['defaultClass'], 'no rule is for this class', hint)
}

const PLACES_THERE_ARE =
  'any, us-or-eu-regions, eu, eea, a country such as de, a region as the catalogue names it, resource-region, resource-geography'
/** What an attestation may say of each term, never that nobody knows. */
const VALUES: { readonly [T in TermName]: Values } = {
  retention: {
    has: (value) => typeof value === 'number' || value === 'until-deleted',
    words: 'a number of days, until-deleted',
  },
  'storage-location': { has: isPlace, words: PLACES_THERE_ARE },
  'processing-location': { has: isPlace, words: PLACES_THERE_ARE },
  'training-use': among('no', 'with-permission', 'yes'),
  'human-review': among('no', 'possible'),
  'customer-keys': among('no', 'optional', 'in-use', 'not-in-use'),
  'private-network': among('no', 'optional', 'in-use', 'not-in-use'),
  deletion: among('by-api', 'not-possible'),
  'zero-retention': among('covered', 'not-covered'),
  telemetry: among('none', 'opt-out', 'opt-in'),
}

interface Values {
  has(value: unknown): boolean
  readonly words: string
}

function checkAttestations({ attestations = [] }: Policy, locate: Locate): void {
  for (const [index, attestation] of attestations.entries()) {
    if ('setting' in attestation) continue
    const { has, words } = VALUES[attestation.term]
    if (has(attestation.value)) continue
    throw wrong(
      locate,
      ['attestations', index, 'value'],
      `this is no value of ${attestation.term}`,
      `its values: ${words}`,
    )
  }
}

/** To accept that nobody knows what nobody asks for would be a rule that does nothing. */
function checkAccepted({ rules }: Policy, locate: Locate): void {
  for (const [index, { require = {}, acceptUnknown = {} }] of rules.entries()) {
    // The keys of both were checked.
    for (const [about, terms] of Object.entries(acceptUnknown) as [DataClass, readonly TermName[]][]) {
      const idle = terms.findIndex((name) => require[about]?.[name] === undefined)
      if (idle === -1) continue
      const what = `the rule does not require ${terms[idle]} of ${about}`
      throw wrong(locate, ['rules', index, 'acceptUnknown', about, idle], what, 'require it, or remove it here')
    }
  }
}

function wrong(locate: Locate, path: readonly PropertyKey[], message: string, hint: string): AnytuneError {
  const key = path.map(String).join('.')
  return new AnytuneError('configuration', `${locate(path)}: "${key}": ${message}`, { hint, data: { key } })
}

function among(...values: readonly string[]): Values {
  return { has: (value) => typeof value === 'string' && values.includes(value), words: values.join(', ') }
}

/** Secrets are of no kind that a policy judges: they refuse always. */
function isPersonal(kind: BuiltInKind): kind is PersonalKind {
  return KINDS[kind].class === 'personal'
}

function isDay(value: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value)
  )
}
