import type { Source } from '../evidence.ts'
import type { Region } from '../places/place.ts'
import type { TermRecord, VariantRecord } from '../terms.ts'

/** Where what is said of tuning by Vertex AI was read. */
export const TUNING_PAGE: Source = {
  title: 'Google Cloud documentation: supervised tuning of Gemini models',
  pageDate: '2026-09-25',
  readOn: '2026-11-22',
}
const SOURCES = {
  serviceTerms: { title: 'Google Cloud Service Terms, section 17, as others quote it', readOn: '2026-11-22' },
  zeroRetention: {
    title: 'Google Cloud documentation: zero data retention, and copies of it by others',
    pageDate: '2026-10-01',
    readOn: '2026-11-22',
  },
  abuse: {
    title: 'Google Cloud documentation: abuse monitoring, and copies of it by others',
    pageDate: '2026-10-02',
    readOn: '2026-11-22',
  },
  residency: {
    title: 'Google Cloud documentation: data residency, and copies of it by others',
    pageDate: '2026-10-01',
    readOn: '2026-11-22',
  },
  schema: {
    title: 'Google’s description of the Vertex AI API, v1',
    url: 'https://aiplatform.googleapis.com/$discovery/rest?version=v1',
    readOn: '2026-11-22',
  },
  storageSchema: { title: 'Google’s description of the Cloud Storage API, v1', readOn: '2026-11-22' },
} as const satisfies Readonly<Record<string, Source>>

const PAGE = { source: TUNING_PAGE, grade: 'vendor-page' } as const
const SERVICE_TERMS = { source: SOURCES.serviceTerms, grade: 'vendor-excerpt' } as const
const ABUSE = { source: SOURCES.abuse, grade: 'vendor-excerpt' } as const
const CACHE = { source: SOURCES.zeroRetention, grade: 'vendor-excerpt' } as const
const SCHEMA = { source: SOURCES.schema, grade: 'schema' } as const
const NEW_MODELS = ['Gemini 3.5 Flash and 3.1 Flash-Lite'] as const

/** The terms of tuning in a region. */
export function vertexTrainingTerms(region: Region): readonly TermRecord[] {
  return [
    {
      dataClass: 'training-file',
      term: 'storage-location',
      value: region,
      conditions: ['the transformed dataset; your own file lies where your bucket is'],
      ...PAGE,
    },
    {
      dataClass: 'training-file',
      term: 'processing-location',
      value: 'us-or-eu-regions',
      conditions: ['the region of the job, and other regions of the US or the EU that it may be offloaded to'],
      ...PAGE,
      note: 'Whether London or Zurich count as regions of the EU is not said.',
    },
    {
      dataClass: 'training-file',
      term: 'retention',
      value: 'unknown',
      ...PAGE,
      grade: 'unverified',
      note: 'How long the transformed dataset is kept is not said.',
    },
    { dataClass: 'training-file', term: 'training-use', value: 'with-permission', ...SERVICE_TERMS },
    {
      dataClass: 'training-file',
      term: 'deletion',
      value: 'by-api',
      conditions: ['from your own bucket; of the transformed dataset nothing is said'],
      source: SOURCES.storageSchema,
      grade: 'schema',
    },
    {
      dataClass: 'training-file',
      term: 'customer-keys',
      value: 'no',
      conditions: NEW_MODELS,
      ...PAGE,
      note: 'A request may name a key all the same: the API’s description takes one.',
    },
    {
      dataClass: 'training-file',
      term: 'private-network',
      value: 'unknown',
      source: SOURCES.residency,
      grade: 'unverified',
      note: 'The table of features lost its marks in the copy that was read.',
    },
    { dataClass: 'tuned-model', term: 'retention', value: 'until-deleted', ...PAGE },
    { dataClass: 'tuned-model', term: 'storage-location', value: region, ...PAGE },
    { dataClass: 'tuned-model', term: 'customer-keys', value: 'no', conditions: NEW_MODELS, ...PAGE },
    { dataClass: 'tuned-model', term: 'deletion', value: 'by-api', ...SCHEMA },
    {
      dataClass: 'job-record',
      term: 'deletion',
      value: 'not-possible',
      ...SCHEMA,
      note: 'A tuning job can be cancelled; no operation deletes it.',
    },
  ]
}

/** The terms of asking a tuned model; undefined: by the global host, which promises no place. */
export function vertexServingTerms(multiRegion: 'us' | 'eu' | undefined): readonly TermRecord[] {
  return [
    {
      dataClass: 'inference',
      term: 'processing-location',
      value: multiRegion === undefined ? 'any' : `google/${multiRegion}`,
      source: SOURCES.residency,
      grade: 'vendor-excerpt',
    },
    {
      dataClass: 'inference',
      term: 'retention',
      value: 0,
      conditions: [
        'not by the Interactions API, which stores unless a request says otherwise',
        'grounding keeps questions all the same: with Search 3 days, with Maps 30',
      ],
      ...CACHE,
    },
    { dataClass: 'inference', term: 'training-use', value: 'with-permission', ...SERVICE_TERMS },
    {
      dataClass: 'prompt-cache',
      term: 'retention',
      value: 1,
      conditions: ['in memory, up to 24 hours, never at rest', 'of a project that did not disable it'],
      ...CACHE,
    },
    {
      dataClass: 'abuse-log',
      term: 'retention',
      value: 90,
      conditions: ['of what a classifier suspects, in the region of the project'],
      ...ABUSE,
    },
    { dataClass: 'abuse-log', term: 'customer-keys', value: 'no', ...ABUSE },
    { dataClass: 'abuse-log', term: 'human-review', value: 'possible', conditions: ['of flagged logs'], ...ABUSE },
  ]
}

/** What a project can have set, and what a customer can have signed. */
export const VERTEX_SERVING_VARIANTS: readonly VariantRecord[] = [
  {
    setting: 'vertex/cache-disabled',
    title: 'the cache of the project is disabled',
    told: 'live',
    ...SCHEMA,
    note: 'A project that caches does not name the field.',
    terms: [{ dataClass: 'prompt-cache', term: 'retention', value: 0, ...CACHE }],
  },
  {
    setting: 'vertex/exempt-from-abuse-monitoring',
    title:
      'the project is exempt from the logs of abuse monitoring, as customers of a Google Cloud Master Agreement are',
    told: 'attested',
    source: SOURCES.abuse,
    grade: 'third-party',
    note: 'No operation of the vendor tells.',
    terms: [
      {
        dataClass: 'abuse-log',
        term: 'retention',
        value: 0,
        conditions: ['some models of partners keep up to 30 days all the same'],
        source: SOURCES.abuse,
        grade: 'third-party',
      },
    ],
  },
]
