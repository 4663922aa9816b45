import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const CONFIG_NAMES = [
  'anytune.config.ts',
  'anytune.config.mts',
  'anytune.config.js',
  'anytune.config.mjs',
  'anytune.yaml',
  'anytune.yml',
] as const

/** The configurations that lie in a folder. */
export function configsIn(folder: string): readonly string[] {
  return CONFIG_NAMES.filter((name) => existsSync(join(folder, name)))
}

/** True when the folder, or one above it, has a configuration. */
export function hasConfig(folder: string): boolean {
  const here = resolve(folder)
  return configsIn(here).length > 0 || (dirname(here) !== here && hasConfig(dirname(here)))
}
