// Starting the workspace's tools. Plain JavaScript that Node.js 20 can parse: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const packageManager = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager

/** Runs a command with the workspace's own tools first on PATH, so that `node` is the pinned Node.js; returns its exit code. */
export function run(command, args, options = {}) {
  return spawnWithTools(command, args, { stdio: 'inherit', ...options }).status ?? 1
}

function spawnWithTools(command, args, options) {
  const { env, ...rest } = options
  const result = spawnSync(command, args, {
    cwd: root,
    // npx and the .bin shims are .cmd files on Windows, which only a shell can start.
    shell: process.platform === 'win32',
    ...rest,
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      ...env,
      PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
    },
  })
  if (result.error) throw result.error
  return result
}

/** Runs a command under the pinned package manager: turbo, publint and changesets start `pnpm` themselves. */
export function underPackageManager(args, options) {
  return run('npx', ['-y', packageManager, ...args], options)
}

/** Runs a command quietly; what it printed is shown only when it failed, unless a failure is what is wanted. */
export function runQuietly(command, args, { failureWanted = false, ...options } = {}) {
  const result = spawnWithTools(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...options })
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`
  if (result.status !== 0 && !failureWanted) process.stderr.write(output)
  return { code: result.status ?? 1, output }
}
