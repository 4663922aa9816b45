import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, open, readdir, readFile, stat, watch, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { anytune, environment, folder, FROM_SOURCE, jsonLines, rows, start, told } from './anytune.ts'

const hasBash = existsSync('/bin/bash')
const SECRET = 'kittens-and-passwords'
const FAQ = `id,question,answer\n1,"What is\n""2+2""?",4\n2,é 日本,\u{1F600}\n`
const BROKEN = `${FAQ}3,${SECRET}\n4,"${SECRET}"x,y\n5,Why?,Because.\n`
const MAP = ['--map', 'prompt=question,completion=answer']
const CONVERTED =
  String.raw`{"prompt":"What is\n\"2+2\"?","completion":"4"}` + '\n{"prompt":"é 日本","completion":"\u{1F600}"}\n'

describe('anytune convert', () => {
  it('writes rows of a table to standard output, and what it did to standard error', async () => {
    const cwd = await folder({ 'faq.csv': FAQ })
    const { code, stdout, stderr } = await anytune(['convert', 'faq.csv', ...MAP, '--to', 'prompt-completion'], { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: CONVERTED })
    expect(stderr).toMatch(/standard output\n +rows +2\n +format +prompt-completion\n/)
  })

  it('writes a file, and tells its size and digest', async () => {
    const cwd = await folder({ 'faq.csv': FAQ })
    const args = ['convert', 'faq.csv', ...MAP, '--to', 'prompt-completion', '--out', 'train.jsonl', '--json']
    const { code, stdout } = await anytune(args, { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      files: ['faq.csv'],
      out: { file: 'train.jsonl', format: 'prompt-completion', rows: 2, bytes: Buffer.byteLength(CONVERTED) },
      rejected: { count: 0, first: [], byRule: {} },
    })
    expect(await readFile(join(cwd, 'train.jsonl'), 'utf8')).toBe(CONVERTED)
  })

  it('reads standard input, also compressed, and files one after the other', async () => {
    const cwd = await folder({ 'first.json': `[${rows(2).trim().replace('\n', ',\n')}]` })
    await writeFile(join(cwd, 'last.jsonl.gz'), gzipSync(rows(1)))
    const args = ['convert', 'first.json', '-', 'last.jsonl.gz', '--to', 'openai-chat', '--out', 'all.jsonl']
    const { code } = await anytune(args, { cwd, input: rows(3) })
    expect(code).toBe(0)
    expect(await readFile(join(cwd, 'all.jsonl'), 'utf8')).toBe(rows(2) + rows(3) + rows(1))
  })

  it.skipIf(!hasBash)('reads what a shell gives for <(…) (skipped without bash)', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const command = '"$@" --to openai-chat --out out.jsonl <(cat train.jsonl) <(gzip -c train.jsonl)'
    const args = ['-c', command, 'bash', process.execPath, ...FROM_SOURCE, 'convert']
    const child = spawn('/bin/bash', args, { cwd, env: environment(), stdio: 'ignore' })
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0)
    expect(await readFile(join(cwd, 'out.jsonl'), 'utf8')).toBe(rows(3) + rows(3))
  })

  it('cuts a plain text into rows as asked', async () => {
    const cwd = await folder({ 'book.txt': 'One,\ntwo.\n\nThree.\n' })
    const textRows = async (...unit: readonly string[]) =>
      jsonLines((await anytune(['convert', 'book.txt', '--to', 'text', ...unit], { cwd })).stdout).map(
        ({ text }) => text,
      )
    expect(await textRows()).toEqual(['One,\ntwo.', 'Three.'])
    expect(await textRows('--text-unit', 'line')).toEqual(['One,', 'two.', 'Three.'])
    expect(await textRows('--text-unit', 'document')).toEqual(['One,\ntwo.\n\nThree.\n'])
  })

  it('writes nothing when rows are rejected, and lists them all in a file', async () => {
    const cwd = await folder({ 'faq.csv': BROKEN })
    const args = ['convert', 'faq.csv', ...MAP, '--to', 'prompt-completion', '--out', 'train.jsonl']
    const { code, stderr } = await anytune([...args, '--rejected', 'bad.jsonl'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('2 of 5 rows cannot be written as prompt-completion')
    expect(stderr).toContain('faq.csv line 5  ragged-row')
    expect((await readdir(cwd)).toSorted()).toEqual(['bad.jsonl', 'faq.csv'])
    const listed = await readFile(join(cwd, 'bad.jsonl'), 'utf8')
    expect(jsonLines(listed)).toMatchObject([
      { file: 'faq.csv', line: 5, rule: 'ragged-row' },
      { file: 'faq.csv', line: 6, rule: 'broken-record' },
    ])
    expect(stderr + listed).not.toContain(SECRET)
  })

  it('leaves rejected rows out when told to, counted and listed', async () => {
    const cwd = await folder({ 'faq.csv': BROKEN })
    const args = ['convert', 'faq.csv', ...MAP, '--to', 'prompt-completion', '--out', 'train.jsonl', '--skip-rejected']
    const { code, stdout } = await anytune([...args, '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      out: { rows: 3 },
      rejected: { count: 2, first: [{ file: 'faq.csv', line: 5 }, { line: 6 }], byRule: { 'ragged-row': 1 } },
    })
  })

  it('stops at the first rejected row on the way to standard output', async () => {
    const cwd = await folder({ 'faq.csv': BROKEN })
    const args = ['convert', 'faq.csv', ...MAP, '--to', 'prompt-completion', '--rejected', 'bad.jsonl']
    const { code, stderr } = await anytune(args, { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('a row cannot be written as prompt-completion')
    expect(jsonLines(await readFile(join(cwd, 'bad.jsonl'), 'utf8'))).toMatchObject([{ line: 5 }])
  })

  it('tells how a table of questions and answers becomes conversations', async () => {
    const cwd = await folder({ 'faq.csv': FAQ })
    const args = ['convert', 'faq.csv', ...MAP, '--to', 'openai-chat']
    const refused = await anytune(args, { cwd })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('if the rows are questions and answers, name their format: flat')
    const { code, stdout } = await anytune([...args, '--from', 'flat'], { cwd })
    expect(code).toBe(0)
    expect(jsonLines(stdout)[1]).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: '\u{1F600}' }],
    })
  })

  it('with --skip-rejected lists why no row is left', async () => {
    const cwd = await folder({ 'train.jsonl': rows(2) })
    for (const command of ['convert', 'select']) {
      const args = [command, 'train.jsonl', '--to', 'text', '--skip-rejected', '--out', 'x']
      const { code, stderr } = await anytune(args, { cwd })
      expect(code).toBe(2)
      expect(stderr).toMatch(/no row to write(.|\n)*line 2 {2}not-representable(.|\n)*hint: mend the rows listed/)
    }
  })

  it('names the feature that the target lacks, and formats that have it', async () => {
    const cwd = await folder({ 'train.jsonl': rows(1) })
    const { code, stderr } = await anytune(['convert', 'train.jsonl', '--to', 'prompt-completion', '--out', 'x'], {
      cwd,
    })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /train\.jsonl line 1 {2}not-representable .*cannot be written as prompt-completion; formats that can say it: /,
    )
  })

  it.each([
    ['a file that is not there', ['missing.jsonl', '--to', 'text', '--out', 'x'], 9, 'not-found'],
    ['a folder', ['.', '--to', 'text', '--out', 'x'], 3, 'regular file'],
    ['no rows', ['empty.jsonl', '--to', 'text', '--out', 'x'], 2, 'no row to write'],
    ['a format that does not exist', ['faq.csv', '--to', 'yaml'], 3, 'openai-chat'],
    ['a container that does not exist', ['faq.csv', '--to', 'text', '--container', 'xlsx'], 3, 'jsonl'],
    ['a mapping that is none', ['faq.csv', '--to', 'text', '--map', 'prompt'], 3, 'key=field'],
    [
      'a key that is mapped twice',
      ['faq.csv', '--to', 'text', '--map', 'text=question', '--map', 'text=answer'],
      3,
      'mapped twice',
    ],
    ['a field that is not there', ['faq.csv', '--to', 'text', '--map', 'text=quastion', '--out', 'x'], 2, '"quastion"'],
    [
      'a file that is there',
      ['faq.csv', ...MAP, '--to', 'prompt-completion', '--out', 'empty.jsonl'],
      9,
      '--overwrite',
    ],
    [
      'a device',
      ['faq.csv', ...MAP, '--to', 'prompt-completion', '--out', '/dev/null', '--overwrite'],
      3,
      'regular file',
    ],
    ['the file that is read', ['faq.csv', '--to', 'text', '--out', 'faq.csv', '--overwrite'], 3, 'is read'],
    ['rows and result in one stream', ['faq.csv', '--to', 'text', '--json'], 3, '--out FILE'],
    ['standard input twice', ['-', '-', '--to', 'text'], 3, 'twice'],
    ['a compressed file cut short', ['cut.jsonl.gz', '--to', 'openai-chat', '--out', 'x'], 2, 'ends before'],
  ])('%s is refused, and nothing is written', async (_what, args, expected, says) => {
    const cwd = await folder({ 'faq.csv': FAQ, 'empty.jsonl': '\n' })
    await writeFile(join(cwd, 'cut.jsonl.gz'), gzipSync(rows(5)).subarray(0, 60))
    const before = await readdir(cwd)
    const { code, stdout, stderr } = await anytune(['convert', ...args], { cwd })
    expect(code).toBe(expected)
    expect(stderr + stdout).toContain(says)
    expect(await readdir(cwd)).toEqual(before)
    expect(await readFile(join(cwd, 'faq.csv'), 'utf8')).toBe(FAQ)
  })

  it('gives rows that stay in their format back byte for byte, by way of a pipe and gzip', async () => {
    const cwd = await folder({ 'train.jsonl': rows(500) })
    const { stdout } = await anytune(['convert', 'train.jsonl', '--to', 'openai-chat'], { cwd })
    await writeFile(join(cwd, 'again.gz'), gzipSync(stdout))
    const again = await anytune(['convert', 'again.gz', '--to', 'openai-chat'], { cwd })
    expect(again.stdout).toBe(rows(500))
    expect(gunzipSync(await readFile(join(cwd, 'again.gz'))).toString()).toBe(rows(500))
  })
})

describe('anytune convert, stopped', () => {
  it('by Ctrl-C leaves nothing behind, also while it waits for standard input', async () => {
    const cwd = await folder()
    const child = start(['convert', '-', '--to', 'openai-chat', '--out', 'train.jsonl', '--rejected', 'bad.jsonl'], {
      cwd,
    })
    const stderr = told(child.stderr, /interrupted/)
    // It ends before it has taken all.
    child.stdin.on('error', () => {})
    child.stdin.write(rows(50_000))
    // The first rows are on the disk, under another name.
    await unfinished(cwd)
    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect({ code, stderr: await stderr }).toEqual({ code: 130, stderr: 'interrupted\n' })
    expect(await readdir(cwd)).toEqual([])
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing behind', async (signal) => {
    const cwd = await folder({ 'train.jsonl': rows(400_000) })
    const child = start(['convert', 'train.jsonl', '--to', 'gemini', '--out', 'out.jsonl'], { cwd })
    await unfinished(cwd)
    child.kill(signal)
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect(code).toBe(130)
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
  })

  it('by a file that grows meanwhile leaves nothing behind', async () => {
    const cwd = await folder({ 'train.jsonl': rows(200_000) })
    const child = start(['convert', 'train.jsonl', '--to', 'openai-chat', '--out', 'out.jsonl'], { cwd })
    const stderr = told(child.stderr, /hint/)
    await unfinished(cwd)
    await appendFile(join(cwd, 'train.jsonl'), rows(1))
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect(code).toBe(3)
    expect(await stderr).toContain('changed while it was read')
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
  })

  it.skipIf(!hasBash)('by a disk that takes no more leaves nothing behind (skipped without bash)', async () => {
    const cwd = await folder({ 'train.jsonl': rows(20_000) })
    const { code, stderr } = await onSmallDisk(
      ['convert', 'train.jsonl', '--to', 'openai-chat', '--out', 'out.jsonl'],
      cwd,
    )
    expect(code).toBe(3)
    expect(stderr).toContain('out.jsonl cannot be written (EFBIG)')
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
  })

  it.skipIf(!hasBash)(
    'by a disk that takes no more lists no part of the rejected rows (skipped without bash)',
    async () => {
      const files = { 'first.jsonl': `${rows(1)}${'[]\n'.repeat(20_000)}`, 'last.jsonl': rows(1) }
      for (const command of [['check'], ['convert', '--to', 'openai-chat', '--skip-rejected', '--out', 'out.jsonl']]) {
        const cwd = await folder(files)
        const { code, stderr } = await onSmallDisk([...command, ...Object.keys(files), '--rejected', 'bad.jsonl'], cwd)
        expect(code).toBe(3)
        expect(stderr.match(/cannot be written|error/g)).toEqual(['error', 'cannot be written'])
        expect(await readdir(cwd)).toEqual(Object.keys(files))
      }
    },
  )

  it.skipIf(!existsSync('/dev/full'))(
    'by a full disk under standard output says so (skipped without /dev/full)',
    async () => {
      const cwd = await folder({ 'train.jsonl': rows(2000) })
      const full = await open('/dev/full', 'w')
      const child = spawn(process.execPath, [...FROM_SOURCE, 'convert', 'train.jsonl', '--to', 'openai-chat'], {
        cwd,
        env: environment(),
        stdio: ['ignore', full.fd, 'pipe'],
      })
      const stderr = told(child.stderr!, /hint/)
      const code = await new Promise((resolve) => child.on('exit', resolve))
      await full.close()
      expect(code).toBe(1)
      expect(await stderr).toContain('standard output cannot be written (ENOSPC)')
    },
  )
})

/**
 * Runs `anytune …` where no file grows beyond 64 KiB. With its signal ignored, that limit is what a full disk is to the
 * writer: an error of write(2).
 */
async function onSmallDisk(args: readonly string[], cwd: string) {
  const command = 'trap "" XFSZ; ulimit -f 64; exec "$@"'
  const child = spawn('/bin/bash', ['-c', command, 'bash', process.execPath, ...FROM_SOURCE, ...args], {
    cwd,
    env: environment(),
  })
  const stderr = told(child.stderr, /hint/)
  child.stdout.resume()
  const code = await new Promise((resolve) => child.on('exit', resolve))
  return { code, stderr: await stderr }
}

/** Resolves once the folder holds a file that is being written and has something in it. */
async function unfinished(cwd: string): Promise<void> {
  const begun = async () => {
    for (const name of await readdir(cwd)) {
      const found = name.endsWith('.unfinished') ? await stat(join(cwd, name)).catch(() => undefined) : undefined
      if (found !== undefined && found.size > 0) return true
    }
    return false
  }
  const changes = watch(cwd)
  if (await begun()) return
  for await (const _change of changes) if (await begun()) return
}
