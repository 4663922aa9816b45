import type { Instant } from './instants.ts'
import type { Condition, Scenario } from './scenarios.ts'

/** What must come of a process that died, when the next one goes on and lives. */
export interface Expected {
  /** `needs-decision` is about the job, always. */
  readonly end: 'completed' | 'needs-decision'
  /** Jobs that the vendor has when somebody decides, with those that came late. */
  readonly jobs: 0 | 1
  /** Training files that were staged in all. A second one costs nothing, and is removed by purge. */
  readonly copies: 1 | 2
  /** Uploads without a part whose ids nobody knows: they cannot be listed, and are gone after an hour. */
  readonly nameless: 0 | 1
}

const WELL: Expected = { end: 'completed', jobs: 1, copies: 1, nameless: 0 }

/**
 * Written by hand from the table in docs/rehearsal/after-sigkill.md; what is not here completes with one of each.
 * Azure's deployments are among the latter at every instant: they have the attempt's name, and PUT of a name makes one.
 */
export function expectedAt({ inParts }: Scenario, condition: Condition, instant: Instant): Expected {
  const { act, nth, moment } = instant
  const at = (...moments: readonly string[]) => moments.includes(`${moment} ${act}`)
  const blind = condition.fault?.kind === 'list-lag' && condition.fault.milliseconds !== undefined

  // A job: the request was about to be sent, or was sent, and an empty list proves nothing.
  if (at('after journal: saved job', 'before jobs.create')) return { ...WELL, end: 'needs-decision', jobs: 0 }
  if (at('late jobs.create')) return { ...WELL, end: 'needs-decision' }
  if (blind && at('after jobs.create', 'before journal: done job')) return { ...WELL, end: 'needs-decision' }

  // A file: it is staged again where no list shows it.
  if (blind && at('after files.create', 'after uploads.complete', 'before journal: done training')) {
    return { ...WELL, copies: 2 }
  }
  // An upload that is complete, or was told to be, is cancelled before another is begun: it comes too late.
  if (at('late files.create')) return { ...WELL, copies: 2 }

  // An upload whose id was never written down.
  const idUnsaved = inParts && nth === 1 && at('before journal: saved training')
  if (idUnsaved || at('after uploads.create', 'late uploads.create')) return { ...WELL, nameless: 1 }
  return WELL
}
