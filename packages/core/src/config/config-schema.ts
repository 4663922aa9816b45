import { z } from 'zod'
import { AnytuneError } from '../errors.ts'
import { catalogueSchema } from './catalogue-schema.ts'
import { checkShape, type Locate } from './check-shape.ts'
import { checkPolicy, policySchema } from '../policy/policy-schema.ts'
import type { DriverThunk } from './providers.ts'

const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

const profileName = z
  .string()
  .regex(PROFILE_NAME, 'must be a name of letters, digits, ".", "_" and "-" that starts with a letter or digit')
  .describe("A profile's name, as given to --provider or ANYTUNE_PROVIDER.")

const settings = {
  provider: z
    .string()
    .min(1)
    .optional()
    .describe('The profile to use when neither --provider nor ANYTUNE_PROVIDER names one.'),
  models: z
    .record(z.string().min(1), z.record(z.string(), z.string().min(1)))
    .optional()
    .describe("One name for each profile's own base model: name -> profile -> the provider's model id."),
  stateDirectory: z
    .string()
    .min(1)
    .optional()
    .describe("Where the journal is kept, seen from this file's folder. Default: .anytune"),
  lineage: z
    .boolean()
    .optional()
    .describe('Whether it is written down which rows are sent, as keyed hashes beside the journal. Default: true'),
  catalogue: catalogueSchema.optional(),
  policy: z
    .union([z.string().min(1), policySchema])
    .optional()
    .describe('What is demanded of whoever takes the data: a file, seen from this one’s folder, or the policy itself.'),
}

const driverThunk = z.custom<DriverThunk>((value) => typeof value === 'function', {
  message: 'must be a function that makes a driver, such as () => local({ … })',
})

const moduleConfigSchema = z.strictObject({ providers: z.record(profileName, driverThunk), ...settings })

const yamlProfileSchema = z.looseObject({
  use: z
    .string()
    .min(1)
    .describe(
      'The adapter: a package such as @anytune/local (or its last word, local), or a file such as ./my-adapter.ts.',
    ),
})

/** The schema of `anytune.yaml`; a profile's further keys are its adapter's options, which the adapter checks. */
export const yamlConfigSchema = z.strictObject({ providers: z.record(profileName, yamlProfileSchema), ...settings })

/** A configuration written in TypeScript or JavaScript, checked. */
export type ModuleConfig = z.output<typeof moduleConfigSchema>

/** A configuration written in YAML, checked as far as core can. */
export type YamlConfig = z.output<typeof yamlConfigSchema>

/** @throws AnytuneError `configuration` naming the key; `place` says where the configuration is. */
export function checkModuleConfig(config: unknown, place: string): ModuleConfig {
  checkOwnPolicy(config, () => place)
  const checked = checkShape(moduleConfigSchema, config, () => place)
  checkProfiles(checked, () => place)
  return checked
}

/** @throws AnytuneError `configuration` naming the key; `locate` gives the line of a key. */
export function checkYamlConfig(config: unknown, locate: Locate): YamlConfig {
  checkOwnPolicy(config, locate)
  const checked = checkShape(yamlConfigSchema, config, locate)
  refuseVariables(checked, locate)
  checkProfiles(checked, locate)
  return checked
}

/** A policy that stands in the configuration itself: what is wrong is told by its own key, and not of the choice between file and document. */
function checkOwnPolicy(config: unknown, locate: Locate): void {
  if (typeof config !== 'object' || config === null || !('policy' in config)) return
  const { policy } = config
  if (typeof policy === 'string' || policy === undefined) return
  checkPolicy(policy, (path) => locate(['policy', ...path]))
}

/** Variables are filled in when a profile is opened, so the rest of the file cannot have them; a folder named `${env:HOME}` helps nobody. */
function refuseVariables({ provider, stateDirectory, models = {}, providers }: YamlConfig, locate: Locate): void {
  const texts: readonly (readonly [path: readonly string[], text: string | undefined])[] = [
    [['provider'], provider],
    [['stateDirectory'], stateDirectory],
    ...Object.entries(providers).map(([profile, { use }]) => [['providers', profile, 'use'], use] as const),
    ...Object.entries(models).flatMap(([alias, ids]) =>
      Object.entries(ids).map(([profile, id]) => [['models', alias, profile], id] as const),
    ),
  ]
  const found = texts.find(([, text]) => text?.includes('${') === true)
  if (found === undefined) return
  const message = `"${found[0].join('.')}" holds \${…}, which is filled in only among the options of a provider`
  throw new AnytuneError('configuration', `${locate(found[0])}: ${message}`, { hint: 'write it out' })
}

/** Every profile that is named anywhere must exist. */
function checkProfiles(config: ModuleConfig | YamlConfig, locate: Locate): void {
  const profiles = Object.keys(config.providers)
  if (profiles.length === 0) {
    throw new AnytuneError('configuration', `${locate(['providers'])}: "providers" names no profile`, {
      hint: 'add one, such as local',
    })
  }
  const named = [
    ...(config.provider === undefined ? [] : [{ path: ['provider'], profile: config.provider }]),
    ...Object.entries(config.models ?? {}).flatMap(([alias, ids]) =>
      Object.keys(ids).map((profile) => ({ path: ['models', alias, profile], profile })),
    ),
  ]
  const wrong = named.find(({ profile }) => !profiles.includes(profile))
  if (wrong === undefined) return
  const key = wrong.path[0] === 'models' ? wrong.path.slice(0, 2).join('.') : 'provider'
  throw new AnytuneError(
    'configuration',
    `${locate(wrong.path)}: "${key}" names the profile "${wrong.profile}", which does not exist`,
    { hint: `the profiles are: ${profiles.join(', ')}`, data: { profiles } },
  )
}
