import { AnytuneError } from '../errors.ts'
import type { Journal } from '../operation/journal.ts'
import { parseReference, resolveId, SCHEME } from '../reference.ts'
import { assertBelongs } from '../run/belongs.ts'
import { readRun, runOfJob } from '../run/records.ts'
import type { Settings } from '../settings.ts'
import type { PurgeTarget } from './receipt.ts'

/**
 * What a text names: a reference says its kind, and a bare id is a run's. A job that a run of the journal made is that run.
 *
 * @throws AnytuneError `not-found` for a run that the journal does not have, `invalid-argument` for what is of another account.
 */
export async function resolveTarget({ calls, journal }: Settings, given: string | PurgeTarget): Promise<PurgeTarget> {
  const { provider, scope } = calls.driver
  const named = typeof given === 'string' ? await namedBy(journal, given) : given
  const id = resolveId(named.id, { provider, scope, kind: named.kind })
  const target = { kind: named.kind, id }
  const run = target.kind === 'job' ? await runOfJob(journal, { provider, scope, job: id }) : undefined
  if (run !== undefined) return { kind: 'run', id: run }
  if (target.kind === 'run') assertBelongs(calls.driver, (await readRun(journal, id)).opened.plan)
  return target
}

async function namedBy(journal: Journal, text: string): Promise<PurgeTarget> {
  if (text.startsWith(SCHEME)) return { kind: parseReference(text).kind, id: text }
  const [first] = await journal.read(text)
  if (first?.entry.type === 'opened' && first.entry.kind === 'tune') return { kind: 'run', id: text }
  throw new AnytuneError(
    'invalid-argument',
    `there is no run ${text} in the journal, and what else it is was not said`,
    {
      hint: 'give a reference, or say whether it is a job, a model, a deployment or a dataset: --kind (kind)',
    },
  )
}
