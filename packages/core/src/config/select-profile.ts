import { AnytuneError } from '../errors.ts'
import type { Configuration, Profile } from './configuration.ts'
import { nearest } from '../nearest.ts'

const PROVIDER_VARIABLE = 'ANYTUNE_PROVIDER'

/**
 * The profile to use: the one asked for, else the one `ANYTUNE_PROVIDER` names, else the configuration's own choice, else the only one.
 *
 * @throws AnytuneError `configuration` listing the profiles when none is named or the name is unknown.
 */
export function selectProfile(configuration: Configuration, wanted?: string): Profile {
  const names = configuration.profiles.map(({ name }) => name)
  const choices = [
    { name: wanted, by: 'the provider asked for' },
    { name: process.env[PROVIDER_VARIABLE] || undefined, by: PROVIDER_VARIABLE },
    { name: configuration.provider, by: '"provider" in the configuration' },
    { name: names.length === 1 ? names[0] : undefined, by: 'the only profile' },
  ]
  const choice = choices.find(({ name }) => name !== undefined)
  const hint = `the profiles are: ${names.join(', ')}`
  if (choice?.name === undefined) {
    throw new AnytuneError('configuration', `the configuration has ${names.length} profiles and chooses none`, {
      hint: `set "provider" in it, or ${PROVIDER_VARIABLE}; ${hint}`,
      data: { profiles: names },
    })
  }
  const profile = configuration.profiles.find(({ name }) => name === choice.name)
  if (profile !== undefined) return profile
  const meant = nearest(choice.name, names)
  throw new AnytuneError('configuration', `there is no profile "${choice.name}" (${choice.by})`, {
    hint: meant === undefined ? hint : `did you mean "${meant}"? ${hint}`,
    data: { profiles: names },
  })
}
