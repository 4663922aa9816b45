import type { BaseModelId } from '@anytune/trainer'
import { assertAccountName, newAccountName } from './accounts.ts'
import { createAnswerer } from './chat/answerer.ts'
import { createClock, type Clock, type ClockOptions } from './clock.ts'
import { answerControl } from './control.ts'
import { EmulatorError } from './errors.ts'
import { createFaults, type Fault, type Faults } from './faults.ts'
import { createRequestLog, type Exchange } from './server/request-log.ts'
import type { Vendor, VendorName } from './server/service.ts'
import { startVendorServer, type RequestListener, type VendorServer } from './server/vendor-server.ts'
import { createEngine, type EngineKind } from './training/engine.ts'
import type { Outcome, Schedule } from './training/outcome.ts'
import { createVendor } from './vendors.ts'

export interface EmulatorOptions {
  /** Each gets a port of its own. */
  readonly vendors: readonly VendorName[]
  /** The first vendor's port; the others take those after it. Default 0: any free ones. */
  readonly port?: number
  /** Default `127.0.0.1`. Any address that others can reach must be named here, and nothing but the keys protects it. */
  readonly host?: string
  readonly faults?: readonly Fault[]
  /** Default `system`. `startAt` is where the time begins. */
  readonly clock?: 'system' | 'driven' | ClockOptions
  /** Default `schedule`. */
  readonly engine?: EngineKind
  /** The smallest of the trainer's models that the local engine takes. Default `scratch-tiny`. */
  readonly localModel?: BaseModelId
  /** How long jobs that follow the schedule take. */
  readonly schedule?: Partial<Schedule>
  /** Exchanges that the request log keeps. Default 10,000. */
  readonly logCapacity?: number
  /** More can be added later. */
  readonly onRequest?: RequestListener
}

/** Running servers, one per vendor, with all their state in memory. */
export interface Emulator extends AsyncDisposable {
  /** Where each vendor listens, without a path. */
  readonly urls: Readonly<Partial<Record<VendorName, string>>>
  /** For all vendors, with an account of its own that nothing else uses. */
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly faults: Faults
  /** The last requests, of one account when its name is given; oldest first. */
  requests(account?: string): readonly Exchange[]
  /** An account by its name, which is its API key, too, and begins with `emulator-`; a new one without a name. */
  account(name?: string): EmulatorAccount
  /** Returns what removes the listener again. */
  onRequest(listener: RequestListener): () => void
  /** Forgets one account and its faults; or all accounts, requests and faults. */
  reset(account?: string): void
  /** Breaks what is open, stops trainings and removes their files. */
  close(): Promise<void>
}

/** One account, at every vendor that runs. */
export interface EmulatorAccount {
  readonly name: string
  /** The environment with which SDKs and adapters reach it; of one vendor, or of all. */
  env(vendor?: VendorName): Readonly<Record<string, string>>
  /** Changes its settings at a vendor, by default the first; each vendor's README names them. */
  configure(settings: Readonly<Record<string, unknown>>, vendor?: VendorName): void
  /** Makes things without requests; each vendor's README names them. Gives their ids by kind. */
  seed(seed: Readonly<Record<string, unknown>>, vendor?: VendorName): Readonly<Record<string, readonly string[]>>
  /** How its next jobs go, at a vendor or at all. */
  plan(outcome: Outcome, vendor?: VendorName): void
  requests(): readonly Exchange[]
}

const DEFAULT_LOG_CAPACITY = 10_000

/** Starts the emulator; what it does not know, such as a vendor, is an `EmulatorError`. Close it, or keep it with `await using`. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, logCapacity = DEFAULT_LOG_CAPACITY } = options
  const clock = createClock(typeof options.clock === 'object' ? options.clock : { kind: options.clock ?? 'system' })
  const engine = createEngine({
    kind: options.engine ?? 'schedule',
    clock,
    schedule: options.schedule,
    localModel: options.localModel,
  })
  const faults = createFaults()
  faults.add(...(options.faults ?? []))
  const log = createRequestLog(logCapacity)
  const listeners = new Set<RequestListener>(options.onRequest === undefined ? [] : [options.onRequest])
  const vendors = await createVendors(options.vendors, { clock, engine, answerer: createAnswerer() })
  const servers = new Map<VendorName, VendorServer>()
  const requests = (account?: string) =>
    log.all().filter((exchange) => account === undefined || exchange.account === account)
  const envOf = (vendor: Vendor, account: string) => vendor.env(servers.get(vendor.name)?.url ?? '', account)
  const named = (name: VendorName) => {
    const vendor = vendors.find((candidate) => candidate.name === name)
    if (vendor === undefined) throw new EmulatorError(`the vendor "${name}" does not run here`)
    return vendor
  }
  const some = (name?: VendorName) => (name === undefined ? vendors : [named(name)])
  const account = (name = newAccountName()): EmulatorAccount => ({
    name: assertAccountName(name),
    env: (vendor) => Object.assign({}, ...some(vendor).map((each) => envOf(each, name))),
    configure: (settings, vendor = vendors[0]?.name ?? 'openai') => named(vendor).configure(name, settings),
    seed: (seed, vendor = vendors[0]?.name ?? 'openai') => named(vendor).seed(name, seed),
    plan: (outcome, vendor) => some(vendor).forEach((each) => each.plan(name, outcome)),
    requests: () => requests(name),
  })
  const reset = (name?: string) => {
    for (const vendor of vendors) vendor.reset(name)
    log.clear(name)
    faults.clear(name)
  }
  const close = async () => {
    await Promise.all([...servers.values()].map((server) => server.close()))
    servers.clear()
    await engine.close()
  }
  const controlled = { account, clock, faults, requests, reset }
  try {
    for (const [index, vendor] of vendors.entries()) {
      const control = (request: Parameters<typeof answerControl>[2]) => answerControl(controlled, vendor.name, request)
      const place = { host, port: port === 0 ? 0 : port + index }
      servers.set(vendor.name, await startVendorServer(vendor, { clock, faults, log, listeners, control }, place))
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...controlled,
    urls: Object.fromEntries([...servers].map(([name, server]) => [name, server.url])),
    env: account().env(),
    onRequest(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function createVendors(
  names: readonly string[],
  context: Parameters<typeof createVendor>[1],
): Promise<readonly Vendor[]> {
  if (names.length === 0 || new Set(names).size < names.length) throw new EmulatorError('name each vendor once')
  return await Promise.all(names.map((name) => createVendor(name, context)))
}
