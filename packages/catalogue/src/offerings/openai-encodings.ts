import type { EncodingRecord } from '../record.ts'
import { OPENAI_SOURCES } from './openai-sources.ts'

const TIKTOKEN = { source: OPENAI_SOURCES.tiktoken, grade: 'schema' } as const

const O200K = ['gpt-4.1', 'gpt-4o', 'o1', 'o3', 'o4-mini', 'gpt-5', 'ft:gpt-4.1', 'ft:gpt-4o', 'ft:o4-mini']
const CL100K = ['gpt-4', 'gpt-3.5-turbo', 'gpt-35-turbo', 'davinci-002', 'babbage-002']

/** Vocabularies of OpenAI's models, wherever they are tuned. */
export const OPENAI_ENCODINGS: readonly EncodingRecord[] = [
  { encoding: 'o200k_base', models: O200K, ...TIKTOKEN },
  { encoding: 'cl100k_base', models: [...CL100K, ...CL100K.map((id) => `ft:${id}`)], ...TIKTOKEN },
  {
    encoding: 'o200k_base',
    models: ['gpt-oss', 'gpt-oss-20b', 'gpt-oss-120b'],
    ...TIKTOKEN,
    note: 'The source names o200k_harmony: the same vocabulary with more special tokens, which texts do not have.',
  },
]
