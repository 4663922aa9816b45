import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ConfigurationPlace, Driver } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { checkDriver } from './check-driver.ts'
import { substituteEnvironment } from './environment.ts'
import { importError } from './import-error.ts'
import { importAdapter, recordingImports } from './load-module.ts'
import { maskOf } from './thrown.ts'

/** An adapter as a YAML configuration names it. */
interface AdapterSource {
  readonly use: string
  readonly options: Readonly<Record<string, unknown>>
  /** Where the configuration names it, for messages. */
  readonly place: string
  /** The configuration's URL: a package is looked for from its folder. */
  readonly parentURL: string
}

/**
 * Imports the adapter and makes its driver with `createDriver(options, place)`.
 *
 * @throws AnytuneError `configuration`, with the install command for a package that is not there; or the adapter's own error.
 */
export async function openAdapter({ use, options, place, parentURL }: AdapterSource): Promise<Driver> {
  const module = await importModule(use, place, parentURL)
  const createDriver = createDriverOf(module)
  if (createDriver === undefined) throw withoutFactory(use, module, place)
  const values = substituteEnvironment(options, process.env, place)
  let made: unknown
  try {
    made = await recordingImports(async () => createDriver(values, { folder: fileURLToPath(new URL('.', parentURL)) }))
  } catch (error) {
    throw importError(error, place, maskOf(values, process.env))
  }
  return checkDriver(made, place)
}

async function importModule(use: string, place: string, parentURL: string): Promise<Readonly<Record<string, unknown>>> {
  const specifier = specifierOf(use, place)
  try {
    return await importAdapter(parentURL, specifier)
  } catch (error) {
    throw importError(error, place, maskOf({}, process.env))
  }
}

/** How `use` is read: the first row that fits. */
const FORMS: readonly { readonly pattern: RegExp; readonly specifier: (use: string) => string }[] = [
  { pattern: /^(?:\.{1,2}\/|file:)/, specifier: (use) => use },
  { pattern: /^memory$/, specifier: () => '@anytune/core/memory' },
  // Packages of others: by their scope, by the name's beginning, or said outright.
  { pattern: /^@[^/]+\/./, specifier: (use) => use },
  { pattern: /^anytune-[a-z0-9._-]+(?:\/.+)?$/, specifier: (use) => use },
  { pattern: /^npm:[^:]+$/, specifier: (use) => use.slice('npm:'.length) },
  { pattern: /^[a-z0-9][a-z0-9-]*$/, specifier: (use) => `@anytune/${use}` },
]

function specifierOf(use: string, place: string): string {
  if (isAbsolute(use)) return pathToFileURL(use).href
  const form = FORMS.find(({ pattern }) => pattern.test(use))
  if (form !== undefined) return form.specifier(use)
  const file = /^[\w./-]+\.[cm]?[jt]s$/.test(use)
  throw new AnytuneError('configuration', `${place}: "use: ${use}" names no adapter`, {
    hint: file
      ? `write the path with its start: ./${use}`
      : "name a package (@anytune/local, or local for short), another's package (npm:name) or a file (./my-adapter.ts)",
  })
}

type Factory = (options: unknown, place: ConfigurationPlace) => unknown

/** `createDriver` of the module, or of what a CommonJS module exports. */
function createDriverOf(module: Readonly<Record<string, unknown>>): Factory | undefined {
  const inner = module['default']
  const found =
    module['createDriver'] ??
    (typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'createDriver') : undefined)
  // What it takes and returns is checked where it is called.
  return typeof found === 'function' ? (found as Factory) : undefined
}

function withoutFactory(use: string, module: Readonly<Record<string, unknown>>, place: string): AnytuneError {
  const names = Object.keys(module)
  return new AnytuneError('configuration', `${place}: "${use}" does not export createDriver, so it is no adapter`, {
    hint:
      names.length === 0
        ? 'export a function createDriver(options) from it'
        : `export a function createDriver(options) from it; it exports: ${names.join(', ')}`,
  })
}
