import type { Region } from '../places/place.ts'
import type { TermRecord, VariantRecord } from '../terms.ts'
import { BEDROCK_SOURCES } from './bedrock-sources.ts'

const CUSTOM_JOBS = { source: BEDROCK_SOURCES.customJobs, grade: 'vendor-excerpt' } as const
const COPY = { source: BEDROCK_SOURCES.copyModel, grade: 'vendor-excerpt' } as const
const ACCESS = { source: BEDROCK_SOURCES.access, grade: 'vendor-page' } as const
const SCHEMA = { source: BEDROCK_SOURCES.schema, grade: 'schema' } as const
const RETENTION = { source: BEDROCK_SOURCES.retention, grade: 'vendor-page' } as const

/** The terms of customization in a region. */
export function bedrockTrainingTerms(region: Region): readonly TermRecord[] {
  return [
    {
      dataClass: 'training-file',
      term: 'retention',
      value: 0,
      conditions: ['once the job is complete', 'it lies in a bucket of your own, and stays there'],
      ...CUSTOM_JOBS,
    },
    {
      dataClass: 'training-file',
      term: 'storage-location',
      value: region,
      conditions: ['the bucket must be in the region of the job'],
      ...ACCESS,
    },
    { dataClass: 'training-file', term: 'processing-location', value: region, ...COPY },
    { dataClass: 'training-file', term: 'training-use', value: 'no', ...CUSTOM_JOBS },
    {
      dataClass: 'training-file',
      term: 'deletion',
      value: 'by-api',
      conditions: ['from your own bucket'],
      source: BEDROCK_SOURCES.storageSchema,
      grade: 'schema',
    },
    {
      dataClass: 'training-file',
      term: 'private-network',
      value: 'optional',
      conditions: ['by the network settings of the job'],
      ...SCHEMA,
    },
    { dataClass: 'tuned-model', term: 'retention', value: 'until-deleted', ...CUSTOM_JOBS },
    {
      dataClass: 'tuned-model',
      term: 'storage-location',
      value: region,
      conditions: ['a copy to another region is made when it is asked for, and else never'],
      ...COPY,
    },
    {
      dataClass: 'tuned-model',
      term: 'customer-keys',
      value: 'optional',
      conditions: ['by the key that the job names'],
      ...SCHEMA,
    },
    { dataClass: 'tuned-model', term: 'deletion', value: 'by-api', ...SCHEMA },
    {
      dataClass: 'job-record',
      term: 'deletion',
      value: 'not-possible',
      ...SCHEMA,
      note: 'The service’s description has no operation that deletes a customization job.',
    },
  ]
}

/** The terms of asking a custom model in a region. */
export function bedrockServingTerms(region: Region): readonly TermRecord[] {
  return [
    {
      dataClass: 'inference',
      term: 'processing-location',
      value: region,
      conditions: ['a cross-region inference profile moves it, and what is kept of it, to the regions of the profile'],
      ...COPY,
    },
    {
      dataClass: 'inference',
      term: 'retention',
      value: 'unknown',
      ...RETENTION,
      grade: 'unverified',
      note: 'It depends on the retention mode of the account in the region, and on the modes that the model allows.',
    },
    {
      dataClass: 'inference',
      term: 'training-use',
      value: 'unknown',
      ...CUSTOM_JOBS,
      grade: 'unverified',
      note: 'That nothing is trained on it was read of data for fine-tuning; of questions and answers on no page that was read.',
    },
  ]
}

/** The retention mode of an account, set for each region; `inherit`, that of new accounts, is not `none`. */
export const BEDROCK_VARIANTS: readonly VariantRecord[] = [
  mode('none', 'retention mode none', [
    { dataClass: 'inference', term: 'retention', value: 0, ...RETENTION },
    { dataClass: 'abuse-log', term: 'retention', value: 0, ...RETENTION },
    { dataClass: 'abuse-log', term: 'human-review', value: 'no', ...RETENTION },
  ]),
  mode('default', 'retention mode default', [
    {
      dataClass: 'abuse-log',
      term: 'retention',
      value: 'unknown',
      ...RETENTION,
      grade: 'unverified',
      note: 'It depends on the model; of some, others quote up to 30 days for what a classifier flagged.',
    },
  ]),
  mode('aws-review', 'retention mode aws_review', [
    { dataClass: 'abuse-log', term: 'retention', value: 30, ...RETENTION },
    {
      dataClass: 'abuse-log',
      term: 'human-review',
      value: 'possible',
      conditions: ['by people of AWS, within AWS'],
      ...RETENTION,
    },
  ]),
  mode('provider-data-share', 'retention mode provider_data_share, of old accounts', [
    {
      dataClass: 'abuse-log',
      term: 'retention',
      value: 'unknown',
      ...RETENTION,
      grade: 'unverified',
      note: 'The mode is an old one, and what it shares with the makers of models was not read.',
    },
  ]),
]

function mode(id: string, title: string, terms: readonly TermRecord[]): VariantRecord {
  return {
    setting: `bedrock/retention-${id}`,
    title,
    told: 'live',
    ...RETENTION,
    note: 'Set for each account and region. A model that needs a wider mode is refused.',
    terms,
  }
}
