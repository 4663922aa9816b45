// The lockfile must serve macOS, Linux and Windows: pnpm writes only the platform binaries that the registry has for the pinned
// versions, and a checkout on another platform would miss a tool without a word.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/** Each native tool, and its package for a platform. */
const NATIVE = {
  turbo: (os, cpu) => `@turbo/${os === 'win32' ? 'windows' : os}-${cpu === 'x64' ? '64' : cpu}`,
  typescript: (os, cpu) => `@typescript/typescript-${os}-${cpu}`,
  oxlint: (os, cpu) => `@oxlint/binding-${os}-${cpu}${{ linux: '-gnu', win32: '-msvc' }[os] ?? ''}`,
  oxfmt: (os, cpu) => `@oxfmt/binding-${os}-${cpu}${{ linux: '-gnu', win32: '-msvc' }[os] ?? ''}`,
  'oxlint-tsgolint': (os, cpu) => `@oxlint-tsgolint/${os}-${cpu}`,
  rolldown: (os, cpu) => `@rolldown/binding-${os}-${cpu}${{ linux: '-gnu', win32: '-msvc' }[os] ?? ''}`,
  lightningcss: (os, cpu) => `lightningcss-${os}-${cpu}${{ linux: '-gnu', win32: '-msvc' }[os] ?? ''}`,
  'oxc-parser': (os, cpu) => `@oxc-parser/binding-${os}-${cpu}${{ linux: '-gnu', win32: '-msvc' }[os] ?? ''}`,
}

const PLATFORMS = [
  ['linux', 'x64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
]

const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
const missing = Object.entries(NATIVE).flatMap(([tool, packageFor]) =>
  PLATFORMS.map(([os, cpu]) => ({ tool, name: packageFor(os, cpu) })).filter(
    ({ name }) => !lockfile.includes(`${name}@`),
  ),
)
for (const { tool, name } of missing) console.error(`pnpm-lock.yaml has no ${name}, so ${tool} would be missing there`)
process.exitCode = missing.length > 0 ? 1 : 0
