import type { TermRecord } from '../terms.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const DATA_CONTROLS = { source: OPENAI_SOURCES.dataControls, grade: 'vendor-page' } as const
const REGIONS = { source: OPENAI_SOURCES.regionTable, grade: 'vendor-page' } as const
const CLIENT = { source: OPENAI_SOURCES.client, grade: 'schema' } as const

const ABUSE_LOG: readonly TermRecord[] = [
  {
    dataClass: 'abuse-log',
    term: 'retention',
    value: 30,
    conditions: ['longer where law asks for it, or to protect the services or others from harm'],
    ...DATA_CONTROLS,
  },
  { dataClass: 'abuse-log', term: 'human-review', value: 'possible', ...DATA_CONTROLS },
]

/** What holds for training on any of the vendor's hosts. */
const TRAINING: readonly TermRecord[] = [
  {
    dataClass: 'training-file',
    term: 'retention',
    value: 'until-deleted',
    conditions: ['or until the expiry that was set when it was sent'],
    ...DATA_CONTROLS,
  },
  {
    dataClass: 'training-file',
    term: 'training-use',
    value: 'no',
    conditions: ['unless the customer opted in to sharing'],
    ...DATA_CONTROLS,
  },
  {
    dataClass: 'training-file',
    term: 'zero-retention',
    value: 'not-covered',
    ...DATA_CONTROLS,
    note: 'Files and fine-tuning jobs are not eligible, whatever was agreed.',
  },
  { dataClass: 'training-file', term: 'deletion', value: 'by-api', ...CLIENT },
  {
    dataClass: 'training-file',
    term: 'customer-keys',
    value: 'optional',
    conditions: ['enterprise key management over application state', 'not for fine-tuning with images'],
    source: OPENAI_SOURCES.keyManagement,
    grade: 'third-party',
  },
  {
    dataClass: 'training-file',
    term: 'private-network',
    value: 'no',
    source: OPENAI_SOURCES.privateLink,
    grade: 'third-party',
    note: 'The list of what a private connection reaches has files and chat, and not fine-tuning jobs.',
  },
  { dataClass: 'tuned-model', term: 'retention', value: 'until-deleted', ...DATA_CONTROLS },
  {
    dataClass: 'tuned-model',
    term: 'deletion',
    value: 'by-api',
    conditions: ['by a key with the role of owner'],
    ...CLIENT,
  },
  {
    dataClass: 'tuned-model',
    term: 'zero-retention',
    value: 'not-covered',
    ...DATA_CONTROLS,
  },
  {
    dataClass: 'job-record',
    term: 'deletion',
    value: 'not-possible',
    source: OPENAI_SOURCES.forum,
    grade: 'third-party',
    note: 'The vendor’s client has no operation that deletes a job.',
  },
  ...ABUSE_LOG,
]

const INFERENCE: readonly TermRecord[] = [
  {
    dataClass: 'inference',
    term: 'retention',
    value: 0,
    conditions: ['chat completions that were not asked to be stored'],
    ...DATA_CONTROLS,
    note: 'What is kept to watch for abuse, and in the prompt cache, are other terms.',
  },
  { dataClass: 'inference', term: 'zero-retention', value: 'covered', ...DATA_CONTROLS },
  {
    dataClass: 'prompt-cache',
    term: 'retention',
    value: 1,
    conditions: ['near the GPU, up to 24 hours'],
    ...DATA_CONTROLS,
  },
  {
    dataClass: 'inference',
    term: 'training-use',
    value: 'no',
    conditions: ['unless the customer opted in to sharing'],
    ...DATA_CONTROLS,
  },
  ...ABUSE_LOG,
]

/** The host without a region. */
export const OPENAI_TRAINING_TERMS: readonly TermRecord[] = [
  { dataClass: 'training-file', term: 'storage-location', value: 'any', ...REGIONS },
  { dataClass: 'training-file', term: 'processing-location', value: 'any', ...REGIONS },
  { dataClass: 'tuned-model', term: 'storage-location', value: 'any', ...REGIONS },
  ...TRAINING,
]
/** The host without a region. */
export const OPENAI_SERVING_TERMS: readonly TermRecord[] = [
  { dataClass: 'inference', term: 'processing-location', value: 'any', ...REGIONS },
  ...INFERENCE,
]

const CONTESTED = {
  value: 'unknown',
  source: OPENAI_SOURCES.regionTable,
  grade: 'unverified',
  note: 'A copy of mid 2026 lists fine-tuning for the US and the EU, and lets others compute outside; that tuning is offered on a region’s host nobody confirmed.',
} as const

/** The hosts of regions: what is said of fine-tuning there is contested. */
export const OPENAI_REGIONAL_TRAINING_TERMS: readonly TermRecord[] = [
  { dataClass: 'training-file', term: 'storage-location', ...CONTESTED },
  { dataClass: 'training-file', term: 'processing-location', ...CONTESTED },
  { dataClass: 'tuned-model', term: 'storage-location', ...CONTESTED },
  ...TRAINING,
]
/** The hosts of regions: what is said of tuned models there is contested. */
export const OPENAI_REGIONAL_SERVING_TERMS: readonly TermRecord[] = [
  { dataClass: 'inference', term: 'processing-location', ...CONTESTED },
  ...INFERENCE,
]
