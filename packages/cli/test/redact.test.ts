import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anytune, folder, rows, start } from './anytune.ts'

/** Made here, so that no scanner of a hosting site stops this file. */
const KEY = ['gh', 'p_', createHash('sha256').update('nobody').digest('hex').slice(0, 36)].join('')

function row(text: string, more: object = {}): string {
  return `${JSON.stringify({ prompt: text, completion: 'ok', ...more })}\n`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('anytune redact', () => {
  it('writes a file with placeholders, and says what it took out and both digests', async () => {
    const before = row('I am jane@example.org') + row(`Jane@example.org has ${KEY}`) + row('hello')
    const cwd = await folder({ 'train.jsonl': before })
    const { code, stdout, stderr } = await anytune(['redact', 'train.jsonl', '--out', 'clean.jsonl', '--json'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    const after = await readFile(join(cwd, 'clean.jsonl'), 'utf8')
    expect(after).toBe(row('I am <EMAIL_1>') + row('<EMAIL_1> has <API_KEY_1>') + row('hello'))
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'train.jsonl',
      out: 'clean.jsonl',
      before: { bytes: Buffer.byteLength(before), sha256: sha256(before) },
      after: { bytes: Buffer.byteLength(after), sha256: sha256(after) },
      rows: 3,
      changedRows: 2,
      replaced: { count: 3, rows: 2, byKind: { email: 2, 'api-key': 1 } },
      values: 2,
      left: { count: 0 },
      rejected: { count: 0, first: [], byRule: {} },
    })
    expect(stdout).not.toMatch(/jane|ghp/i)
    const again = await anytune(['redact', 'clean.jsonl', '--out', 'again.jsonl', '--json'], { cwd })
    expect(JSON.parse(again.stdout)).toMatchObject({ changedRows: 0, after: { sha256: sha256(after) } })
  })

  it('takes out the kinds and classes asked for', async () => {
    const cwd = await folder({ 'train.jsonl': row(`jane@example.org +1 202 555 0143 ${KEY}`) })
    const { stdout } = await anytune(['redact', 'train.jsonl', '--out', 'a.jsonl', '--kinds', 'secret,phone'], { cwd })
    expect(await readFile(join(cwd, 'a.jsonl'), 'utf8')).toBe(row('jane@example.org <PHONE_1> <API_KEY_1>'))
    expect(stdout).toMatch(/taken out +2 in one row \(phone 1, api-key 1\)/)
    const unknown = await anytune(['redact', 'train.jsonl', '--out', 'b.jsonl', '--kinds', 'names'], { cwd })
    expect(unknown.code).toBe(3)
    expect(unknown.stderr).toContain('possible-secret')
  })

  it('finds telephone numbers of regions that are named', async () => {
    const cwd = await folder({ 'train.jsonl': row('ruf an: 01713920012') })
    await anytune(['redact', 'train.jsonl', '--out', 'a.jsonl'], { cwd })
    expect(await readFile(join(cwd, 'a.jsonl'), 'utf8')).toContain('01713920012')
    expect(
      (await anytune(['redact', 'train.jsonl', '--out', 'b.jsonl', '--phone-regions', 'DE,FR'], { cwd })).code,
    ).toBe(0)
    expect(await readFile(join(cwd, 'b.jsonl'), 'utf8')).toBe(row('ruf an: <PHONE_1>'))
    for (const regions of ['Germany', 'DE,XX', '']) {
      const strange = await anytune(['redact', 'train.jsonl', '--out', 'c.jsonl', '--phone-regions', regions], { cwd })
      expect(strange.code).toBe(3)
      expect(strange.stderr).toContain('two letters of a country')
    }
  })

  it('exits with 2 when something is left in keys or numbers, and says where', async () => {
    const cwd = await folder({ 'train.jsonl': row('p', { 'jane@example.org': 4111111111111111 }) })
    const { code, stdout } = await anytune(['redact', 'train.jsonl', '--out', 'a.jsonl'], { cwd })
    expect(code).toBe(2)
    expect(stdout).toMatch(/left +2 in one row \(email 1, card 1\), in keys and numbers/)
    expect(stdout).toContain('line 1  card-number  *')
    expect(stdout).not.toMatch(/jane|4111/)
  })

  it('writes nothing when a row cannot be looked into, unless rejected rows may be left out', async () => {
    const cwd = await folder({ 'train.jsonl': `${row('hello')}jane@example.org\n${row('jane@example.org')}` })
    const failed = await anytune(['redact', 'train.jsonl', '--out', 'a.jsonl'], { cwd })
    expect(failed.code).toBe(2)
    expect(failed.stderr).toContain('line 2')
    expect(failed.stderr).not.toContain('jane')
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
    const skipped = await anytune(['redact', 'train.jsonl', '--out', 'a.jsonl', '--skip-rejected', '--json'], { cwd })
    expect(skipped.code).toBe(0)
    expect(JSON.parse(skipped.stdout)).toMatchObject({ rows: 2, rejected: { count: 1, first: [{ line: 2 }] } })
    expect(await readFile(join(cwd, 'a.jsonl'), 'utf8')).toBe(row('hello') + row('<EMAIL_1>'))
  })

  it('replaces neither its source nor, unasked, any other file', async () => {
    const cwd = await folder({ 'train.jsonl': row('jane@example.org'), 'there.jsonl': 'mine' })
    expect((await anytune(['redact', 'train.jsonl', '--out', 'train.jsonl', '--overwrite'], { cwd })).code).toBe(3)
    expect((await anytune(['redact', 'train.jsonl', '--out', 'there.jsonl'], { cwd })).code).not.toBe(0)
    expect(await readFile(join(cwd, 'train.jsonl'), 'utf8')).toBe(row('jane@example.org'))
    expect(await readFile(join(cwd, 'there.jsonl'), 'utf8')).toBe('mine')
    expect((await anytune(['redact', 'train.jsonl', '--out', 'there.jsonl', '--overwrite'], { cwd })).code).toBe(0)
    expect(await readFile(join(cwd, 'there.jsonl'), 'utf8')).toBe(row('<EMAIL_1>'))
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const cwd = await folder({ 'train.jsonl': rows(200_000) })
    const child = start(['redact', 'train.jsonl', '--out', 'clean.jsonl'], { cwd })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    while (!(await readdir(cwd)).some((name) => name.endsWith('.unfinished'))) await new Promise(setImmediate)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
  })

  it('writes the rows of a table, one a line', async () => {
    const cwd = await folder({ 'train.csv': 'question,answer\nwho?,"jane@example.org, of course"\n' })
    expect((await anytune(['redact', 'train.csv', '--out', 'clean.jsonl'], { cwd })).code).toBe(0)
    expect(await readFile(join(cwd, 'clean.jsonl'), 'utf8')).toBe(
      '{"question":"who?","answer":"<EMAIL_1>, of course"}\n',
    )
  })

  it('does not take standard input, which can be read once', async () => {
    const cwd = await folder()
    const { code, stderr } = await anytune(['redact', '-', '--out', 'clean.jsonl'], { cwd, input: row('hello') })
    expect(code).toBe(3)
    expect(stderr).toContain('save it in a file')
    expect(await readdir(cwd)).toEqual([])
  })

  it('needs to be told where to write', async () => {
    const cwd = await folder({ 'train.jsonl': row('hello') })
    const { code, stderr } = await anytune(['redact', 'train.jsonl'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain('--out')
  })
})
