import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folder, jsonLines, oneProcess, rows } from './anytune.ts'

const SECRET = 'kittens-and-passwords'
const run = oneProcess()

/** On a day on which the records were fresh. */
function anytune(args: readonly string[], place: { readonly cwd: string }) {
  return run(args, { ...place, now: '2026-11-25T12:00:00Z' })
}

function chat(question: string, answer: string): string {
  const messages = [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ]
  return `${JSON.stringify({ messages })}\n`
}

describe('anytune stats', () => {
  it('measures files, and tells the overlap of validation and training', async () => {
    const cwd = await folder({
      'train.jsonl': chat('a', 'b') + chat('c', 'd') + chat('a', 'b'),
      'held-out.jsonl': chat('c', 'd') + chat('e', 'f'),
    })
    const args = ['stats', 'train.jsonl', '--validation', 'held-out.jsonl']
    const { code, stdout } = await anytune([...args, '--json'], { cwd })
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      {
        file: 'train.jsonl',
        role: 'training',
        examples: 3,
        messages: { total: 6, p50: 2 },
        repeated: { rows: 1, elsewhere: 0, first: [{ line: 3, of: { dataset: 0, line: 1 } }] },
        // A letter is a token; marks of two messages are 2 × (3 + 1) + 3.
        tokens: { method: { kind: 'exact', encoding: 'o200k_base' }, total: 3 * (2 + 11), max: 13 },
      },
      { file: 'held-out.jsonl', role: 'validation', repeated: { rows: 1, elsewhere: 1 } },
    ])
    const text = await anytune(args, { cwd })
    expect(text.stdout).toContain('line 1 as line 2 of train.jsonl')
  })

  it('says what training costs with the model’s own vocabulary, and what a month of use costs', async () => {
    const cwd = await folder({ 'train.jsonl': chat(' a'.repeat(1000), ' b'.repeat(1000)) })
    const args = ['stats', 'train.jsonl', '--for', 'openai:gpt-4.1-mini-2025-04-14', '--epochs', '2']
    const use = ['--monthly-input', '1000000', '--monthly-output', '500000', '--json']
    const { stdout } = await anytune([...args, ...use], { cwd })
    const [, told] = jsonLines(stdout)
    // 2,000 tokens of text and 11 of marks, twice, at 5 dollars a million; 0.8 and half of 3.2 dollars.
    expect(told).toMatchObject({
      epochs: 2,
      costs: [
        {
          offering: 'openai/api.openai.com/train',
          cost: { kind: 'estimate', low: 0.02, high: 0.0202, currency: 'USD', per: 'run' },
          serving: [{ offering: 'openai/api.openai.com/serve', month: { total: { amount: 2.4, currency: 'USD' } } }],
        },
      ],
    })
  })

  it('says unknown, never zero, where no price is on record', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const { stdout } = await anytune(['stats', 'train.jsonl', '--for', 'azure:gpt-4o-2024-08-06', '--json'], { cwd })
    const [, told] = jsonLines(stdout) as { costs: readonly { cost: object; serving: readonly object[] }[] }[]
    expect(told?.costs).toMatchObject([
      { cost: { kind: 'unknown', reason: expect.stringContaining('no price') as string } },
    ])
    expect(told?.costs[0]?.serving).toHaveLength(5)
    expect(JSON.stringify(told?.costs[0]?.cost)).not.toMatch(/"(low|high|amount)":0/)
  })

  it('tells how it counts where the model’s vocabulary is not published', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const args = ['stats', 'train.jsonl', '--for', 'bedrock:amazon.nova-lite-v1:0:300k']
    const { stdout } = await anytune(args, { cwd })
    expect(stdout).toMatch(/about \d+ tokens, counted in o200k_base for want of the model’s own/)
  })

  it('counts in the vocabulary asked for', async () => {
    const cwd = await folder({ 'train.jsonl': chat('お誕生日おめでとう', 'a') })
    const args = ['stats', 'train.jsonl', '--encoding', 'cl100k_base', '--json']
    const { stdout } = await anytune(args, { cwd })
    // Nine tokens in cl100k_base and eight in o200k_base, as OpenAI documents.
    expect(JSON.parse(stdout)).toMatchObject({ tokens: { method: { encoding: 'cl100k_base' }, byPart: { user: 9 } } })
  })

  it('exits with 2 for rejected rows, with 1 for a file that is not there, and shows no row', async () => {
    const cwd = await folder({ 'bad.jsonl': `${chat(SECRET, SECRET)}${chat(SECRET, SECRET)}{"${SECRET}": 1}\n` })
    const bad = await anytune(['stats', 'bad.jsonl'], { cwd })
    expect(bad.code).toBe(2)
    expect(bad.stdout + bad.stderr).not.toContain(SECRET)
    expect((await anytune(['stats', 'missing.jsonl'], { cwd })).code).toBe(9)
  })

  const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
  // Counted once more by OpenAI's own library, tiktoken, over the same texts.
  it.skipIf(!existsSync(data))('measures public datasets (skipped where they are absent)', async () => {
    const files = ['gsm8k-chat-train', 'orca-dpo-validation', 'nova-tooluse-conversation-test']
    const { code, stdout } = await anytune(['stats', ...files.map((name) => `${data}${name}.jsonl`), '--json'], {
      cwd: data,
    })
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { examples: 449, rejected: 0, repeated: { rows: 0 }, tokens: { byPart: { system: 3592, user: 27_009 } } },
      { examples: 284, rejected: 0, repeated: { rows: 0 } },
      { examples: 120, rejected: 0, format: 'bedrock-conversation-2024' },
    ])
  })
})
