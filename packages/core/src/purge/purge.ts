import type { Journal, StoredEntry } from '../operation/journal.ts'
import { newOperationId } from '../operation/operation.ts'
import { assertOperation } from '../support.ts'
import type { Settings } from '../settings.ts'
import type { PurgeOptions } from '../tuner.ts'
import { claimsOf, type Hold } from './claims.ts'
import { type Inventory, inventoryOf } from './inventory.ts'
import { keptByProvider } from './provider-keeps.ts'
import {
  foldPurge,
  type OpenedPurge,
  type Outcome,
  type PurgeState,
  type PurgeTarget,
  type Receipt,
  writeReceipt,
} from './receipt.ts'
import { removeThing } from './remove.ts'
import { resolveTarget } from './target.ts'
import type { FoundThing } from './things.ts'

/**
 * Removes what a run made, or one thing, and says in a receipt what was removed, what was gone and what was kept, and why.
 * Nothing else is touched. A purge whose process died is gone on with by the next call for the same target.
 *
 * @throws AnytuneError `failed-precondition` for a job under way, `needs-decision` where it cannot be told whether there is one:
 * both unless `cancelJob` is set; nothing was removed then.
 */
export async function purge(settings: Settings, target: string | PurgeTarget, options: PurgeOptions): Promise<Receipt> {
  const { journal } = settings
  const resolved = await resolveTarget(settings, target)
  assertPossible(settings, resolved)
  if (options.dryRun) return dryRun(settings, resolved, options)
  const claims = claimsOf(journal)
  try {
    if (resolved.kind === 'run') await claims.hold(resolved.id)
    const begun = await unfinished(settings, resolved)
    const id = begun ?? newOperationId('purge')
    await claims.hold(id)
    if (begun === undefined) await open(settings, id, resolved, options, claims.hold)
    return await goOn(settings, id, options, claims.hold)
  } finally {
    await claims.release()
  }
}

/** Receipts of the purges that came to their end, newest first. */
export async function* receipts({ journal }: Settings): AsyncGenerator<Receipt, void, undefined> {
  for (const id of await journal.list()) {
    const purged = purgeOf(await journal.read(id))
    if (purged?.progress.receipt !== undefined) yield purged.progress.receipt
  }
}

/** A kind of thing that this provider does not have is refused as everywhere else. */
function assertPossible({ calls: { driver } }: Settings, { kind }: PurgeTarget): void {
  if (kind === 'model') assertOperation(driver, 'models', driver.models)
  if (kind === 'deployment') assertOperation(driver, 'deployments', driver.deployments)
}

async function dryRun(settings: Settings, target: PurgeTarget, options: PurgeOptions): Promise<Receipt> {
  const inventory = await inventoryOf(settings, target, options, async () => {})
  const document = openedEntry(settings, target, inventory)
  const begunAt = new Date()
  const { settled } = foldPurge(document, [{ at: begunAt, entry: document }])
  const outcomes = new Map([...settled].map(([index, { outcome }]) => [index, outcome]))
  const foreseen = document.things.flatMap((thing, index) => {
    const outcome = outcomes.get(index) ?? stillServed(document.things, outcomes, thing)
    return outcome === undefined ? [] : [[index, { outcome, at: begunAt }] as const]
  })
  const progress = { settled: new Map(foreseen) }
  return writeReceipt('dry-run', document, { begunAt, progress, dryRun: true }, keptByProvider(settings, document))
}

async function open(
  settings: Settings,
  id: string,
  target: PurgeTarget,
  options: PurgeOptions,
  hold: Hold,
): Promise<void> {
  const inventory = await inventoryOf(settings, target, options, hold)
  await settings.journal.create(id, openedEntry(settings, target, inventory))
}

function openedEntry({ calls: { driver }, profile }: Settings, target: PurgeTarget, inventory: Inventory): OpenedPurge {
  const { provider, scope } = driver
  return { type: 'opened', kind: 'purge', profile, provider, scope, target, ...inventory }
}

/** The purge of the same target that has no receipt yet. */
async function unfinished({ calls, journal }: Settings, target: PurgeTarget): Promise<string | undefined> {
  const { provider, scope } = calls.driver
  for (const id of await journal.list()) {
    const purged = purgeOf(await journal.read(id))
    if (purged === undefined || purged.progress.receipt !== undefined) continue
    const { entry } = purged
    const same = entry.target.kind === target.kind && entry.target.id === target.id
    if (same && entry.provider === provider && entry.scope === scope) return id
  }
  return undefined
}

/** Removes what is left to remove, and writes the receipt. */
async function goOn(settings: Settings, id: string, options: PurgeOptions, hold: Hold): Promise<Receipt> {
  const { journal } = settings
  const { entry, begunAt, progress } = await readPurge(journal, id)
  await closeOperations(settings, id, entry, hold)
  const outcomes = new Map([...progress.settled].map(([index, { outcome }]) => [index, outcome]))
  for (const [index, thing] of entry.things.entries()) {
    if (outcomes.has(index)) continue
    options.signal?.throwIfAborted()
    const served = stillServed(entry.things, outcomes, thing)
    if (served === undefined) await journal.append(id, { type: 'removing', thing: index })
    const outcome = served ?? (await removeThing(settings, thing, progress.begun.has(index), options.signal))
    await journal.append(id, { type: 'settled', thing: index, outcome })
    outcomes.set(index, outcome)
    const { kind, id: name } = thing
    options.onProgress?.({ type: 'thing', thing: { kind, id: name, ...outcome, at: new Date().toISOString() } })
  }
  // Read again: the receipt has the times that the journal has.
  const told = { begunAt, progress: (await readPurge(journal, id)).progress, dryRun: false }
  const receipt = writeReceipt(id, entry, told, keptByProvider(settings, entry))
  await journal.append(id, { type: 'receipt', receipt })
  return receipt
}

/** From here on a run that is purged is not gone on with, nor is a deployment that was being made of its model. */
async function closeOperations({ journal }: Settings, id: string, entry: OpenedPurge, hold: Hold): Promise<void> {
  const { target, deploys } = entry
  if (target.kind === 'run') {
    const noted = (await journal.read(target.id)).some(({ entry: { type } }) => type === 'purged')
    if (!noted) await journal.append(target.id, { type: 'purged', by: id })
  }
  for (const deploy of deploys) {
    await hold(deploy)
    const entries = await journal.read(deploy)
    const closed = entries.some(({ entry: { type } }) => type === 'ended' || type === 'refused')
    if (!closed) await journal.append(deploy, { type: 'ended', status: 'purged' })
  }
}

/** A model is not taken from under a deployment that stays. */
function stillServed(
  things: readonly FoundThing[],
  outcomes: ReadonlyMap<number, Outcome>,
  { kind, id }: FoundThing,
): Outcome | undefined {
  if (kind !== 'model' && kind !== 'checkpoint') return undefined
  const serving = things.find(
    (thing, index) => thing.kind === 'deployment' && thing.model === id && outcomes.get(index)?.state === 'kept',
  )
  return (
    serving && {
      state: 'kept',
      code: 'failed-precondition',
      reason: `the deployment ${serving.id} still serves it`,
      hint: 'remove the deployment, then purge again',
    }
  )
}

async function readPurge(journal: Journal, id: string): Promise<Purged> {
  const purged = purgeOf(await journal.read(id))
  if (purged === undefined) throw new Error(`the journal has no purge ${id}`)
  return purged
}

interface Purged {
  readonly begunAt: Date
  readonly entry: OpenedPurge
  readonly progress: PurgeState
}

function purgeOf(entries: readonly StoredEntry[]): Purged | undefined {
  const [first] = entries
  if (first?.entry.type !== 'opened' || first.entry.kind !== 'purge') return undefined
  return { begunAt: first.at, entry: first.entry, progress: foldPurge(first.entry, entries) }
}
