import type { Driver } from '@anytune/core/driver'
import { type Emulator, type EmulatorAccount, startEmulator } from '@anytune/emulator'
import type { AzureDriver, AzureOptions } from '@anytune/azure'
import { driverOf } from '../src/driver.ts'
import { settingsOf } from '../src/settings.ts'

const accounts = new WeakMap<Driver, EmulatorAccount>()

/** An emulated Azure with accounts for the asking, and drivers on them. */
export interface Emulated {
  readonly emulator: Emulator
  /** A driver by the environment alone: a key for the resource, a token for Azure Resource Manager. */
  connect(account?: EmulatorAccount, options?: Partial<AzureOptions>): AzureDriver
  accountOf(driver: Driver): EmulatorAccount
  /** The resource's own answer, asked for without the driver. */
  ask(driver: Driver, path: string): Promise<Response>
}

export async function startEmulated(options: Partial<Parameters<typeof startEmulator>[0]> = {}): Promise<Emulated> {
  const emulator = await startEmulator({ vendors: ['azure'], ...options })
  const accountOf = (driver: Driver) => {
    const account = accounts.get(driver)
    if (account === undefined) throw new Error('this driver was made elsewhere')
    return account
  }
  return {
    emulator,
    accountOf,
    connect(account = emulator.account(), given = {}) {
      const polling = { firstMs: 20, maximumMs: 100 }
      const driver = driverOf(settingsOf({ trainingType: 'Standard', polling, ...given }, account.env('azure')))
      accounts.set(driver, account)
      return driver
    },
    ask(driver, path) {
      const env = accountOf(driver).env('azure')
      const headers = { 'api-key': env['AZURE_OPENAI_API_KEY'] ?? '' }
      return fetch(`${env['AZURE_OPENAI_ENDPOINT']}/openai/v1${path}`, { headers })
    },
  }
}
