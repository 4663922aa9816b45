// Packs every package as it would be published, checks the tarballs, and uses them in a project of a user: the same program on
// two providers with only the configuration changed, the command line, and what it says of an adapter that is not installed.
import { cpSync, mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageManager, root, runQuietly } from './run.mjs'

const place = mkdtempSync(join(tmpdir(), 'anytune-packed-'))
const tarballs = join(place, 'tarballs')
const project = join(place, 'project')

const steps = {
  pack() {
    mkdirSync(tarballs)
    return runQuietly('npx', [
      '-y',
      packageManager,
      '-r',
      '--filter',
      './packages/*',
      // Private: tests alone.
      '--filter',
      '!@anytune/trials',
      'pack',
      '--pack-destination',
      tarballs,
    ])
  },
  publint: () =>
    eachTarball((tarball) => runQuietly('npx', ['-y', packageManager, 'exec', 'publint', tarball, '--strict'])),
  attw: () => eachTarball((tarball) => runQuietly('attw', [tarball, '--profile', 'esm-only', '--no-emoji'])),
  'install in a project of its own'() {
    makeProject()
    return runQuietly('npx', ['-y', packageManager, 'install', '--prefer-offline'], { cwd: project })
  },
  'the program on memory': () => program('memory'),
  'the same program on local': () => program('local'),
  'an adapter that is not installed': () =>
    expecting(
      'install it: pnpm add -w @anytune/bedrock',
      inProject(['exec', 'anytune', 'models', 'list', '--config', 'bedrock.yaml']),
    ),
}

let code = 0
for (const [name, step] of Object.entries(steps)) {
  code = step().code
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} packages: ${name}`)
  if (code !== 0) break
}
if (code === 0) rmSync(place, { recursive: true, force: true })
else console.error(`left for a look: ${place}`)
process.exitCode = code

function files() {
  return readdirSync(tarballs).map((name) => join(tarballs, name))
}

function eachTarball(check) {
  for (const tarball of files()) {
    const result = check(tarball)
    if (result.code !== 0) return result
  }
  return { code: 0, output: '' }
}

/** A user's project: isolated dependencies, and the packed packages instead of published ones. */
function makeProject() {
  const packed = Object.fromEntries(files().map((file) => [nameOf(file), `file:${file}`]))
  mkdirSync(project)
  const wanted = ['anytune', '@anytune/core', '@anytune/local', '@anytune/dataset', '@anytune/openai', '@anytune/azure']
  const dependencies = Object.fromEntries(wanted.map((name) => [name, packed[name]]))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const overrides = Object.entries(packed).map(([name, file]) => `  '${name}': '${file}'`)
  writeFileSync(join(project, 'pnpm-workspace.yaml'), ['packages: []', 'overrides:', ...overrides, ''].join('\n'))
  writeFileSync(join(project, 'bedrock.yaml'), 'providers:\n  prod:\n    use: bedrock\n')
  for (const name of ['train.ts', 'anytune.config.ts', 'train.jsonl']) {
    cpSync(join(root, 'examples', 'first-run', name), join(project, name))
  }
}

/** `@anytune/core` from anytune-core-0.1.0.tgz. */
function nameOf(file) {
  const { output } = runQuietly('tar', ['-xOf', file, 'package/package.json'])
  return JSON.parse(output).name
}

function program(provider) {
  return runQuietly('node', ['train.ts'], { cwd: project, env: { ANYTUNE_PROVIDER: provider } })
}

function inProject(args) {
  return runQuietly('npx', ['-y', packageManager, ...args], { cwd: project, failureWanted: true })
}

function expecting(text, { output }) {
  if (output.includes(text)) return { code: 0, output }
  console.error(`expected to read "${text}" in:\n${output}`)
  return { code: 1, output }
}
