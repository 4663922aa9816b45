import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Name and version of the provider's adapter as the project has it installed; undefined for one whose package has another name. */
export function adapterVersion(provider: string, folder: string): { name: string; version: string } | undefined {
  const name = `@anytune/${provider}`
  try {
    const file = createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`)
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return undefined
    return { name, version: String(manifest.version) }
  } catch {
    return undefined
  }
}
