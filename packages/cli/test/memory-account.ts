import { expect } from 'vitest'
import { folder, jsonLines, type oneProcess, rows } from './anytune.ts'

export interface AccountText {
  /** Options of the account, as code. */
  readonly store?: string
  /** What the profile `lossy` suffers at its first use, as code. */
  readonly faults?: string
  /** The driver of the profile `mem`, as code in which `store` is the account. */
  readonly driver?: string
  /** The catalogue's offerings, as code; the driver's own is `acme/serve` then. */
  readonly offerings?: string
}

/** A configuration whose in-memory account lasts as long as the process, so that commands see each other's work. */
export function accountText({
  store = '{}',
  faults = '[]',
  driver = 'memory({ store })',
  offerings,
}: AccountText): string {
  return `import { defineConfig } from '@anytune/core'
import { memory, memoryStore } from '@anytune/core/memory'
const store = memoryStore(${store})
const faults = ${faults}
const source = { title: 'Prices of Acme', readOn: new Date().toISOString().slice(0, 10) }
const offering = () => ({ id: 'acme/serve', title: 'Acme serving', egress: 'provider' })
export default defineConfig({
  provider: 'mem',
  providers: {
    mem: () => (${offerings === undefined ? driver : `{ ...${driver}, offering }`}),
    lossy: () => memory({ store, faults: faults.splice(0) }),
    other: () => memory({ account: 'other' }),
  },${offerings === undefined ? '' : `\n  catalogue: ${offerings},`}
})
`
}

type Anytune = (...args: readonly string[]) => ReturnType<ReturnType<typeof oneProcess>>

/** Commands in a folder with that configuration and a training file. */
export async function workspace(run: ReturnType<typeof oneProcess>, text: AccountText = {}): Promise<Anytune> {
  const cwd = await folder({ 'anytune.config.ts': accountText(text), 'train.jsonl': rows(6) })
  return (...args) => run(args, { cwd })
}

const TUNE = ['tune', 'train.jsonl', '--model', 'memory-small', '--yes', '--json'] as const

/** Tunes to the end, or until the job is submitted with `--detach`. */
export async function tuned(anytune: Anytune, ...more: readonly string[]) {
  const { code, stdout, stderr } = await anytune(...TUNE, ...more)
  expect(code, stderr).toBe(0)
  return jsonLines(stdout).at(-1) as { run: string; job: string; model: string; reference: string }
}
