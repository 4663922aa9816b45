import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import type { ProbeRequest, ProbeResult } from './probe.ts'

/** Must never be seen in an error: fixtures plant it in options. */
export const SECRET = 'sk-PLANTED-secret-0451'

/** Files of a project by path; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>

const CORE = fileURLToPath(new URL('../..', import.meta.url))

/** The text of an adapter module whose driver says what it was given. */
export function adapterText(provider: string, extra = ''): string {
  return `export function createDriver(options) {
  ${extra}
  return { spi: 1, provider: '${provider}', scope: JSON.stringify(options), capabilities: { methods: {}, fields: {}, baseModels: { exhaustive: false, known: {} } },
    options: { job: (value) => value }, datasets: {}, jobs: {}, offering() {}, classify: () => ({ code: 'unknown', reached: 'no' }) }
}
export const ${provider} = createDriver
`
}

/** A package in the project's node_modules. */
export function installed(name: string, text: string, manifest: object = {}): Files {
  return {
    [`node_modules/${name}/package.json`]: { name, type: 'module', exports: { '.': './index.js' }, ...manifest },
    [`node_modules/${name}/index.js`]: text,
  }
}

const folders: string[] = []

/** Writes a project into a new folder, with `@anytune/core` linked as pnpm does it; returns the folder. */
export function project(files: Files, options: { readonly core?: boolean } = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'anytune-config-')))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  if (options.core ?? true) {
    mkdirSync(join(folder, 'node_modules/@anytune'), { recursive: true })
    symlinkSync(CORE, join(folder, 'node_modules/@anytune/core'), 'junction')
  }
  return folder
}

/** Removes the projects of this test file. */
export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/**
 * A Node.js process that loads configurations as a user's program does: vitest's own module loading would hide what Node refuses.
 * Started once for the test file that calls this.
 */
export function useProbe(): (request: ProbeRequest) => Promise<ProbeResult> {
  let child: ChildProcess | undefined
  beforeAll(() => {
    child = fork(fileURLToPath(new URL('probe.ts', import.meta.url)), {
      execArgv: ['--conditions=@anytune/source'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
  })
  afterAll(async () => {
    const running = child
    if (running?.connected) {
      running.disconnect()
      await once(running, 'exit')
    }
    removeProjects()
  })
  return async (request) => {
    if (child === undefined) throw new Error('the probe was not started')
    const settled = new AbortController()
    const { signal } = settled
    child.send(request)
    const exit = once(child, 'exit', { signal }).then(() => [undefined])
    const [answer]: (ProbeResult | undefined)[] = await Promise.race([once(child, 'message', { signal }), exit])
    exit.catch(() => undefined)
    settled.abort()
    if (answer === undefined) throw new Error('the probe ended')
    return answer
  }
}
