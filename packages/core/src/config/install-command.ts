import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { displayPath, foldersUpward } from './find-config.ts'

const LOCKFILES = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
} as const

type PackageManager = (typeof LOCKFILES)[keyof typeof LOCKFILES]

const COMMANDS: Readonly<Record<PackageManager, string>> = {
  npm: 'npm install',
  pnpm: 'pnpm add',
  yarn: 'yarn add',
  bun: 'bun add',
}

/** The command that installs a package for the project a folder belongs to, with that project's own package manager. */
export function installCommand(folder: string, packageName: string): string {
  const project = foldersUpward(folder).find((candidate) => existsSync(join(candidate, 'package.json'))) ?? folder
  const manager = packageManagerOf(project)
  // pnpm refuses to add to the root of a workspace unless it is told to.
  const root = manager === 'pnpm' && existsSync(join(project, 'pnpm-workspace.yaml')) ? ' -w' : ''
  const where = project === process.cwd() ? '' : ` (in ${displayPath(project)})`
  return `${COMMANDS[manager]}${root} ${packageName}${where}`
}

/** Where a package is installed for a module in the folder; undefined when it is not. */
export function installedFolder(folder: string, packageName: string): string | undefined {
  return foldersUpward(folder)
    .map((candidate) => join(candidate, 'node_modules', packageName))
    .find((candidate) => existsSync(join(candidate, 'package.json')))
}

function packageManagerOf(project: string): PackageManager {
  for (const folder of foldersUpward(project)) {
    const declared = declaredManager(join(folder, 'package.json'))
    if (declared !== undefined) return declared
    for (const [lockfile, manager] of Object.entries(LOCKFILES)) {
      if (existsSync(join(folder, lockfile))) return manager
    }
  }
  return 'npm'
}

/** What package.json says in `packageManager`, such as `pnpm@12.21.0`. */
function declaredManager(manifest: string): PackageManager | undefined {
  if (!existsSync(manifest)) return undefined
  try {
    const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
    if (typeof content !== 'object' || content === null || !('packageManager' in content)) return undefined
    const name = String(content.packageManager).split('@')[0] ?? ''
    return Object.values(LOCKFILES).find((manager) => manager === name)
  } catch {
    // A broken manifest is not this error's subject: the lockfile beside it still tells.
    return undefined
  }
}
