import type { StoredEntry } from '../operation/journal.ts'
import type { StepState } from '../operation/operation.ts'
import type { PlannedDataset } from '../plan/plan-document.ts'
import type { AuditedDataset } from './audit-record.ts'

/** A dataset as the plan has it, and whether it left. */
export function auditedDataset(
  run: { readonly entries: readonly StoredEntry[]; readonly steps: ReadonlyMap<string, StepState> },
  { role, name, class: sensitivity, encoded }: PlannedDataset,
): AuditedDataset {
  const step = run.steps.get(role)
  return {
    role,
    name,
    ...(sensitivity !== undefined && { class: sensitivity }),
    sha256: encoded.sha256,
    bytes: encoded.bytes,
    rows: encoded.rows,
    sent: step?.state ?? 'not-begun',
    ...stepTimes(run.entries, role),
    ...(step?.id !== undefined && { id: step.id }),
    rowHashes: rowHashes(run.entries, role),
  }
}

/** When a step was first begun, and when its last end was written down. */
export function stepTimes(
  entries: readonly StoredEntry[],
  step: string,
): { readonly begunAt?: string; readonly endedAt?: string } {
  const ofStep = entries.filter(({ entry }) => 'step' in entry && entry.step === step)
  const begun = ofStep.find(({ entry }) => entry.type === 'begun')
  const last = ofStep.findLast(({ entry }) => entry.type === 'begun' || ENDS.has(entry.type))
  return {
    ...(begun !== undefined && { begunAt: begun.at.toISOString() }),
    ...(last !== undefined && ENDS.has(last.entry.type) && { endedAt: last.at.toISOString() }),
  }
}

const ENDS: ReadonlySet<string> = new Set(['done', 'refused', 'unsure'])

function rowHashes(entries: readonly StoredEntry[], role: string): AuditedDataset['rowHashes'] {
  const noted = entries.flatMap(({ entry }) =>
    entry.type === 'lineage' && entry.role === role ? [entry.manifest] : [],
  )
  const last = noted.at(-1)
  if (last === undefined) return 'not-kept'
  return last === null ? 'forgotten' : 'kept'
}
