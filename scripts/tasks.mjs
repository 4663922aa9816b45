// The workspace's tasks by name: `npm run <task>` needs nothing but Node.js 20, npm and a fresh clone.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run, underPackageManager } from './run.mjs'
import { setup } from './setup.mjs'

const source = '--conditions=@anytune/source'

/** Tests start hundreds of processes from the sources; what one of them compiled need not be compiled again. */
const COMPILED_ONCE = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled') }

/** Each task is a list of commands; the first that fails ends it. */
const TASKS = {
  build: [() => turbo('build')],
  typecheck: [() => turbo('typecheck')],
  lint: [
    () => run('oxlint', ['--type-aware', '--quiet']),
    () => run('oxfmt', ['--check', '.']),
    () => run('node', ['scripts/check-lockfile.mjs']),
    () => run('knip', ['--no-config-hints']),
  ],
  format: [() => run('oxfmt', ['.'])],
  test: [(args) => run('vitest', ['run', ...args], { env: COMPILED_ONCE })],
  docs: [
    (args) => run('node', [source, 'scripts/generate-docs.ts', ...args]),
    () => run('node', ['scripts/check-fences.mjs']),
  ],
  packages: [() => turbo('build'), () => run('node', ['scripts/check-packages.mjs'])],
  bench: [() => turbo('build'), (args) => bench(args)],
  soak: [(args) => run('vitest', ['run', '--config', 'vitest.soak.config.ts', ...args], { env: COMPILED_ONCE })],
}

/** What `npm test` runs, in this order; the long tests where there is time for them. */
const EVERYTHING = ['build', 'typecheck', 'lint', 'docs', 'test', 'packages', ...(process.env.CI ? ['soak'] : [])]

/** Each benchmark by name; `npm run bench -- NAME…` runs those alone. */
const BENCHES = {
  training: [source, 'packages/trainer/bench/training.ts'],
  datasets: [source, 'packages/dataset/bench/datasets.ts'],
  // Without the sources' condition: users import what was built.
  adapters: ['packages/trials/bench/adapters.ts'],
}

function bench(args) {
  const chosen = args.filter((arg) => Object.hasOwn(BENCHES, arg))
  const names = chosen.length > 0 ? chosen : Object.keys(BENCHES)
  const rest = args.filter((arg) => !chosen.includes(arg))
  for (const name of names) {
    const code = run('node', [...BENCHES[name], ...rest])
    if (code !== 0) return code
  }
  return 0
}

function turbo(task) {
  return underPackageManager(['exec', 'turbo', 'run', task, '--output-logs=errors-only'])
}

/** Runs one task; returns its exit code. */
export function runTask(name, args = []) {
  for (const command of TASKS[name]) {
    const code = command(args)
    if (code !== 0) return code
  }
  return 0
}

/** Runs every check; returns the exit code of the first that failed. */
export function runEverything() {
  const place = mkdtempSync(join(tmpdir(), 'anytune-results-'))
  const results = (name) => join(place, `${name}.json`)
  const argumentsOf = {
    docs: ['--check'],
    test: ['--reporter=default', '--reporter=json', `--outputFile.json=${results('test')}`],
    soak: ['--reporter=default', '--reporter=json', `--outputFile.json=${results('soak')}`],
  }
  let code = 0
  for (const name of EVERYTHING) {
    const started = Date.now()
    code = runTask(name, argumentsOf[name])
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
    if (code !== 0) break
  }
  console.log(countTests([results('test'), results('soak')]))
  rmSync(place, { recursive: true })
  return code
}

/** One line with the number of tests, over all runs that came to an end. */
function countTests(files) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const file of files) {
    if (!existsSync(file)) continue
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'))
    count.passed += numPassedTests
    count.failed += numFailedTests
    count.skipped += numPendingTests
  }
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
}

/** For `npm run <task>`. */
export function main([name, ...args]) {
  if (!Object.hasOwn(TASKS, name ?? '')) {
    console.error(`unknown task "${name}"; the tasks are: ${Object.keys(TASKS).join(', ')}`)
    return 1
  }
  setup()
  return runTask(name, args)
}
