// One-time set-up of a fresh clone: dependencies, the pinned Node.js, and a build for ./node_modules/.bin/anytune.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, underPackageManager } from './run.mjs'

const marker = join(root, 'node_modules', '.anytune-setup')

/** What an install depends on: the lockfile, every manifest, and the workspace settings. */
function fingerprint() {
  const hash = createHash('sha256')
  const manifests = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')),
  )
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    const path = join(root, file)
    hash.update(file).update(existsSync(path) ? readFileSync(path) : '')
  }
  return hash.digest('hex')
}

/** Installs what is missing; costs no process when nothing changed. Everything it prints goes to standard error. */
export function setup({ build = false } = {}) {
  const wanted = fingerprint()
  const present = existsSync(marker) ? readFileSync(marker, 'utf8') : ''
  const stdio = ['ignore', 2, 2]
  if (present !== wanted) {
    process.stderr.write('Installing dependencies (once per clone)…\n')
    const code = underPackageManager(['install', '--frozen-lockfile', '--loglevel=error'], { stdio })
    if (code !== 0) process.exit(code)
  }
  if (present !== wanted || build) {
    const code = underPackageManager(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], { stdio })
    if (code !== 0) process.exit(code)
  }
  if (present !== wanted) writeFileSync(marker, wanted)
}
