import { withTuner } from '../open-tuner.ts'
import type { Session } from '../session.ts'
import { recordText } from './audit-text.ts'

export interface AuditFlags {
  readonly since?: Date | undefined
}

/** Tells what the journal of the configuration knows, of all its profiles, oldest first: one record a line with `--json`. */
export async function tellAudit(session: Session, runs: readonly string[], { since }: AuditFlags): Promise<void> {
  const { output } = session
  const records = await withTuner(session, (tuner) =>
    tuner.audit({ ...(runs.length > 0 && { runs }), ...(since !== undefined && { since }) }),
  )
  if (records.length === 0) return output.note(since === undefined ? 'the journal is empty' : 'nothing since then')
  for (const record of records) output.result(record, () => `${recordText(record, output.paint)}\n`)
}
