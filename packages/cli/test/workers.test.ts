import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, oneProcess } from './anytune.ts'

const run = oneProcess()

function row(index: number): string {
  const say = (content: string) =>
    JSON.stringify({
      messages: [
        { role: 'user', content },
        { role: 'assistant', content: `answer ${index}` },
      ],
    })
  if (index % 401 === 0) return ''
  if (index % 307 === 0) return '{"messages":['
  if (index % 211 === 0) return '{"messages":[]}'
  if (index % 101 === 0) return say(`write to person${index}@example.org`)
  return say(`question ${index % 900} é 日本`)
}

const content = Array.from({ length: 6000 }, (_, index) => row(index + 1)).join('\n')

/** The output of a command with so many threads, and the file that it wrote. */
async function told(args: readonly string[], workers: number) {
  const cwd = await folder({ 'train.jsonl': content, 'other.jsonl': `${content.slice(0, 90_000)}\n{"cut` })
  const { code, stdout, stderr } = await run([...args, '--workers', String(workers)], { cwd })
  const list = args.includes('--rejected') ? readFileSync(join(cwd, 'rejected.jsonl'), 'utf8') : undefined
  return { code, stdout, stderr, list }
}

describe('several threads tell what one tells, to the letter', () => {
  it.each([
    ['check', 'train.jsonl', 'other.jsonl'],
    ['check', 'train.jsonl', 'other.jsonl', '--json', '--rejected', 'rejected.jsonl'],
    ['stats', 'train.jsonl', '--validation', 'other.jsonl'],
    ['stats', 'train.jsonl', '--json', '--for', 'openai:gpt-4.1-mini-2025-04-14'],
  ])('%s %s %s %s', { timeout: 120_000 }, async (...args) => {
    const alone = await told(args, 0)
    expect(alone.code).toBe(2)
    expect(await told(args, 2)).toEqual(alone)
    expect(await told(args, 3)).toEqual(alone)
  })

  it('of a file that cannot be read', async () => {
    const cwd = await folder({})
    const alone = await run(['check', 'none.jsonl', '--workers', '0'], { cwd })
    const shared = await run(['check', 'none.jsonl', '--workers', '2'], { cwd })
    expect(alone.code).toBe(1)
    expect(shared).toEqual(alone)
  })

  it('refuses a number that is none', async () => {
    const cwd = await folder({ 'train.jsonl': content })
    expect((await run(['check', 'train.jsonl', '--workers', '1.5'], { cwd })).code).toBe(3)
  })
})
