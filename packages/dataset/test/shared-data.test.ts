import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkDataset, fileSource, measureEncoding } from '../src/index.ts'

const DATA = resolve(import.meta.dirname, '../../../../shared/data')
const absent = !existsSync(DATA)

describe.skipIf(absent)(
  `real data sets${absent ? ' (skipped: the shared data folder is not beside the repository)' : ''}`,
  () => {
    it.each([
      ['gsm8k-chat-train', 'openai-chat', 449, 0],
      ['gsm8k-chat-validation', 'openai-chat', 50, 0],
      ['stock-toolcall-train', 'openai-chat', 86, 86],
      ['orca-dpo-validation', 'openai-preference', 284, 0],
    ] as const)('%s: every row is accepted and encoded', async (name, format, rows, withTools) => {
      const from = fileSource(resolve(DATA, `${name}.jsonl`))
      const report = await checkDataset(from)
      expect(report).toMatchObject({
        format,
        examples: rows,
        accepted: rows,
        rejected: { count: 0 },
        counts: { withTools },
      })
      const measured = await measureEncoding(from, { to: format, onRejected: 'fail' })
      expect(measured).toMatchObject({ rows, skipped: 0 })
    })

    it('a file that already is one row per LF line is sent as it is', async () => {
      const from = fileSource(resolve(DATA, 'gsm8k-chat-train.jsonl'))
      const { bytes, sha256 } = await checkDataset(from)
      expect(await measureEncoding(from, { to: 'openai-chat', onRejected: 'fail' })).toMatchObject({ bytes, sha256 })
    })

    it('reinforcement rows are known by what their grader reads, and taken whole', async () => {
      const report = await checkDataset(fileSource(resolve(DATA, 'countdown-rft-train-100.jsonl')))
      expect(report).toMatchObject({ format: 'openai-reinforcement', accepted: 100, rejected: { count: 0 } })
    })

    it('Bedrock conversation rows are known whatever their schemaVersion says', async () => {
      const report = await checkDataset(fileSource(resolve(DATA, 'nova-tooluse-conversation-test.jsonl')))
      expect(report).toMatchObject({ format: 'bedrock-conversation-2024', accepted: 120, rejected: { count: 0 } })
    })
  },
)
