import type { EndRecord, ModelRecord } from '../record.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const OCTOBER_2026: EndRecord = {
  date: '2026-10-23',
  certainty: 'on',
  source: OPENAI_SOURCES.deprecations,
  grade: 'vendor-page',
}
const JANUARY_2027: EndRecord = {
  date: '2027-01-14',
  certainty: 'on',
  source: OPENAI_SOURCES.laterDeprecations,
  grade: 'third-party',
  note: 'Two sources agree; the vendor’s own page was not read since its notice of 2026-10-14.',
}

/** Base models, and the models tuned from them. */
export const OPENAI_MODELS: readonly ModelRecord[] = [
  ...[
    'gpt-4.1-2025-04-14',
    'gpt-4.1-mini-2025-04-14',
    'gpt-4o-2024-08-06',
    'gpt-4o-2024-11-20',
    'gpt-4o-mini-2024-07-18',
  ].map((id) => ({ id, servedUntil: JANUARY_2027, tunedServedUntil: JANUARY_2027 })),
  ...['gpt-4.1-nano-2025-04-14', 'o4-mini-2025-04-16'].map((id) => ({
    id,
    trainableUntil: { ...OCTOBER_2026, note: 'The base model itself was shut down, so nothing can be trained on it.' },
    servedUntil: OCTOBER_2026,
    tunedServedUntil: OCTOBER_2026,
  })),
  // The page names the tuned models by family alone, and says nothing of the base models.
  { id: 'gpt-3.5-turbo', family: true, tunedServedUntil: OCTOBER_2026 },
  { id: 'gpt-4', family: true, tunedServedUntil: OCTOBER_2026 },
  { id: 'babbage-002', tunedServedUntil: OCTOBER_2026 },
  { id: 'davinci-002', tunedServedUntil: OCTOBER_2026 },
]
