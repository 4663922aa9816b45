import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmulator, type Emulator, type EmulatorAccount, type VendorName } from '@anytune/emulator'
import { afterAll, beforeAll } from 'vitest'
import { anytune, folder, start, type Outcome } from './anytune.ts'

/** A project with the adapters installed, and an account of its own at a vendor of the emulator. */
export interface EmulatedProject {
  readonly cwd: string
  readonly account: EmulatorAccount
  readonly emulator: Emulator
  /** Runs `anytune …` on the account. */
  run(...args: readonly string[]): Promise<Outcome>
  /** Starts it and leaves it running. */
  start(...args: readonly string[]): ReturnType<typeof start>
}

const PROVIDERS = `providers:
  openai: { use: '@anytune/openai', polling: { firstMs: 20, maximumMs: 200 } }
  azure: { use: '@anytune/azure', trainingType: Standard, deploymentSku: Standard, polling: { firstMs: 20, maximumMs: 200 } }
`

/** An emulator for the tests of a file; gives what makes a project on it. `configuration` is added to the providers'. */
export function emulated(): (
  vendor: VendorName,
  options?: {
    readonly env?: Readonly<Record<string, string>>
    readonly configuration?: (account: EmulatorAccount) => string
  },
) => Promise<EmulatedProject> {
  let emulator: Emulator
  beforeAll(async () => {
    emulator = await startEmulator({ vendors: ['openai', 'azure'] })
  })
  afterAll(() => emulator.close())
  return async (vendor, { env = {}, configuration = () => '' } = {}) => {
    const account = emulator.account()
    const cwd = await folder({ 'anytune.yaml': `provider: ${vendor}\n${PROVIDERS}${configuration(account)}` })
    await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(cwd, 'node_modules'), 'junction')
    const place = { cwd, env: { ...account.env(vendor), ...env } }
    return {
      cwd,
      account,
      emulator,
      run: (...args) => anytune(args, place),
      start: (...args) => start(args, place),
    }
  }
}

/** Prices of one's own for whatever an account's host offers: the emulator's host is not on record. */
export function ownPrices(account: EmulatorAccount): string {
  const { host } = new URL(String(account.env('openai')['OPENAI_BASE_URL']))
  const source = 'source: { title: our contract, readOn: "2026-11-25" }, grade: contract'
  const price = (item: string, amount: number) =>
    `      - { item: ${item}, amount: ${amount}, currency: USD, per: million-tokens, ${source} }\n`
  return `catalogue:
  - id: openai-compatible/${host}/train
    prices:
${price('training', 5)}  - id: openai-compatible/${host}/serve
    prices:
${price('input', 1)}${price('cached-input', 1)}${price('output', 4)}`
}
