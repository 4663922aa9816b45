import type { Offering } from '../driver.ts'
import type { Plan } from '../plan/plan-document.ts'
import type { Outcome, PurgedJob, PurgeTarget, Receipt } from '../purge/receipt.ts'
import type { FoundThing } from '../purge/things.ts'
import type { AskedThing } from '../serve/asked.ts'

/** What is written down about an operation, before and after each thing it does. JSON; no row content, no secret. */
export type JournalEntry =
  | {
      readonly type: 'opened'
      readonly kind: 'tune'
      readonly profile: string
      readonly provider: string
      readonly scope: string
      readonly plan: Plan
    }
  | {
      readonly type: 'opened'
      readonly kind: 'deploy'
      /** The provider's own options, as parsed: only the same request is gone on with, and looked for when it is purged. */
      readonly options: object
      readonly profile: string
      readonly provider: string
      readonly scope: string
      readonly model: string
    }
  | {
      readonly type: 'opened'
      readonly kind: 'purge'
      readonly profile: string
      readonly provider: string
      readonly scope: string
      readonly target: PurgeTarget
      /** What the provider offered it as. */
      readonly offering: Offering
      /** Everything to remove, in order; written before the first is removed. */
      readonly things: readonly FoundThing[]
      readonly jobs: readonly PurgedJob[]
      /** The operations that made deployments of what is removed: none is gone on with. */
      readonly deploys: readonly string[]
    }
  /** Written before something is asked its first question, by a process of its own for each. */
  | {
      readonly type: 'opened'
      readonly kind: 'ask'
      readonly profile: string
      readonly provider: string
      readonly scope: string
      readonly asked: AskedThing
    }
  /** So many more questions were about to be sent since the entry before; of a process that died the last may be missing. */
  | { readonly type: 'asked'; readonly questions: number }
  /** Written before a thing is removed: its place among the things of the purge. */
  | { readonly type: 'removing'; readonly thing: number }
  | { readonly type: 'settled'; readonly thing: number; readonly outcome: Outcome }
  /** The last word of a purge. */
  | { readonly type: 'receipt'; readonly receipt: Receipt }
  /** Said of a run: what it made is removed by this purge, and it is not gone on with. */
  | { readonly type: 'purged'; readonly by: string }
  /** Written before anything is sent. */
  | { readonly type: 'begun'; readonly step: string; readonly key: string }
  /** What the driver needs to go on after a crash: upload ids, session urls. */
  | { readonly type: 'saved'; readonly step: string; readonly state: unknown }
  | { readonly type: 'done'; readonly step: string; readonly id: string }
  /** The vendor surely made nothing. */
  | { readonly type: 'refused'; readonly step: string; readonly code: string }
  /** Whether the vendor made something is not known. */
  | { readonly type: 'unsure'; readonly step: string; readonly candidates: readonly string[] }
  /** What the user decided about an unsure step. */
  | { readonly type: 'decided'; readonly step: string; readonly adopt: string | null }
  /** Said of a run before its dataset is sent: the file that says which rows it is made of; null once that was removed. */
  | { readonly type: 'lineage'; readonly role: 'training' | 'validation'; readonly manifest: string | null }
  /** How the job ended; `model` when it succeeded. */
  | { readonly type: 'ended'; readonly status: string; readonly model?: string }

export interface StoredEntry {
  readonly at: Date
  readonly entry: JournalEntry
}

/** Held while one process works on an operation. The operating system releases it when the process dies. */
export interface Claim {
  release(): Promise<void>
}

/** Where operations are written down. A write must be durable when its promise resolves. */
export interface Journal {
  /** @throws AnytuneError `already-exists`. */
  create(id: string, entry: JournalEntry): Promise<void>
  append(id: string, entry: JournalEntry): Promise<void>
  /** Erases what was saved for a step: upload sessions are not kept longer than they serve. */
  forget(id: string, step: string): Promise<void>
  /** In the order written; empty when there is no such operation. */
  read(id: string): Promise<readonly StoredEntry[]>
  /** Ids, newest first. */
  list(): Promise<readonly string[]>
  /** @throws AnytuneError `failed-precondition` while another live process holds it. */
  claim(id: string): Promise<Claim>
  close(): Promise<void>
}
