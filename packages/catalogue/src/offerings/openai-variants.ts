import type { TermRecord, VariantRecord } from '../terms.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const DATA_CONTROLS = { source: OPENAI_SOURCES.dataControls, grade: 'vendor-page' } as const
const CLIENT = { source: OPENAI_SOURCES.client, grade: 'schema' } as const

/** How the vendor's package names what an organization or a project can have agreed; each is another variant. */
const AGREEMENTS = {
  'openai/modified-abuse-monitoring': 'modified abuse monitoring',
  'openai/zero-retention': 'zero data retention',
  'openai/enhanced-modified-abuse-monitoring': 'enhanced modified abuse monitoring',
  'openai/enhanced-zero-retention': 'enhanced zero data retention',
} as const
type Agreement = keyof typeof AGREEMENTS

const NO_ABUSE_LOG: readonly TermRecord[] = [
  {
    dataClass: 'abuse-log',
    term: 'retention',
    value: 0,
    conditions: ['but for images that are found to show the abuse of children'],
    ...DATA_CONTROLS,
  },
]

/** Of asking tuned models. */
export const OPENAI_SERVING_VARIANTS: readonly VariantRecord[] = [
  variant('openai/modified-abuse-monitoring', [
    ...NO_ABUSE_LOG,
    {
      dataClass: 'abuse-log',
      term: 'human-review',
      value: 'no',
      conditions: ['but for images that are found to show the abuse of children'],
      ...DATA_CONTROLS,
    },
  ]),
  variant('openai/zero-retention', [
    {
      dataClass: 'inference',
      term: 'retention',
      value: 0,
      conditions: ['a request to store a completion is ignored'],
      ...DATA_CONTROLS,
    },
    ...NO_ABUSE_LOG,
    {
      dataClass: 'abuse-log',
      term: 'human-review',
      value: 'possible',
      conditions: ['of flagged content, for models that the vendor has in writing put under safety retention'],
      ...DATA_CONTROLS,
    },
  ]),
  ...unread(['abuse-log', 'retention'], ['abuse-log', 'human-review']),
]

/** Of training: no agreement reaches files and jobs, and what is logged of them then is contested. */
export const OPENAI_TRAINING_VARIANTS: readonly VariantRecord[] = [
  ...(['openai/modified-abuse-monitoring', 'openai/zero-retention'] as const).map((agreement) =>
    variant(agreement, [
      {
        dataClass: 'abuse-log',
        term: 'retention',
        value: 'unknown',
        source: OPENAI_SOURCES.dataControls,
        grade: 'unverified',
        note: 'One table says 30 days of files and fine-tuning jobs, another nothing.',
      },
    ]),
  ),
  ...unread(['abuse-log', 'retention']),
]

function variant(setting: Agreement, terms: readonly TermRecord[]): VariantRecord {
  return {
    setting,
    title: AGREEMENTS[setting],
    told: 'live',
    ...CLIENT,
    note: 'Agreed with the vendor. A key of an administrator reads it of the organization and of a project.',
    terms,
  }
}

/** What "enhanced" changes stands on no page that was read. */
function unread(
  ...subjects: readonly (readonly ['abuse-log', 'retention' | 'human-review'])[]
): readonly VariantRecord[] {
  const terms = subjects.map(([dataClass, term]): TermRecord => ({
    dataClass,
    term,
    value: 'unknown',
    ...CLIENT,
    grade: 'unverified',
    note: 'The vendor’s package has the name; what it means stands on no page that was read.',
  }))
  return (['openai/enhanced-modified-abuse-monitoring', 'openai/enhanced-zero-retention'] as const).map((setting) =>
    variant(setting, terms),
  )
}
