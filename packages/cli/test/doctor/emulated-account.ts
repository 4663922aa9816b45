import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmulator, type Emulator, type EmulatorAccount } from '@anytune/emulator'
import { onTestFinished } from 'vitest'
import { folder } from '../anytune.ts'

const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** An account of the emulator, and a folder whose configuration reaches it. */
export interface EmulatedAccount {
  readonly emulator: Emulator
  readonly account: EmulatorAccount
  readonly cwd: string
}

/** Starts an emulator for one test; its time begins at `startAt` and runs. */
export async function emulatedAccount(vendor: 'openai' | 'azure', startAt: Date): Promise<EmulatedAccount> {
  const emulator = await startEmulator({ vendors: [vendor], clock: { kind: 'system', startAt } })
  onTestFinished(() => emulator.close())
  const account = emulator.account()
  const cwd = await folder()
  // As it would be where the adapters are installed.
  await symlink(PACKAGES, join(cwd, 'node_modules'))
  await writeFile(join(cwd, 'anytune.config.ts'), configuration(vendor, account.env(vendor)))
  return { emulator, account, cwd }
}

function configuration(vendor: string, env: Readonly<Record<string, string>>): string {
  return `import { defineConfig } from '@anytune/core'
import { azure } from '@anytune/azure'
import { openai } from '@anytune/openai'
// Set when a profile is opened: one process may run the commands of several tests.
const reach = <T>(driver: () => T): T => {
  Object.assign(process.env, ${JSON.stringify(env)})
  return driver()
}
export default defineConfig({
  provider: '${vendor}',
  providers: {
    openai: () => reach(() => openai()),
    azure: () => reach(() => azure({ trainingType: 'GlobalStandard' })),
  },
})
`
}

/** Every request of the account that could have changed something. */
export function changes(account: EmulatorAccount): readonly string[] {
  return account
    .requests()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`)
}
