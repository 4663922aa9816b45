import { existsSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { AnytuneError } from '../errors.ts'

/** The names a configuration is looked for under. */
export const CONFIG_NAMES = [
  'anytune.config.ts',
  'anytune.config.mts',
  'anytune.config.js',
  'anytune.config.mjs',
  'anytune.yaml',
  'anytune.yml',
] as const

/** File name endings of configurations that are modules, and of those in YAML. */
const EXTENSIONS: Readonly<Record<string, 'module' | 'yaml'>> = {
  '.ts': 'module',
  '.mts': 'module',
  '.js': 'module',
  '.mjs': 'module',
  '.yaml': 'yaml',
  '.yml': 'yaml',
}

/** A configuration file; `path` is absolute. */
export interface ConfigFile {
  readonly path: string
  readonly kind: 'module' | 'yaml'
}

/**
 * The configuration to use: the file at `config`, or the one found in `cwd` or the nearest folder above it.
 *
 * @throws AnytuneError `configuration` when there is none, more than one in a folder, or what is there cannot be one.
 */
export function findConfig(options: { readonly cwd: string; readonly config?: string | undefined }): ConfigFile {
  if (options.config !== undefined) return configFile(resolve(options.cwd, options.config))
  for (const folder of foldersUpward(options.cwd)) {
    const present = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)))
    if (present.length > 1) throw ambiguous(folder, present)
    if (present[0] !== undefined) return configFile(join(folder, present[0]))
  }
  throw new AnytuneError('configuration', `no configuration found in ${resolve(options.cwd)} or a folder above it`, {
    hint: `write ${CONFIG_NAMES[0]} or anytune.yaml, or name the file`,
    data: { names: CONFIG_NAMES },
  })
}

/** The folder and those above it, nearest first. */
export function* foldersUpward(start: string): Generator<string> {
  let folder = resolve(start)
  for (;;) {
    yield folder
    const parent = dirname(folder)
    if (parent === folder) return
    folder = parent
  }
}

/** The path as a user would write it: short when it lies under the working directory. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}

function configFile(path: string): ConfigFile {
  const stats = statSync(path, { throwIfNoEntry: false })
  const shown = displayPath(path)
  if (stats === undefined) {
    throw new AnytuneError('configuration', `the configuration ${shown} does not exist`, {
      hint: 'check the path, or leave it out to look for one',
    })
  }
  if (stats.isDirectory()) {
    throw new AnytuneError('configuration', `the configuration ${shown} is a folder`, { hint: 'name the file in it' })
  }
  const kind = EXTENSIONS[extname(path)]
  if (kind === undefined) {
    throw new AnytuneError('configuration', `the configuration ${shown} is not of a kind that can be read`, {
      hint: `use a file that ends with ${Object.keys(EXTENSIONS).join(', ')}`,
    })
  }
  return { path, kind }
}

function ambiguous(folder: string, present: readonly string[]): AnytuneError {
  return new AnytuneError(
    'configuration',
    `${displayPath(folder)} holds more than one configuration: ${present.join(', ')}`,
    {
      hint: 'keep one of them, or name the one to use',
      data: { names: present },
    },
  )
}
