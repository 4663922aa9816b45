import type { Journal, StoredEntry } from '../operation/journal.ts'
import { operationMissing } from '../operation/memory-journal.ts'
import { foldSteps } from '../operation/operation.ts'
import type { AuditRecord } from './audit-record.ts'
import { type Operation, operationsOf, projected } from './project.ts'

/** What to audit. */
export interface AuditOptions {
  /** Ids of runs; absent: everything in the journal. */
  readonly runs?: readonly string[]
  /** Leaves out what nothing was written down of since; what is told is told whole. */
  readonly since?: Date
}

/**
 * A projection of the journal, the same each time it is made of the same journal: nothing is asked of anybody, and nothing is said that
 * was not written down. Oldest first.
 *
 * @throws AnytuneError `not-found` for a run that the journal does not have.
 */
export async function audit(journal: Journal, { runs, since }: AuditOptions): Promise<readonly AuditRecord[]> {
  const operations = await readAll(journal)
  const known = new Set(operations.flatMap(({ id, opened }) => (opened.kind === 'tune' ? [id] : [])))
  const missing = runs?.find((run) => !known.has(run))
  if (missing !== undefined) throw operationMissing(missing)
  const last = new Map(operations.map(({ id, entries }) => [id, Math.max(...entries.map(({ at }) => at.getTime()))]))
  const isRecent = (record: AuditRecord) =>
    since === undefined || operationsOf(record).some((id) => (last.get(id) ?? 0) >= since.getTime())
  return projected(operations)
    .filter((record) => runs === undefined || (record.kind === 'run' && runs.includes(record.run)))
    .filter(isRecent)
}

/** Oldest first; of one instant, as the journal has them. */
async function readAll(journal: Journal): Promise<readonly Operation[]> {
  const operations: Operation[] = []
  for (const id of (await journal.list()).toReversed()) {
    const operation = operationOf(id, await journal.read(id))
    if (operation !== undefined) operations.push(operation)
  }
  return operations.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

function operationOf(id: string, entries: readonly StoredEntry[]): Operation | undefined {
  const [first] = entries
  if (first?.entry.type !== 'opened') return undefined
  return { id, at: first.at, opened: first.entry, entries, steps: foldSteps(entries) }
}
