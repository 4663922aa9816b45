import type { StoredEntry } from '../operation/journal.ts'
import { foldSteps } from '../operation/operation.ts'

/** How that which an unfinished run has made at the provider goes away; undefined when it surely made nothing. */
export function whatRemoves(run: string, entries: readonly StoredEntry[]): string | undefined {
  const steps = foldSteps(entries)
  const isLeft = [...steps.values()].some(({ state, saved }) => state !== 'refused' || saved !== undefined)
  if (!isLeft) return undefined
  const job = steps.get('job')
  const mayTrain = job !== undefined && job.state !== 'refused'
  return `${removing(run)}${mayTrain ? ' --cancel' : ''}`
}

/** How that which a run has made at the provider goes away once its job has ended. */
export function removing(run: string): string {
  return `to remove what was made for it: anytune purge ${run}`
}
