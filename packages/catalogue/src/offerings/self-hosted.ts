import type { Source } from '../evidence.ts'
import type { OfferingRecord } from '../record.ts'
import type { TermRecord } from '../terms.ts'
import { NOTHING } from '../nothing.ts'

const NEMO: Source = {
  title: 'NVIDIA documentation: NeMo Platform, telemetry and privacy',
  url: 'https://docs.nvidia.com/nemo-platform/documentation/telemetry-and-privacy',
  readOn: '2026-11-22',
}
const LOCAL: Source = { title: 'the adapter @anytune/local: its own code', readOn: '2026-11-25' }

/** What a maker of software is sent, when training runs on one's own machines. Of datasets and prices nothing is on record. */
export const SELF_HOSTED_OFFERINGS: readonly OfferingRecord[] = [
  offering('nemo/self-hosted/train', 'NVIDIA NeMo on one’s own cluster: training', [
    ...keptAtHome(NEMO, 'vendor-excerpt', 'Where your cluster stands is yours to say: put a record of your own here.'),
    {
      dataClass: 'usage-data',
      term: 'telemetry',
      value: 'opt-out',
      conditions: ['commands, the outcome of jobs and a session id that changes; no prompts, answers or files'],
      source: NEMO,
      grade: 'vendor-excerpt',
    },
  ]),
  offering('local', 'This computer (a rehearsal)', [
    ...keptAtHome(LOCAL, 'schema', 'It is where this computer is.'),
    { dataClass: 'usage-data', term: 'telemetry', value: 'none', source: LOCAL, grade: 'schema' },
  ]),
]

/** The maker of the software gets nothing of the data. */
function keptAtHome(source: Source, grade: 'vendor-excerpt' | 'schema', place: string): readonly TermRecord[] {
  return [
    {
      dataClass: 'training-file',
      term: 'retention',
      value: 0,
      conditions: ['by the maker of the software, who is not sent it'],
      source,
      grade,
    },
    { dataClass: 'training-file', term: 'training-use', value: 'no', source, grade },
    {
      dataClass: 'training-file',
      term: 'processing-location',
      value: 'unknown',
      source,
      grade: 'unverified',
      note: place,
    },
  ]
}

function offering(id: string, title: string, terms: readonly TermRecord[]): OfferingRecord {
  return {
    ...NOTHING,
    id,
    title,
    terms,
  }
}
