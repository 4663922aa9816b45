import { describe, expect, it } from 'vitest'
import { folder, oneProcess, rows } from './anytune.ts'

const SECRET = 'kittens-and-passwords'
const run = oneProcess()

/** On a day on which the records were fresh. */
function anytune(args: readonly string[], place: { readonly cwd: string }) {
  return run(args, { ...place, now: '2026-11-25T12:00:00Z' })
}

function chat(...contents: readonly string[]): string {
  const messages = contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }))
  return `${JSON.stringify({ messages })}\n`
}

async function check(content: string, ...args: readonly string[]) {
  const cwd = await folder({ 'train.jsonl': content })
  const { code, stdout, stderr } = await anytune(['check', 'train.jsonl', ...args, '--json'], { cwd })
  expect(stdout + stderr).not.toContain(SECRET)
  const [line = '{}'] = stdout.split('\n')
  return { code, report: JSON.parse(line) as Record<string, unknown> }
}

describe('anytune check --for', () => {
  it('judges by the rules on record, without account or configuration', async () => {
    const good = await check(rows(10), '--for', 'openai:gpt-4.1-mini-2025-04-14')
    expect(good.code).toBe(0)
    expect(good.report).toMatchObject({
      accepted: 10,
      for: {
        provider: 'openai',
        baseModel: 'gpt-4.1-mini-2025-04-14',
        encoded: { format: 'openai-chat', rows: 10 },
        tokens: { method: { kind: 'exact', encoding: 'o200k_base' }, truncated: { limit: 65_536, rows: 0 } },
        findings: [],
      },
    })
    const few = await check(rows(9), '--for', 'openai:gpt-4.1-mini-2025-04-14')
    expect(few.code).toBe(2)
    expect(few.report).toMatchObject({
      for: {
        findings: [
          {
            id: 'minimum-examples',
            severity: 'error',
            found: 9,
            limit: 10,
            evidence: { grade: 'vendor-page', source: { title: expect.any(String) as string } },
          },
        ],
      },
    })
  })

  it('says when no record names the base model, which may be mistyped', async () => {
    const mistyped = await check(rows(10), '--for', 'openai:gpt-4.1-mimi-2025-04-14')
    expect(mistyped.code).toBe(0)
    expect(mistyped.report).toMatchObject({ for: { modelOnRecord: false } })
    for (const known of ['openai:gpt-4.1-mini-2025-04-14', 'bedrock:amazon.nova-lite-v1:0:300k']) {
      expect((await check(rows(10), '--for', known)).report).toMatchObject({ for: { modelOnRecord: true } })
    }
    const cwd = await folder({ 'train.jsonl': rows(10) })
    const { stdout } = await anytune(['check', 'train.jsonl', '--for', 'openai:gpt-4.1-mimi'], { cwd })
    expect(stdout).toContain('warning: no record names gpt-4.1-mimi: only what holds for all base models was judged')
  })

  it('downgrades a rule by its id, and asks less of a validation dataset', async () => {
    const target = ['--for', 'openai:gpt-4.1-mini-2025-04-14']
    const allowed = await check(rows(9), ...target, '--allow', 'minimum-examples')
    expect(allowed.code).toBe(0)
    expect(allowed.report).toMatchObject({ for: { findings: [{ id: 'minimum-examples', severity: 'warning' }] } })
    expect((await check(rows(9), ...target, '--role', 'validation')).code).toBe(0)
  })

  it('refuses to allow a rule that does not exist, and what says nothing without a target', async () => {
    const cwd = await folder({ 'train.jsonl': rows(9) })
    const target = ['--for', 'openai:gpt-4.1-mini-2025-04-14']
    const strange = await anytune(['check', 'train.jsonl', ...target, '--allow', 'minimum-example'], { cwd })
    expect(strange.code).toBe(3)
    expect(strange.stderr).toMatch(/no rule "minimum-example"(.|\n)*minimum-examples/)
    const alone = [
      ['check', '--allow', 'minimum-examples'],
      ['check', '--role', 'training'],
      ['check', '--method', 'preference'],
      ['stats', '--method', 'preference'],
      ['stats', '--epochs', '3'],
      ['stats', '--monthly-input', '3'],
      ['stats', '--monthly-output', '3'],
    ] as const
    for (const [command, option, value] of alone) {
      const { code, stderr } = await anytune([command, 'train.jsonl', option, value], { cwd })
      expect([code, stderr.includes(`${option} says nothing without a target`)], stderr).toEqual([3, true])
    }
    const both = await anytune(['stats', 'train.jsonl', ...target, '--encoding', 'cl100k_base'], { cwd })
    expect(both.code).toBe(3)
  })

  it('rejects rows by line that a model does not take: Nova’s forbidden texts, in capitals or not', async () => {
    const content = rows(8) + chat(`${SECRET} USER: hello`, 'b') + chat('fine', 'an <Image> of it')
    const { code, report } = await check(content, '--for', 'bedrock:amazon.nova-lite-v1:0:300k')
    expect(code).toBe(2)
    expect(report).toMatchObject({
      accepted: 8,
      rejected: {
        count: 2,
        first: [
          { line: 9, rule: 'forbidden-text', field: 'messages[0].content' },
          { line: 10, rule: 'forbidden-text', field: 'messages[1].content' },
        ],
      },
      for: { encoded: { format: 'bedrock-conversation-2024', rows: 8 }, findings: [] },
    })
  })

  it('rejects rows that the format of the target cannot say', async () => {
    const weighed = JSON.stringify({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', weight: 0 },
        { role: 'user', content: 'c' },
        { role: 'assistant', content: 'd' },
      ],
    })
    const { code, report } = await check(`${rows(8)}${weighed}\n`, '--for', 'bedrock:amazon.nova-lite-v1:0:300k')
    expect(code).toBe(2)
    expect(report).toMatchObject({ rejected: { first: [{ line: 9, rule: 'not-representable' }] } })
  })

  it('tells how many tokens a vendor would cut off without a word, and in which lines', async () => {
    const cwd = await folder({ 'train.jsonl': rows(10) + chat(' a'.repeat(70_000), 'b') })
    const args = ['check', 'train.jsonl', '--for', 'openai:gpt-4.1-mini-2025-04-14']
    const { code, stdout } = await anytune(args, { cwd })
    expect(code).toBe(0)
    // 70,000 tokens and one, and 11 for the marks of two messages.
    expect(stdout).toContain('an example at most 70,012')
    expect(stdout).toMatch(/warning: maximum-example-tokens: .*4,476 tokens are cut off, line 11/)
  })

  it.each([
    ['an unknown provider', 'nobody:model', /nothing is on record of "nobody"/],
    ['no base model', 'openai', /names no base model/],
    ['an offering that there is not', 'azure/train/Fast:gpt-4.1', /azure\/train\/Standard/],
  ])('refuses %s, and says what is known', async (_, target, message) => {
    const cwd = await folder({ 'train.jsonl': rows(1) })
    const { code, stderr } = await anytune(['check', 'train.jsonl', '--for', target], { cwd })
    expect(code).toBe(3)
    expect(stderr).toMatch(message)
  })
})
