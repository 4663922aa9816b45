import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AnytuneError } from '../errors.ts'
import type { Policy } from '../policy/policy-document.ts'
import { checkPolicy } from '../policy/policy-schema.ts'
import { displayPath } from './find-config.ts'

/**
 * Reads a policy from a YAML or JSON file.
 *
 * @param folder From which a relative path is meant.
 * @throws AnytuneError `configuration` naming the file, the line, what is wrong and what is allowed.
 */
export async function readPolicy(path: string, folder: string): Promise<Policy> {
  const file = resolve(folder, path)
  const name = displayPath(file)
  const text = await readText(file, name)
  // JSON is YAML, and the parser gives the line of what is wrong; it is loaded where it is needed alone.
  const { readYaml } = await import('./read-yaml.ts')
  const { value, locate } = readYaml(text, name)
  if (value === null) {
    throw new AnytuneError('configuration', `${name} is empty`, {
      hint: 'write version: 1 and rules; without a policy, remove the key "policy" from the configuration',
    })
  }
  return checkPolicy(value, locate)
}

async function readText(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new AnytuneError('configuration', `the policy ${name} cannot be read${code}`, {
      hint: 'the path is seen from the folder of the configuration; nothing is sent without the policy that it names',
    })
  }
}
