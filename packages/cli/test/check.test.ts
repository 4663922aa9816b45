import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, rows } from './anytune.ts'

const SECRET = 'kittens-and-passwords'
const BAD = `${rows(2)}{"messages":[]}\nnot json ${SECRET}\n{"messages":[{"role":"user","content":"${SECRET}"}]}\n`

describe('anytune check', () => {
  it('accepts a good file, without any configuration', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const { code, stdout, stderr } = await anytune(['check', 'train.jsonl'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/format +openai-chat\n +examples +3\n +accepted +3\n +rejected +0\n/)
    expect(stderr).toBe('')
  })

  it('prints one JSON object for one file', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const { code, stdout } = await anytune(['check', 'train.jsonl', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'train.jsonl',
      format: 'openai-chat',
      examples: 3,
      accepted: 3,
      rejected: { count: 0, first: [], byRule: {} },
      bytes: Buffer.byteLength(rows(3)),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('lists rejected rows by line and rule, exits with 2, and never shows what is in them', async () => {
    const cwd = await folder({ 'bad.jsonl': BAD })
    const text = await anytune(['check', 'bad.jsonl'], { cwd })
    const json = await anytune(['check', 'bad.jsonl', '--json'], { cwd })
    expect([text.code, json.code]).toEqual([2, 2])
    expect(text.stdout).toContain('line 4  invalid-json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      accepted: 2,
      rejected: {
        count: 3,
        first: [
          { line: 3, rule: 'empty-messages' },
          { line: 4, rule: 'invalid-json' },
          { line: 5, rule: 'no-target' },
        ],
        byRule: { 'empty-messages': 1, 'invalid-json': 1, 'no-target': 1 },
      },
    })
    expect(text.stdout + text.stderr + json.stdout + json.stderr).not.toContain(SECRET)
  })

  it('lists the first rejections of many, and says how many more there are', async () => {
    const cwd = await folder({ 'bad.jsonl': rows(30) + '{"messages":[]}\n'.repeat(25) })
    const { stdout } = await anytune(['check', 'bad.jsonl'], { cwd })
    expect(stdout.match(/^ {2}line \d+/gm)).toHaveLength(20)
    expect(stdout).toContain('… and 5 more')
  })

  it('counts personal data, and tells secrets by line and rule, which it exits with 2 for; it shows neither', async () => {
    // Made here, so that no scanner of a hosting site stops this file.
    const key = ['gh', 'p_', createHash('sha256').update('nobody').digest('hex').slice(0, 36)].join('')
    const row = (text: string) => rows(1).replace('What is 0 plus one?', text)
    const cwd = await folder({
      'personal.jsonl': row('I am jane@example.org') + row('jane@example.org, +1 202 555 0143') + rows(1),
      'secret.jsonl': rows(2) + row(`my token is ${key}`),
    })
    const personal = await anytune(['check', 'personal.jsonl'], { cwd })
    expect(personal.code).toBe(0)
    expect(personal.stdout).toMatch(/personal data +3 in 2 rows \(email 2, phone 1\)\n/)
    const secret = await anytune(['check', 'secret.jsonl'], { cwd })
    expect(secret.code).toBe(2)
    expect(secret.stdout).toMatch(/secrets +1 in one row \(api-key 1\)\n/)
    expect(secret.stdout).toContain('line 3  secret-found  messages[0].content: holds a secret: api-key (github-token)')
    const json = await anytune(['check', 'secret.jsonl', '--json'], { cwd })
    expect(JSON.parse(json.stdout)).toMatchObject({
      accepted: 3,
      scan: { rows: 3, unreadable: 0, secrets: { count: 1, first: [{ line: 3 }] }, personal: { count: 0 } },
    })
    expect(personal.stdout + secret.stdout + json.stdout).not.toMatch(/jane|0143/)
    expect(secret.stdout + json.stdout).not.toContain(key)
  })

  it('refuses a file without rows', async () => {
    const cwd = await folder({ 'empty.jsonl': '\n\n' })
    const { code, stdout } = await anytune(['check', 'empty.jsonl', '--json'], { cwd })
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ examples: 0, blankLines: 2 })
  })

  it.each([
    { what: 'a file that is not there', path: 'missing.jsonl', error: 'not-found' },
    { what: 'a folder', path: '.', error: 'invalid-argument' },
  ])('says that $what cannot be read, and exits with 1', async ({ path, error }) => {
    const cwd = await folder()
    const { code, stdout, stderr } = await anytune(['check', path, '--json'], { cwd })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ file: path, error: { code: error, hint: expect.any(String) } })
    expect(stderr).toContain(`error (${error}):`)
  })

  it('checks every file, and exits with the worst result', async () => {
    const cwd = await folder({ 'good.jsonl': rows(2), 'bad.jsonl': BAD })
    const { code, stdout } = await anytune(['check', 'missing.jsonl', 'bad.jsonl', 'good.jsonl', '--json'], { cwd })
    expect(code).toBe(1)
    expect(jsonLines(stdout)).toMatchObject([
      { file: 'missing.jsonl', error: {} },
      { file: 'bad.jsonl', accepted: 2 },
      { file: 'good.jsonl', accepted: 2 },
    ])
    expect((await anytune(['check', 'good.jsonl', 'bad.jsonl'], { cwd })).code).toBe(2)
  })

  it('reads standard input, beside files', async () => {
    const cwd = await folder({ 'train.jsonl': rows(1) })
    const { code, stdout } = await anytune(['check', 'train.jsonl', '-', '--json'], { cwd, input: rows(3) })
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { file: 'train.jsonl', accepted: 1 },
      { file: '-', container: 'jsonl', accepted: 3 },
    ])
  })

  it('reads tables with a field mapping, and says how a file is packed', async () => {
    const cwd = await folder({ 'faq.csv': 'question;answer\nWhy?;Because.\n' })
    const args = ['check', 'faq.csv', '--map', 'prompt=question', '--map', 'completion=answer']
    expect((await anytune(args, { cwd })).stdout).toMatch(/container +csv\n +format +prompt-completion\n/)
    const tabs = ['check', '-', '--container', 'tsv', '--map', 'prompt=q,completion=a', '--json']
    const { stdout } = await anytune(tabs, { cwd, input: 'q\ta\nWhy?\tBecause.\n' })
    expect(JSON.parse(stdout)).toMatchObject({ container: 'tsv', accepted: 1 })
  })

  it('lists every rejection in a file, without any row', async () => {
    const cwd = await folder({ 'good.jsonl': rows(1), 'bad.jsonl': BAD + '{}\n'.repeat(3000) })
    const args = ['check', 'good.jsonl', 'bad.jsonl', '--rejected', 'rejected.jsonl', '--json']
    const { code, stdout } = await anytune(args, { cwd })
    expect(code).toBe(2)
    expect(jsonLines(stdout)[1]).toMatchObject({ rejected: { count: 3003 } })
    const text = await readFile(join(cwd, 'rejected.jsonl'), 'utf8')
    const listed = jsonLines(text)
    expect(listed).toHaveLength(3003)
    expect(listed[0]).toMatchObject({ file: 'bad.jsonl', line: 3, rule: 'empty-messages', field: 'messages' })
    expect(listed.at(-1)).toMatchObject({ file: 'bad.jsonl', line: 3005, rule: 'missing-key' })
    expect(text).not.toContain(SECRET)
    const again = await anytune(args, { cwd })
    expect(again.code).toBe(9)
    expect((await anytune([...args, '--overwrite'], { cwd })).code).toBe(2)
  })

  it('names the formats when one is asked for that does not exist', async () => {
    const cwd = await folder({ 'train.jsonl': rows(1) })
    const { code, stderr } = await anytune(['check', 'train.jsonl', '--format', 'yaml'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain('openai-chat')
  })

  const gsm8k = fileURLToPath(new URL('../../../../shared/data/gsm8k-chat-train.jsonl', import.meta.url))
  it.skipIf(!existsSync(gsm8k))('accepts all 449 rows of a public dataset (skipped where it is absent)', async () => {
    const { code, stdout } = await anytune(['check', gsm8k, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ examples: 449, accepted: 449, rejected: { count: 0 } })
  })
})
