import { type ConfigurationOptions, readConfiguration } from './configuration.ts'

/**
 * The names of all profiles of the configuration file in the working directory or above it, in its order. No adapter is loaded.
 *
 * @throws AnytuneError `configuration` saying what is wrong where, and what to do.
 */
export async function listProfiles(options: ConfigurationOptions = {}): Promise<readonly string[]> {
  return (await readConfiguration(options)).profiles.map(({ name }) => name)
}
