import type { Settings } from '../settings.ts'
import type { OpenedPurge, Retained } from './receipt.ts'

/** What no purge can remove, as far as it is known; never "nothing" for want of knowledge. */
export function keptByProvider({ calls }: Settings, { jobs }: OpenedPurge): readonly Retained[] {
  const { provider } = calls.driver
  return jobs
    .filter(({ status }) => status !== undefined)
    .map(({ id }) => ({
      what: `the record of the job ${id}: its settings, states, events and the ids of its files`,
      source: `${provider} has no operation of this interface that deletes a job`,
    }))
}
