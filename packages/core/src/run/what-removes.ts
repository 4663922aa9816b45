import type { StoredEntry } from '../operation/journal.ts'
import { foldSteps } from '../operation/operation.ts'

/** How that which an unfinished run has made at the provider goes away; undefined when it surely made nothing. */
export function whatRemoves(run: string, entries: readonly StoredEntry[]): string | undefined {
  const steps = foldSteps(entries)
  const isLeft = [...steps.values()].some(({ state, saved }) => state !== 'refused' || saved !== undefined)
  if (!isLeft) return undefined
  const job = steps.get('job')
  const mayTrain = job !== undefined && job.state !== 'refused'
  return `to remove what was made for it: anytune purge ${run}${mayTrain ? ' --cancel' : ''}`
}
