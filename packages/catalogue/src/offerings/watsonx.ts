import type { Source } from '../evidence.ts'
import type { OfferingRecord } from '../record.ts'
import { NOTHING } from '../nothing.ts'

const SECURITY: Source = {
  title: 'IBM documentation: security and privacy for foundation models (fm-security), localised copies',
  pageDate: '2025-06-26',
  readOn: '2026-11-22',
}
const REMOVAL: Source = {
  title: 'IBM documentation: watsonx, choosing a model to tune',
  url: 'https://www.ibm.com/docs/en/watsonx/saas?topic=models-choosing-model-tune',
  readOn: '2026-11-22',
}
const PAGE = { source: SECURITY, grade: 'vendor-excerpt' } as const
const UNREAD = { value: 'unknown', source: SECURITY, grade: 'unverified' } as const

/** IBM’s service, closed; what the same software promises on one’s own cluster was not read. */
export const WATSONX_OFFERINGS: readonly OfferingRecord[] = [
  {
    ...NOTHING,
    id: 'watsonx/saas/train',
    title: 'IBM watsonx.ai as a service: tuning (closed)',
    closures: [
      {
        id: 'removed',
        closedFrom: '2026-09-10',
        appliesTo: { everybody: true },
        source: REMOVAL,
        grade: 'vendor-page',
        note: 'The page announced the removal; that it happened nobody here saw.',
      },
    ],
    terms: [
      {
        dataClass: 'training-file',
        term: 'retention',
        value: 'until-deleted',
        conditions: ['in a bucket of your own'],
        ...PAGE,
      },
      { dataClass: 'training-file', term: 'training-use', value: 'no', ...PAGE },
      {
        dataClass: 'training-file',
        term: 'processing-location',
        ...UNREAD,
        note: 'That it is the region of the service was on no page that was read.',
      },
      {
        dataClass: 'training-file',
        term: 'private-network',
        ...UNREAD,
        note: 'Private endpoints of the service were on no page that was read.',
      },
      { dataClass: 'tuned-model', term: 'retention', value: 'until-deleted', ...PAGE },
      { dataClass: 'tuned-model', term: 'human-review', value: 'no', ...PAGE },
      {
        dataClass: 'inference',
        term: 'retention',
        value: 0,
        conditions: ['unless it is saved'],
        ...PAGE,
      },
      { dataClass: 'abuse-log', term: 'retention', value: 0, ...PAGE },
    ],
  },
]
