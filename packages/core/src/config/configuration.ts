import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Catalogue } from '@anytune/catalogue'
import type { Driver } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { openAdapter } from './adapter.ts'
import { amendedCatalogue } from './catalogue-schema.ts'
import { checkModuleConfig, checkYamlConfig, type ModuleConfig, type YamlConfig } from './config-schema.ts'
import type { Config } from './define-config.ts'
import { checkDriver } from './check-driver.ts'
import { CONFIG_NAMES, type ConfigFile, displayPath, findConfig } from './find-config.ts'
import type { Policy } from '../policy/policy-document.ts'
import { importError } from './import-error.ts'
import { importConfig, recordingImports } from './load-module.ts'
import { readPolicy } from './read-policy.ts'
import { maskOf } from './thrown.ts'

const STATE_DIRECTORY = '.anytune'

/** One provider of a configuration, under the name the configuration gives it. */
export interface Profile {
  readonly name: string
  /** What `use` says in YAML; absent in a TypeScript configuration. */
  readonly use: string | undefined
  /** This profile's base model by name; undefined for a name that has none here. */
  readonly models: Readonly<Record<string, string | undefined>>
  /** Loads the adapter and makes its driver. @throws AnytuneError `configuration`, or the adapter's own. */
  open(): Promise<Driver>
}

/** A configuration, read and checked; no adapter is loaded before {@link Profile.open}. */
export interface Configuration {
  /** Absolute path; undefined for one given as an object. */
  readonly file: string | undefined
  /** The profile it chooses itself. */
  readonly provider: string | undefined
  readonly profiles: readonly Profile[]
  /** Absolute path. */
  readonly stateDirectory: string
  /** Whether it is written down which rows are sent. */
  readonly lineage: boolean
  /** What is on record of offerings, as the configuration amends it. */
  readonly catalogue: Catalogue
  /** Reads what is demanded of whoever takes the data; undefined where nothing is. @throws AnytuneError `configuration`. */
  policy(): Promise<Policy | undefined>
}

/** Which configuration to read. */
export interface ConfigurationOptions {
  /** Where to look from, upward. Default: the working directory. */
  readonly cwd?: string | undefined
  /** The file to read instead of looking for one. */
  readonly config?: string | undefined
}

/**
 * Reads the configuration file in `cwd` or the nearest folder above it.
 *
 * @throws AnytuneError `configuration` naming the file, the place in it, what is wrong and what to do.
 */
export async function readConfiguration(options: ConfigurationOptions = {}): Promise<Configuration> {
  const file = findConfig({ cwd: options.cwd ?? process.cwd(), config: options.config })
  return file.kind === 'yaml' ? readYamlConfiguration(file) : readModuleConfiguration(file)
}

/** The configuration given as an object; paths in it are seen from the working directory. */
export function configurationOf(config: Config): Configuration {
  const place = 'the configuration'
  return fromModule(checkModuleConfig(config, place), { file: undefined, folder: process.cwd(), place })
}

/** Where a configuration stands, for paths in it and for messages. */
interface Origin {
  readonly file: string | undefined
  readonly folder: string
  readonly place: string
}

function originOf(file: ConfigFile): Origin {
  return { file: file.path, folder: dirname(file.path), place: displayPath(file.path) }
}

async function readModuleConfiguration(file: ConfigFile): Promise<Configuration> {
  const origin = originOf(file)
  let module: Readonly<Record<string, unknown>>
  try {
    module = await importConfig(pathToFileURL(file.path).href)
  } catch (error) {
    throw importError(error, origin.place, maskOf({}, process.env))
  }
  if (module['default'] === undefined) {
    throw new AnytuneError('configuration', `${origin.place}: there is no default export`, {
      hint: 'write: export default defineConfig({ providers: { … } })',
    })
  }
  return fromModule(checkModuleConfig(module['default'], origin.place), origin)
}

function fromModule(config: ModuleConfig, origin: Origin): Configuration {
  const profiles = Object.entries(config.providers).map(([name, thunk]) => {
    const place = `${origin.place}, profile "${name}"`
    const open = async (): Promise<Driver> => {
      let made: unknown
      try {
        made = await recordingImports(async () => thunk())
      } catch (error) {
        throw importError(error, place, maskOf({}, process.env))
      }
      return checkDriver(made, place)
    }
    return { name, use: undefined, models: modelsOf(config, name), open }
  })
  return settingsOf(config, origin, profiles)
}

async function readYamlConfiguration(file: ConfigFile): Promise<Configuration> {
  const origin = originOf(file)
  // Most configurations are modules, and the parser is a fifth of what loading this package costs.
  const { readYaml } = await import('./read-yaml.ts')
  const { value, locate } = readYaml(await readText(file, origin.place), origin.place)
  if (value === null) {
    throw new AnytuneError('configuration', `${origin.place} is empty`, {
      hint: `write "providers:" and a profile under it, or use ${CONFIG_NAMES[0]}`,
    })
  }
  const config = checkYamlConfig(value, locate)
  const profiles = Object.entries(config.providers).map(([name, { use, ...options }]) => {
    const place = `${locate(['providers', name, 'use'])}, profile "${name}"`
    const open = () => openAdapter({ use, options, place, parentURL: pathToFileURL(file.path).href })
    return { name, use, models: modelsOf(config, name), open }
  })
  return settingsOf(config, origin, profiles)
}

async function readText({ path }: ConfigFile, place: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new AnytuneError('configuration', `${place} cannot be read${code}`)
  }
}

function settingsOf(config: ModuleConfig | YamlConfig, origin: Origin, profiles: readonly Profile[]): Configuration {
  return {
    file: origin.file,
    provider: config.provider,
    profiles,
    stateDirectory: resolve(origin.folder, config.stateDirectory ?? STATE_DIRECTORY),
    lineage: config.lineage ?? true,
    catalogue: amendedCatalogue(config.catalogue, origin.place),
    policy: async () => policyOf(config, origin),
  }
}

async function policyOf({ policy }: ModuleConfig | YamlConfig, { folder }: Origin): Promise<Policy | undefined> {
  if (typeof policy === 'string') return readPolicy(policy, folder)
  // The schema has established it.
  return policy as Policy | undefined
}

function modelsOf(config: ModuleConfig | YamlConfig, profile: string): Profile['models'] {
  return Object.fromEntries(Object.entries(config.models ?? {}).map(([alias, ids]) => [alias, own(ids, profile)]))
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
