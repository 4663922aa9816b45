import { createTuner } from '../create-tuner.ts'
import { AnytuneError } from '../errors.ts'
import type { Tuner } from '../tuner.ts'
import { type Configuration, type ConfigurationOptions, configurationOf, readConfiguration } from './configuration.ts'
import type { Config, ConfiguredDriver } from './define-config.ts'
import type { Providers } from './providers.ts'
import { nearest } from '../nearest.ts'
import { selectProfile } from './select-profile.ts'

/** Which configuration to load, and which of its profiles. */
export interface LoadTunerOptions extends ConfigurationOptions {
  /** The profile's name. Default: `ANYTUNE_PROVIDER`, then the configuration's own choice, then its only profile. */
  readonly provider?: string | undefined
}

/**
 * The tuner of a configuration's chosen profile, typed by what all of its profiles can do: a program that compiles runs on each.
 * No other profile's adapter is loaded.
 *
 * @throws AnytuneError `configuration` saying what is wrong where, and what to do.
 */
export async function loadTuner<const P extends Providers>(
  config: Config<P>,
  options?: { readonly provider?: NoInfer<keyof P & string> | undefined },
): Promise<Tuner<ConfiguredDriver<P>>>
/**
 * The tuner of the configuration file in the working directory or above it. What its providers can do is known at run time alone:
 * what one cannot is refused with `unsupported` before any request.
 *
 * @throws AnytuneError `configuration` saying what is wrong where, and what to do.
 */
export async function loadTuner(options?: LoadTunerOptions): Promise<Tuner>
export async function loadTuner(
  first: Config | LoadTunerOptions = {},
  second: { readonly provider?: string | undefined } = {},
): Promise<Tuner> {
  if (isConfig(first)) return open(configurationOf(first), second.provider)
  return open(await readConfiguration(first), first.provider)
}

const OPTIONS: readonly string[] = ['provider', 'cwd', 'config'] satisfies readonly (keyof LoadTunerOptions)[]

/** Tells the two apart. A mistyped option, or a configuration without providers, would otherwise load whatever file lies around. */
function isConfig(given: Config | LoadTunerOptions): given is Config {
  if (typeof given !== 'object' || given === null) {
    throw new AnytuneError('configuration', `loadTuner: ${given === null ? 'null' : typeof given} was given`, {
      hint: 'give a configuration, or options such as { config: "anytune.yaml" }',
    })
  }
  if ('providers' in given) return true
  const unknown = Object.keys(given).find((key) => !OPTIONS.includes(key))
  if (unknown === undefined) return false
  const meant = nearest(unknown, [...OPTIONS, 'providers'])
  throw new AnytuneError('configuration', `loadTuner: unknown option "${unknown}"`, {
    hint: `${meant === undefined ? '' : `did you mean "${meant}"? `}give a configuration, or options: ${OPTIONS.join(', ')}`,
  })
}

async function open(configuration: Configuration, wanted: string | undefined): Promise<Tuner> {
  const profile = selectProfile(configuration, wanted)
  const { stateDirectory, lineage, catalogue } = configuration
  const { name, models } = profile
  // Before the adapter: without the policy that is asked for, nothing is opened.
  const policy = await configuration.policy()
  const own = { profile: name, models, stateDirectory, lineage, catalogue, ...(policy && { policy }) }
  return createTuner(await profile.open(), own)
}
