import type { Account } from '../account.ts'
import { finding, type Finding } from '../finding.ts'
import type { Examination } from '../inventory.ts'
import { hoursBetween } from '../known.ts'

/** A run that is being started right now is open, too. */
const STARTING_HOURS = 1

/** Runs that somebody must decide about, or that were left before they were submitted. */
export function standingRuns({ runs }: Account, { now }: Pick<Examination, 'now'>): readonly Finding[] {
  return runs.items.flatMap(({ id, state, createdAt }) => {
    const subject = { kind: 'run', id } as const
    const commands = [{ do: 'resume-run', run: id }] as const
    if (state === 'needs-decision') {
      const what = `the run ${id} waits for a decision: whether something was made at the provider cannot be told`
      return finding('run-undecided', 'warning', { subject, what, commands })
    }
    if (state !== 'open') return []
    const severity = hoursBetween(createdAt, now) >= STARTING_HOURS ? 'warning' : 'note'
    const what = `the run ${id} was begun and not submitted; what it staged lies at the provider`
    return finding('run-open', severity, { subject, what, commands })
  })
}
