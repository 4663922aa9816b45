import type { Role } from '../plan/sources.ts'
import type { Outcome, ThingKind } from './receipt.ts'

/** Something that a purge is to remove, as the journal keeps it. */
export interface FoundThing {
  readonly kind: ThingKind
  /** The provider's id; of an upload the name of its file. */
  readonly id: string
  /** ISO 8601; when the journal, or the provider, says that it was made: for what may not have been seen since. */
  readonly madeAt?: string
  /** What a deployment serves. */
  readonly model?: string
  /** The attempt that began an upload. */
  readonly attempt?: { readonly run: string; readonly step: Role; readonly key: string; readonly since: string }
  /** What is known before anything was tried: it cannot be removed, or it is not known to be there. */
  readonly settled?: Outcome
}

/** In this order: a model that is served cannot be deleted, and nothing is trained on any more when its rows go. */
export const REMOVAL_ORDER: readonly ThingKind[] = [
  'job',
  'deployment',
  'checkpoint',
  'model',
  'dataset',
  'result-file',
  'upload',
]
