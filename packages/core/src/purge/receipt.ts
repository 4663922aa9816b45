import { readFileSync } from 'node:fs'
import type { JobStatus, Offering } from '../driver.ts'
import type { ErrorCode } from '../errors.ts'
import type { NextAction } from '../next-action.ts'
import type { JournalEntry, StoredEntry } from '../operation/journal.ts'
import { digestOf } from '../plan/document-digest.ts'
import { formatReference, type ReferenceKind } from '../reference.ts'

/** What can be purged: a run with all it made, or one thing at the provider. */
export interface PurgeTarget {
  readonly kind: ReferenceKind
  /** The provider's id; for a run ours. */
  readonly id: string
}

/**
 * What a purge removes. `checkpoint`: a model that a job made on its way. `result-file`: a file that the provider wrote of a job.
 * `upload`: what an upload that was not finished left, if anything. A `job` stands here only when it cannot be told whether it was made.
 */
export type ThingKind = 'deployment' | 'checkpoint' | 'model' | 'dataset' | 'result-file' | 'upload' | 'job'

/** What became of a thing. */
export type Outcome =
  | { readonly state: 'removed' }
  /** It was not there any more. */
  | { readonly state: 'gone' }
  | ({ readonly state: 'kept'; readonly code: ErrorCode } & Left)
  /** Whether it was made cannot be told; `candidates`: what the provider lists that may be it. */
  | ({ readonly state: 'unsure'; readonly candidates: readonly string[] } & Left)

/** Why something was not removed, and what to do about it, as a sentence and as data. */
interface Left {
  readonly reason: string
  readonly hint: string
  readonly next?: readonly NextAction[]
}

/** One thing of a purge. `planned` stands in the receipt of a dry run alone. */
export type PurgedThing = { readonly kind: ThingKind; readonly id: string } & (
  | { readonly state: 'planned' }
  // ISO 8601.
  | (Outcome & { readonly at: string })
)

/** A job as it was when its things were removed. */
export interface PurgedJob {
  readonly id: string
  /** Absent where the provider knows the job no more. */
  readonly status?: JobStatus
  /** False in a dry run for a job that must be cancelled first. */
  readonly ended: boolean
  /** True when the purge cancelled it. */
  readonly cancelled: boolean
}

/** What the provider keeps all the same. */
export interface Retained {
  readonly what: string
  /** Where that is known from. */
  readonly source: string
}

/** What a purge removed and what it could not, as a versioned JSON document. It has ids, times and reasons, and no content of a row. */
export interface Receipt {
  readonly version: 1
  /** The purge's own id; in a dry run `dry-run`. */
  readonly id: string
  /** Lower-case hex SHA-256 of the rest of the document. */
  readonly digest: string
  /** The version of `@anytune/core` that wrote it. */
  readonly anytune: string
  readonly dryRun: boolean
  readonly profile: string
  readonly provider: string
  /** The account, region or data directory. */
  readonly scope: string
  /** What the provider offered it as: whose terms apply. */
  readonly offering: Offering
  readonly target: PurgeTarget & { readonly reference: string }
  /** ISO 8601. */
  readonly begunAt: string
  /** ISO 8601. */
  readonly endedAt: string
  /** False when something was kept, or when it cannot be told whether something was made. */
  readonly complete: boolean
  readonly things: readonly PurgedThing[]
  readonly jobs: readonly PurgedJob[]
  readonly providerKeeps: readonly Retained[]
}

export type OpenedPurge = Extract<JournalEntry, { readonly type: 'opened'; readonly kind: 'purge' }>

/** How far a purge has come, by the number of each thing among those that were found. */
export interface PurgeState {
  readonly begun: ReadonlySet<number>
  readonly settled: ReadonlyMap<number, { readonly outcome: Outcome; readonly at: Date }>
  readonly receipt?: Receipt
}

/** What the entries of a purge say; a thing that could not be removed from the beginning is settled by having been found. */
export function foldPurge(opened: OpenedPurge, entries: readonly StoredEntry[]): PurgeState {
  const begun = new Set<number>()
  const settled = new Map<number, { readonly outcome: Outcome; readonly at: Date }>()
  let receipt: Receipt | undefined
  const openedAt = entries[0]?.at ?? new Date()
  for (const [index, { settled: outcome }] of opened.things.entries()) {
    if (outcome !== undefined) settled.set(index, { outcome, at: openedAt })
  }
  for (const { at, entry } of entries) {
    if (entry.type === 'removing') begun.add(entry.thing)
    if (entry.type === 'settled') settled.set(entry.thing, { outcome: entry.outcome, at })
    if (entry.type === 'receipt') receipt = entry.receipt
  }
  return { begun, settled, ...(receipt && { receipt }) }
}

/** The document, sealed by its digest. What is not settled stands as planned. */
export function writeReceipt(
  id: string,
  opened: OpenedPurge,
  told: { readonly begunAt: Date; readonly progress: Pick<PurgeState, 'settled'>; readonly dryRun: boolean },
  providerKeeps: readonly Retained[],
): Receipt {
  const { profile, provider, scope, offering, target, jobs } = opened
  const things = opened.things.map(({ kind, id: thing }, index): PurgedThing => {
    const settled = told.progress.settled.get(index)
    if (settled === undefined) return { kind, id: thing, state: 'planned' }
    return { kind, id: thing, ...settled.outcome, at: settled.at.toISOString() }
  })
  const document = {
    version: 1,
    id,
    anytune: coreVersion(),
    dryRun: told.dryRun,
    profile,
    provider,
    scope,
    offering,
    target: { ...target, reference: formatReference({ provider, scope, ...target }) },
    begunAt: told.begunAt.toISOString(),
    endedAt: new Date().toISOString(),
    complete: things.every(({ state }) => state !== 'kept' && state !== 'unsure'),
    things,
    jobs,
    providerKeeps,
  } as const
  return { ...document, digest: digestOf(document) }
}

function coreVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  } catch {
    // Bundled into another program there is no such file, and no receipt must be lost for it.
  }
  return 'unknown'
}
