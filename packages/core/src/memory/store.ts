import { randomBytes } from 'node:crypto'
import type { Context, ErrorInfo, FormatId, JobSpec, Page, PageQuery } from '../driver.ts'
import { type MemoryClock, makeClock } from './clock.ts'
import type { Lesson } from './lessons.ts'
import {
  fillDurations,
  type MemoryDurations,
  type MemoryFailure,
  type MemoryFault,
  type MemoryLifetimes,
  type MemoryOperation,
  type MemoryStoreOptions,
} from './options.ts'
import type { Act, Outcome } from './timeline.ts'

/** One request the provider saw: never any content. */
export interface MemoryCall {
  readonly operation: MemoryOperation
  /** The thing it was about; absent for lists and for what did not exist yet. */
  readonly id?: string
  /** {@link Attempt.key} of a create or find. */
  readonly key?: string
}

/** What every kept thing has. */
export interface Kept {
  readonly id: string
  /** Counts up over the account: lists are sorted by it. */
  readonly sequence: number
  readonly key?: string
  readonly createdAt: Date
}

/** A dataset in the account's keeping. */
export interface DatasetRecord extends Kept {
  readonly name: string
  readonly format: FormatId
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly lessons: readonly Lesson[]
  /** Why its rows cannot be used: a line and a reason, no content. */
  readonly failure?: string
}

/** An upload that was begun: the bytes so far. */
export interface UploadRecord {
  readonly name: string
  readonly parts: readonly Uint8Array[]
}

/** A job in the account's keeping; everything said of it later follows from this and the time. */
export interface JobRecord extends Kept {
  readonly spec: JobSpec
  readonly rows: number
  readonly outcome: Outcome
  readonly model: string
  /** Why the training file cannot be used: a line and a reason, no content. */
  readonly unusable?: string
  readonly lessons: readonly Lesson[]
  readonly acts: readonly Act[]
  /** A word the provider was made to say; see {@link MemoryStore.reportState}. */
  readonly reportedState?: string
  readonly modelDeleted?: true
  /** Ids of checkpoints that were deleted one by one. */
  readonly deletedCheckpoints?: readonly string[]
}

/** A deployment in the account's keeping. */
export interface DeploymentRecord extends Kept {
  readonly model: string
  readonly lastUsedAt?: Date
}

/** An account of the in-memory provider. Look into it as you like; change it through a driver or the functions here. */
export interface MemoryStore {
  readonly account: string
  readonly clock: MemoryClock
  readonly durations: MemoryDurations
  readonly lifetimes: MemoryLifetimes
  readonly listLagMs: number
  readonly keepsKeys: boolean
  readonly set: NonNullable<MemoryStoreOptions['set']>
  /** Every request so far, by whichever driver. */
  readonly calls: MemoryCall[]
  readonly datasets: Map<string, DatasetRecord>
  readonly jobs: Map<string, JobRecord>
  readonly deployments: Map<string, DeploymentRecord>
  /** Uploads that were begun and not completed. */
  readonly uploads: Map<string, UploadRecord>
  /** The next sequence number. */
  nextSequence(): number
  /** Makes the provider report a job under any word, as a vendor does that has learnt a new one. */
  reportState(jobId: string, word: string): void
}

/** What a request that the provider refuses or loses throws: its own error, which `classify` names. */
export class MemoryProviderError extends Error {
  override readonly name = 'MemoryProviderError'
  readonly failure: MemoryFailure
  readonly hint: string | undefined

  constructor(failure: MemoryFailure, message: string, hint?: string) {
    super(message)
    this.failure = failure
    this.hint = hint
  }
}

/** Makes an empty account. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const clock = makeClock(options.clock ?? 'system')
  const jobs = new Map<string, JobRecord>()
  let sequence = 0
  return {
    account: options.account ?? 'default',
    clock,
    durations: fillDurations(options.durations),
    lifetimes: options.lifetimes ?? {},
    listLagMs: options.listLagMs ?? 0,
    keepsKeys: options.keepsKeys ?? true,
    set: options.set ?? {},
    calls: [],
    datasets: new Map(),
    jobs,
    deployments: new Map(),
    uploads: new Map(),
    nextSequence: () => ++sequence,
    reportState(jobId, word) {
      const job = jobs.get(jobId)
      if (job === undefined) throw notFound('job', jobId)
      jobs.set(jobId, { ...job, reportedState: word })
      clock.wake()
    },
  }
}

/** One process's connection to an account, with the faults it suffers. */
export interface Connection {
  readonly store: MemoryStore
  readonly faults: PendingFault[]
  /** Notes the call, suffers its fault, and acts between. */
  request<T>(call: MemoryCall, context: Pick<Context, 'signal'>, act: () => T | Promise<T>): Promise<T>
}

interface PendingFault {
  readonly fault: MemoryFault
  left: number
}

export function connect(store: MemoryStore, faults: readonly MemoryFault[]): Connection {
  const pending = faults.map(toPending)
  return {
    store,
    faults: pending,
    async request(call, { signal }, act) {
      signal.throwIfAborted()
      store.calls.push(call)
      removeExpired(store)
      const fault = takeFault(pending, call.operation)
      if (fault?.when === 'before') await suffer(fault, signal)
      const result = await act()
      if (fault?.when === 'after') await suffer(fault, signal)
      return result
    },
  }
}

/** When the account removes a thing that began to live at `since`; undefined for one it keeps. */
export function endOf(since: Date, lifetimeMs: number | undefined): Date | undefined {
  return lifetimeMs === undefined ? undefined : new Date(since.getTime() + lifetimeMs)
}

function removeExpired({ clock, datasets, deployments, lifetimes }: MemoryStore): void {
  const now = clock.now()
  for (const [table, lifetimeMs] of [
    [datasets, lifetimes.datasetMs],
    [deployments, lifetimes.deploymentMs],
  ] as const) {
    for (const { id, createdAt } of table.values()) if ((endOf(createdAt, lifetimeMs) ?? now) < now) table.delete(id)
  }
}

export function toPending(fault: MemoryFault): PendingFault {
  return { fault, left: fault.times ?? 1 }
}

function takeFault(pending: readonly PendingFault[], operation: MemoryOperation): MemoryFault | undefined {
  const due = pending.find(({ fault, left }) => left > 0 && fault.operation === operation)
  if (due === undefined) return undefined
  due.left -= 1
  return due.fault
}

async function suffer(fault: MemoryFault, signal: AbortSignal): Promise<never> {
  if (fault.error === 'hang') {
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined)
      else signal.addEventListener('abort', resolve, { once: true })
    })
    throw signal.reason
  }
  const failure = fault.error ?? { code: 'unavailable', reached: fault.when === 'before' ? 'no' : 'maybe' }
  throw new MemoryProviderError(failure, `${fault.operation} failed, as it was told to`)
}

/** The id of something new: random, so that one account's id never opens another account's thing. */
export function newId(kind: string): string {
  return `${kind}-${randomBytes(6).toString('hex')}`
}

export function refused(code: MemoryFailure['code'], message: string, hint?: string): MemoryProviderError {
  return new MemoryProviderError({ code, reached: 'yes' }, message, hint)
}

export function notFound(kind: string, id: string): MemoryProviderError {
  return refused('not-found', `there is no ${kind} ${id} on this account`, `list the ${kind}s to see which there are`)
}

/** Looks a thing up. */
export function have<T>(table: ReadonlyMap<string, T>, kind: string, id: string): T {
  const record = table.get(id)
  if (record === undefined) throw notFound(kind, id)
  return record
}

/** Things that lists and `find` can see already, newest first. */
export function visible<T extends Kept>(store: MemoryStore, records: Iterable<T>): readonly T[] {
  const until = store.clock.now().getTime() - store.listLagMs
  return [...records].filter(({ createdAt }) => createdAt.getTime() <= until).sort((a, b) => b.sequence - a.sequence)
}

/** One page of sorted records; the cursor is the last sequence number, so that a new thing shifts no page. */
export function pageOf<T extends Kept, S>(sorted: readonly T[], query: PageQuery, show: (record: T) => S): Page<S> {
  const after = query.after === undefined ? Infinity : Number(query.after)
  if (Number.isNaN(after)) throw refused('invalid-argument', 'the page cursor is not one of this provider')
  const rest = sorted.filter(({ sequence }) => sequence < after)
  const items = rest.slice(0, query.limit)
  const last = items.at(-1)
  const page = { items: items.map(show) }
  return last !== undefined && rest.length > items.length ? { ...page, next: String(last.sequence) } : page
}

/** What the provider's own errors mean. */
export function classify(error: unknown): ErrorInfo {
  if (!(error instanceof MemoryProviderError)) return { code: 'unknown', reached: 'maybe' }
  const { failure, message, hint } = error
  return { ...failure, message, ...(hint !== undefined && { hint }) }
}
