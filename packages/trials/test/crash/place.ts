import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnytuneError, type Journal, memoryJournal, type Tuner } from '@anytune/core'
import { type Emulator, type EmulatorAccount, type Exchange, type Fault, startEmulator } from '@anytune/emulator'
import { type Truth, truthOf } from './account-truth.ts'
import type { Instant } from './instants.ts'
import { tunerOn } from './program.ts'
import { type Condition, MISSED, type Scenario } from './scenarios.ts'
import { VENDORS, type VendorName } from './vendors.ts'

/** An emulator of both vendors, and a folder with a training dataset. */
export interface Ground extends AsyncDisposable {
  readonly emulator: Emulator
  readonly folder: string
  readonly training: string
}

export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'anytune-crash-'))
  const training = join(folder, 'train.jsonl')
  writeFileSync(training, rows(12))
  // Nobody waits in these tests for what makes no difference to them.
  const schedule = { validatingMilliseconds: 0, queuedMilliseconds: 0, stepMilliseconds: 0, evaluatingMilliseconds: 0 }
  const emulator = await startEmulator({ vendors: ['openai', 'azure'], schedule })
  return {
    emulator,
    folder,
    training,
    async [Symbol.asyncDispose]() {
      await emulator.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** How a process ended. */
export type End =
  | { readonly kind: 'completed' }
  | { readonly kind: 'died'; readonly at: Instant }
  | { readonly kind: 'undecided'; readonly error: Question }

/** What an error says that asks for a decision. */
export type Question = Pick<AnytuneError, 'message' | 'hint' | 'next' | 'data'>

/** One account and one journal, which processes use one after the other; what somebody sees of them who lives. */
export interface Place {
  readonly account: EmulatorAccount
  readonly journal: Journal
  /** Ids of things in the account that are none of the run's. */
  readonly strangers: readonly string[]
  open(): Tuner
  exchanges(): readonly Exchange[]
  truth(): Truth
  /** Looks until lists show all there is, and each job is found by its id. */
  showAll(): Promise<void>
  /** Forgets the account. */
  leave(): void
}

/** Operations by which a vendor makes what it keeps. */
const CREATES = ['files.create', 'uploads.complete', 'jobs.create', 'deployments.put']

const SETTINGS: Readonly<Record<VendorName, Readonly<Record<string, unknown>>>> = {
  openai: { processingMilliseconds: 0 },
  azure: {
    processingMilliseconds: 0,
    deployingMilliseconds: 0,
    readinessLagMilliseconds: 0,
    undeployingMilliseconds: 0,
  },
}
const STRANGERS: Readonly<Record<VendorName, Readonly<Record<string, unknown>>>> = {
  openai: { files: 1, jobs: 1 },
  azure: { files: 1, jobs: 1, deployments: 1 },
}

/** A new account, with something in it already. */
export function makePlace(
  { emulator }: Ground,
  { vendor, inParts }: Scenario,
  { settings, fault }: Condition,
  journal: Journal,
): Place {
  const account = emulator.account()
  account.configure({ ...SETTINGS[vendor], ...settings }, vendor)
  const strangers = Object.values(account.seed(STRANGERS[vendor], vendor)).flat()
  if (fault !== undefined) {
    emulator.faults.add(...CREATES.map((operation): Fault => ({ ...fault, operation, account: account.name })))
  }
  const environment = account.env(vendor)
  const open = (own: Journal) => tunerOn(VENDORS[vendor]({ environment, fetch: globalThis.fetch, inParts }), own)
  return {
    account,
    journal,
    strangers,
    open: () => open(journal),
    exchanges: () => account.requests(),
    truth: () => truthOf(account.requests()),
    async showAll() {
      if (fault?.kind === 'list-lag') emulator.clock.advance(fault.milliseconds ?? 0)
      if (fault?.kind !== 'list-lag' && fault?.kind !== 'get-lag') return
      const tuner = open(memoryJournal())
      for (let look = 0; look < MISSED; look++) {
        await Array.fromAsync(tuner.datasets.list())
        for await (const { id } of tuner.jobs.list()) await tuner.jobs.get(id).catch(() => {})
      }
    },
    leave: () => emulator.reset(account.name),
  }
}

/** A process, as the vendor sees it. */
export interface Sender {
  /** Called around each request of it, as by the emulator. */
  onRequest(phase: 'before' | 'after', exchange: Exchange): Promise<void>
}

/** Tells each request of an account to the process that sent it, which is the last one by the time that it comes; until it is called off. */
export function tellSenders(emulator: Emulator, account: EmulatorAccount, processes: readonly Sender[]): () => void {
  const senders = new Map<number, Sender>()
  return emulator.onRequest((phase, exchange) => {
    if (exchange.account !== account.name) return
    const sender = senders.get(exchange.number) ?? processes.at(-1)
    if (sender === undefined) return
    senders.set(exchange.number, sender)
    return sender.onRequest(phase, exchange)
  })
}

function rows(count: number): string {
  const row = (index: number) => ({
    messages: [
      { role: 'user', content: `What is ${index} plus one?` },
      { role: 'assistant', content: `${index + 1}` },
    ],
  })
  return Array.from({ length: count }, (_, index) => `${JSON.stringify(row(index))}\n`).join('')
}
