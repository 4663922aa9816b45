import type { AuditRecord } from '@anytune/core'
import { withTuner } from '../open-tuner.ts'
import { version } from '../program.ts'
import type { Session } from '../session.ts'
import { recordText } from './audit-text.ts'
import { billOfMaterials, modelOf } from './cyclonedx.ts'

export interface AuditFlags {
  readonly format?: 'cyclonedx' | undefined
  readonly since?: Date | undefined
}

/** Tells what the journal of the configuration knows, of all its profiles, oldest first: one record a line with `--json`. */
export async function tellAudit(
  session: Session,
  runs: readonly string[],
  { since, format }: AuditFlags,
): Promise<void> {
  const { output } = session
  const records = await withTuner(session, (tuner) =>
    tuner.audit({ ...(runs.length > 0 && { runs }), ...(since !== undefined && { since }) }),
  )
  if (format === 'cyclonedx') return tellBillOfMaterials(session, records)
  if (records.length === 0) return output.note(since === undefined ? 'the journal is empty' : 'nothing since then')
  for (const record of records) output.result(record, () => `${recordText(record, output.paint)}\n`)
}

/** The document is JSON in any case; what has no place in it is said beside. */
function tellBillOfMaterials({ output }: Session, records: readonly AuditRecord[]): void {
  const runs = records.flatMap((record) => (record.kind === 'run' ? [record] : []))
  const document = billOfMaterials(runs, version())
  output.result(document, () => JSON.stringify(document, null, 2))
  const without = runs.filter((run) => modelOf(run) === undefined).length
  if (without > 0) output.note(`${without} of ${runs.length} runs made no model, and are left out`)
  const others = records.length - runs.length
  if (others > 0) output.note(`${others} deployments and purges of things that no run here made are left out`)
}
