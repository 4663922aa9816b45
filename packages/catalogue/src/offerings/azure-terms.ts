import type { Place } from '../places/place.ts'
import type { TermRecord, VariantRecord } from '../terms.ts'
import { AZURE_SOURCES } from './azure-sources.ts'

const PRIVACY = { source: AZURE_SOURCES.privacy, grade: 'vendor-page' } as const
const OVERVIEW = { source: AZURE_SOURCES.overview, grade: 'vendor-page' } as const
const CONTESTED = { value: 'unknown', grade: 'unverified' } as const

/** Where a choice of the customer (training type, deployment SKU) lets data go. */
interface Whereabouts {
  readonly place: Place | 'unknown'
  readonly conditions?: readonly string[]
  readonly note?: string
}

/** The terms of training, by where it runs. */
export function trainingTerms(whereabouts: Whereabouts): readonly TermRecord[] {
  const { place } = whereabouts
  return [
    { dataClass: 'training-file', term: 'processing-location', ...location(whereabouts) },
    {
      dataClass: 'training-file',
      term: 'storage-location',
      value: 'resource-geography',
      ...(place === 'any' && { conditions: ['data and weights are copied to the region where the training runs'] }),
      ...(place === 'any' ? OVERVIEW : PRIVACY),
    },
    { dataClass: 'training-file', term: 'retention', value: 'until-deleted', ...PRIVACY },
    { dataClass: 'training-file', term: 'training-use', value: 'with-permission', ...PRIVACY },
    {
      dataClass: 'training-file',
      term: 'deletion',
      value: 'by-api',
      source: AZURE_SOURCES.schema,
      grade: 'schema',
    },
    {
      dataClass: 'training-file',
      term: 'customer-keys',
      ...CONTESTED,
      source: AZURE_SOURCES.privacy,
      note: 'Stated of stored data in general, "previews may not"; on no page about fine-tuning.',
    },
    {
      dataClass: 'tuned-model',
      term: 'retention',
      value: 'until-deleted',
      conditions: ['exclusive to the customer'],
      ...PRIVACY,
    },
    {
      dataClass: 'tuned-model',
      term: 'deletion',
      ...CONTESTED,
      source: AZURE_SOURCES.schema,
      note: 'The privacy page says that it can be deleted at any time; the v1 schema has no operation that does.',
    },
    {
      dataClass: 'tuned-model',
      term: 'storage-location',
      value: 'resource-geography',
      ...(place === 'any' && { conditions: ['data and weights are copied to the region where the training runs'] }),
      ...(place === 'any' ? OVERVIEW : PRIVACY),
    },
    {
      dataClass: 'training-file',
      term: 'private-network',
      ...CONTESTED,
      source: AZURE_SOURCES.privacy,
      note: 'Private endpoints of a resource are documented; on no page that was read of its fine-tuning.',
    },
    {
      dataClass: 'training-file',
      term: 'human-review',
      ...CONTESTED,
      source: AZURE_SOURCES.privacy,
      note: 'A tuned model is evaluated for safety, of which only "deployable" or not is logged; whether people may read training data is not said.',
    },
    abuseLog,
  ]
}

/** What a resource can have set, or have been granted, and what changes with it. */
export const AZURE_VARIANTS: readonly VariantRecord[] = [
  {
    setting: 'azure/content-logging-off',
    title: 'modified abuse monitoring: the capability ContentLogging of the resource is false',
    told: 'live',
    source: AZURE_SOURCES.abuse,
    grade: 'vendor-page',
    note: 'Granted by Microsoft on request. A resource that logs does not name the capability at all.',
    terms: [
      {
        dataClass: 'abuse-log',
        term: 'retention',
        value: 0,
        conditions: ['prompts and completions are still judged as they pass, and not kept'],
        source: AZURE_SOURCES.abuse,
        grade: 'vendor-page',
      },
      {
        dataClass: 'abuse-log',
        term: 'human-review',
        value: 'no',
        source: AZURE_SOURCES.abuse,
        grade: 'vendor-page',
      },
    ],
  },
]

/** The terms of asking a deployment, by where it computes. */
export function servingTerms(whereabouts: Whereabouts): readonly TermRecord[] {
  return [
    { dataClass: 'inference', term: 'processing-location', ...location(whereabouts) },
    {
      dataClass: 'inference',
      term: 'retention',
      value: 0,
      conditions: ['completions that were not asked to be stored', 'flagged samples are another term'],
      ...PRIVACY,
    },
    { dataClass: 'inference', term: 'training-use', value: 'with-permission', ...PRIVACY },
    abuseLog,
    {
      dataClass: 'abuse-log',
      term: 'human-review',
      value: 'possible',
      conditions: ['of flagged samples', 'by staff in the EEA where the resource is in the EEA'],
      source: AZURE_SOURCES.abuse,
      grade: 'vendor-page',
    },
  ]
}

function location({ place, ...said }: Whereabouts) {
  const grade = place === 'unknown' ? ('unverified' as const) : OVERVIEW.grade
  return { value: place, source: OVERVIEW.source, grade, ...said }
}

/** Deployments also keep weights somewhere. */
export const WEIGHTS_MAY_LEAVE: TermRecord = {
  dataClass: 'tuned-model',
  term: 'storage-location',
  value: 'any',
  conditions: ['weights might be stored for a time outside the geography of the resource'],
  ...OVERVIEW,
}

const abuseLog: TermRecord = {
  dataClass: 'abuse-log',
  term: 'retention',
  ...CONTESTED,
  source: AZURE_SOURCES.abuse,
  note: 'The current pages give no number of days; 30 is often quoted.',
}
