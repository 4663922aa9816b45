import type { Journal } from '../operation/journal.ts'
import type { Role } from '../plan/sources.ts'
import { listRuns, readRun, type RunRecord } from '../run/records.ts'
import type { RunSummary } from '../tuner.ts'

/** Why no row can be looked for among those that a run was given. */
export type Unsearched =
  /** The run is of a time, or of a tuner, without manifests. */
  | 'not-kept'
  /** It was removed when asked for. */
  | 'forgotten'
  | 'missing'
  | 'damaged'
  /** It was made with another key than the one in the state directory. */
  | 'other-key'

/** A dataset that a run may have sent, and its manifest. */
export interface SentDataset {
  readonly run: RunSummary
  readonly role: Role
  readonly manifest: { readonly name: string } | { readonly unsearched: Extract<Unsearched, 'not-kept' | 'forgotten'> }
}

/** Every dataset of every run of which anything may have been sent, newest run first. */
export async function sentDatasets(journal: Journal): Promise<readonly SentDataset[]> {
  const found: SentDataset[] = []
  for await (const run of listRuns(journal)) {
    const record = await readRun(journal, run.id)
    for (const { role } of record.opened.plan.datasets) {
      // Begun is written before anything is sent.
      if (record.steps.has(role)) found.push({ run, role, manifest: manifestOf(record, role) })
    }
  }
  return found
}

function manifestOf({ entries }: RunRecord, wanted: Role): SentDataset['manifest'] {
  const entry = entries.findLast(
    ({ entry: { type, ...rest } }) => type === 'lineage' && 'role' in rest && rest.role === wanted,
  )
  if (entry?.entry.type !== 'lineage') return { unsearched: 'not-kept' }
  const { manifest } = entry.entry
  return manifest === null ? { unsearched: 'forgotten' } : { name: manifest }
}
