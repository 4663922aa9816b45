import type { Catalogue } from '@anytune/catalogue'
import type { Policy } from '../policy/policy-document.ts'
import { type ConfigurationOptions, readConfiguration } from './configuration.ts'

/** The policy of a configuration. */
export interface ConfiguredPolicy {
  /** The configuration's absolute path; undefined for one given as an object. */
  readonly file: string | undefined
  /** Undefined where it names none. */
  readonly policy: Policy | undefined
  /** What is on record, as the configuration amends it. */
  readonly catalogue: Catalogue
}

/**
 * Reads the policy of the configuration file in the working directory or above it. No adapter is loaded.
 *
 * @throws AnytuneError `configuration` saying what is wrong where, and what to do.
 */
export async function configuredPolicy(options: ConfigurationOptions = {}): Promise<ConfiguredPolicy> {
  const { file, catalogue, policy } = await readConfiguration(options)
  return { file, policy: await policy(), catalogue }
}
