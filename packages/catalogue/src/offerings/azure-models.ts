import type { EndRecord, ModelRecord } from '../record.ts'
import { AZURE_SOURCES } from './azure-sources.ts'

const RETIREMENT = { source: AZURE_SOURCES.retirement, grade: 'vendor-page' } as const
const MOVED = 'These dates moved three times in 2026; what Azure Resource Manager says of the model is newer.'

/** Base retires, training retires ("no earlier than", and for existing customers alone), tuned deployments retire. */
const SCHEDULE: Readonly<Record<string, readonly [base: string, training: string, tuned: string]>> = {
  'gpt-4.1-2025-04-14': ['2027-04-14', '2027-04-14', '2027-10-14'],
  'gpt-4.1-mini-2025-04-14': ['2027-04-14', '2027-04-14', '2027-10-14'],
  'gpt-4.1-nano-2025-04-14': ['2027-04-14', '2027-04-14', '2027-10-14'],
  'gpt-4o-2024-08-06': ['2027-04-14', '2027-04-01', '2027-10-01'],
  'gpt-4o-mini-2024-07-18': ['2027-04-14', '2027-04-01', '2027-10-01'],
  'o4-mini-2025-04-16': ['2026-10-16', '2027-04-16', '2027-10-16'],
}

/** Base models with a published schedule. The open-weight models have none. */
export const AZURE_MODELS: readonly ModelRecord[] = Object.entries(SCHEDULE).map(([id, [base, training, tuned]]) => ({
  id,
  trainableUntil: {
    date: training,
    certainty: 'not-before',
    ...RETIREMENT,
    note: `For existing customers; for all others training ends with the base model, ${base}. ${MOVED}`,
  },
  servedUntil: on(base),
  tunedServedUntil: on(tuned),
}))

function on(date: string): EndRecord {
  return { date, certainty: 'on', ...RETIREMENT, note: MOVED }
}
