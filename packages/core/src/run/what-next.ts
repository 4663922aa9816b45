import { type Advice, type AnytuneError, type ErrorCode, withAdvice } from '../errors.ts'
import { decisions, type NextAction } from '../next-action.ts'
import type { StoredEntry } from '../operation/journal.ts'
import { foldSteps } from '../operation/operation.ts'

/** The error that stopped a run, with what can be done about the run: go on with it, decide, or give it up. */
export function withWhatNext(error: AnytuneError, run: string, entries: readonly StoredEntry[]): AnytuneError {
  const advice = [goingOn(error, run), whatRemoves(run, entries)].filter((one) => one !== undefined)
  return advice.reduce(withAdvice, error)
}

/** After these the same run can go on, once what is missing is there. */
const RESUMABLE: ReadonlySet<ErrorCode> = new Set([
  'configuration',
  'unauthenticated',
  'permission-denied',
  'quota-exceeded',
  'rate-limited',
  'unavailable',
  'timeout',
])

function goingOn({ code, data }: AnytuneError, run: string): Advice | undefined {
  if (RESUMABLE.has(code)) return { hint: 'to go on, resume the run', next: [{ do: 'resume-run', run }] }
  if (code !== 'needs-decision') return undefined
  const next = decisions(data?.['candidates']).map((decision): NextAction => ({ do: 'resume-run', run, decision }))
  return { hint: 'then resume the run with that decision', next }
}

/** Undefined when it surely made nothing. */
function whatRemoves(run: string, entries: readonly StoredEntry[]): Advice | undefined {
  const steps = foldSteps(entries)
  const isLeft = [...steps.values()].some(({ state, saved }) => state !== 'refused' || saved !== undefined)
  if (!isLeft) return undefined
  const job = steps.get('job')
  const mayTrain = job !== undefined && job.state !== 'refused'
  return removing(run, mayTrain ? { cancelJob: true } : {})
}

/** How that which a run has made at the provider goes away; a job that may be under way has to be cancelled for it. */
export function removing(run: string, how: { readonly cancelJob?: true } = {}): Advice {
  const target = { kind: 'run', id: run } as const
  return { hint: 'to remove what was made for it, purge the run', next: [{ do: 'purge', target, ...how }] }
}
