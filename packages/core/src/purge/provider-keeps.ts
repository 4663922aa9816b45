import { ageOf, findOffering, type DataClass, type OfferingRecord, type TermRecord } from '@anytune/catalogue'
import type { Settings } from '../settings.ts'
import type { OpenedPurge, Retained } from './receipt.ts'

/** What no purge can remove, as far as it is on record; never "nothing" for want of a record. */
export function keptByProvider(settings: Settings, entry: OpenedPurge): readonly Retained[] {
  return [...jobRecords(settings, entry), ...onRecord(settings, entry)]
}

function jobRecords({ calls }: Settings, { jobs }: OpenedPurge): readonly Retained[] {
  return jobs
    .filter(({ status }) => status !== undefined)
    .map(({ id }) => ({
      what: `the record of the job ${id}: its settings, states, events and the ids of its files`,
      source: `the adapter for ${calls.driver.provider} has no operation that deletes a job`,
    }))
}

function onRecord({ catalogue, now }: Settings, { offering }: OpenedPurge): readonly Retained[] {
  if (offering.egress === 'none') return []
  const record = findOffering(catalogue, offering.id)
  const terms = record?.terms.filter(({ term, dataClass }) => term === 'retention' && dataClass in WORDS) ?? []
  if (record === undefined || terms.length === 0) {
    return [
      {
        what: 'logs and copies of its own, such as those kept to watch for abuse: nothing is on record of them',
        source: `no terms on record for ${offering.id}`,
      },
    ]
  }
  return terms.flatMap((term) => retained(term, record, now()))
}

/** What may stay although the thing itself was removed. */
const WORDS: Partial<Readonly<Record<DataClass, string>>> = {
  'training-file': 'copies of the datasets',
  'tuned-model': 'copies of the model',
  'job-record': 'records of the jobs',
  'abuse-log': 'what it logged to watch for abuse',
}

function retained(term: TermRecord, { id }: OfferingRecord, now: Date): readonly Retained[] {
  // Kept until it is deleted: that is what the purge did, or says that it could not.
  if (term.term !== 'retention' || term.value === 'until-deleted') return []
  const { source, grade, conditions = [], note } = term
  const old = ageOf(term, now)
  const known = term.value !== 'unknown' && old.state !== 'too-old'
  const days = known ? `for ${term.value} days at most` : 'for how long is unknown'
  const said = [...conditions, ...(known || note === undefined ? [] : [note])]
  return [
    {
      what: [`${WORDS[term.dataClass]}: ${days}`, ...said].join('; '),
      source: `${source.title}${source.url === undefined ? '' : ` ${source.url}`} (${grade}, ${source.pageDate ?? source.readOn}), for ${id}`,
    },
  ]
}
