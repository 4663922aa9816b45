import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { canonicalExample, fileSource, measureEncoding, readExamples, type FormatId } from '../../src/index.ts'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { decoded } from './support.ts'

const DATA = new URL('../../../../../shared/data/', import.meta.url)
const absent = !existsSync(DATA)

const CONVERSATIONS = ['openai-chat', 'bedrock-conversation-2024', 'claude-3', 'gemini', 'alpaca', 'sharegpt'] as const

/** Rows of each file by format; a format absent here can say none of them. */
const FILES: readonly (readonly [file: string, rows: number, formats: readonly FormatId[], refusal: string])[] = [
  ['gsm8k-chat-train', 449, [...CONVERSATIONS, 'flat'], 'chat'],
  ['gsm8k-chat-validation', 50, [...CONVERSATIONS, 'flat'], 'chat'],
  ['nova-tooluse-conversation-test', 120, [...CONVERSATIONS, 'flat'], 'chat'],
  ['stock-toolcall-train', 86, ['openai-chat', 'bedrock-conversation-2024', 'gemini', 'sharegpt'], 'tools'],
  ['orca-dpo-validation', 284, ['openai-preference', 'gemini-preference'], 'preference'],
  ['countdown-rft-train-100', 100, ['openai-reinforcement'], 'reinforcement'],
]
const PAIRS = FILES.flatMap(([file, rows, formats, refusal]) =>
  FORMAT_IDS.map((format) => ({ file, format, rows: formats.includes(format) ? rows : 0, refusal })),
)

describe.skipIf(absent)(
  `real data sets${absent ? ' (skipped: the shared data folder is not beside the repository)' : ''}`,
  () => {
    it.each(PAIRS)('$file as $format: $rows rows', async ({ file, format, rows }) => {
      const from = fileSource(fileURLToPath(new URL(`${file}.jsonl`, DATA)))
      const measured = await measureEncoding(from, { to: format, onRejected: 'skip' })
      const all = FILES.find(([name]) => name === file)?.[1] ?? 0
      expect(measured).toMatchObject({ rows, skipped: all - rows })
    })

    it.each(PAIRS.filter(({ rows }) => rows > 0))(
      '$file as $format: every row means the same',
      async ({ file, format, rows }) => {
        let same = 0
        for await (const { example } of readExamples(fileSource(fileURLToPath(new URL(`${file}.jsonl`, DATA))))) {
          if (example === undefined) continue
          const back = decoded(format, CODECS[format].encode(example).text ?? '')
          expect(canonicalExample(back)).toEqual(canonicalExample(example))
          same++
        }
        expect(same).toBe(rows)
      },
    )

    it.each(PAIRS.filter(({ rows }) => rows === 0))(
      '$file as $format: the feature is named',
      async ({ file, format, refusal }) => {
        const rules = new Set<string>()
        const onSkipped = ({ rule, feature }: { rule: string; feature?: string }) => rules.add(`${rule} ${feature}`)
        const from = fileSource(fileURLToPath(new URL(`${file}.jsonl`, DATA)))
        await measureEncoding(from, { to: format, onRejected: 'skip', onSkipped })
        const kind = refusal === 'tools' && !CODECS[format].says.has('chat') ? 'chat' : refusal
        expect([...rules]).toEqual([`not-representable ${kind}`])
      },
    )
  },
)
