import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, symlinkSync, watch } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anytune, environment, folder, FROM_SOURCE, oneProcess, rows, start } from './anytune.ts'

const SECRET = 'kittens-and-passwords'
const run = oneProcess()

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1)

describe('anytune split', () => {
  it('writes every row to one of the files beside the dataset, and tells rows, size and digest of each', async () => {
    const cwd = await folder({ 'train.jsonl': rows(200) })
    const args = ['split', 'train.jsonl', '--validation', '0.2', '--test', '10%']
    const { code, stdout, stderr } = await run(args, { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^SIDE +ROWS +SIZE +SHA-256 +FILE\ntraining +\d+ +[^]+train-test\.jsonl\n$/)
    const parts = ['training', 'validation', 'test'].map((side) => linesOf(join(cwd, `train-${side}.jsonl`)))
    expect(parts.flat().toSorted()).toEqual(rows(200).split('\n').slice(0, -1).toSorted())
    expect(parts.every((part) => part.length > 5)).toBe(true)
    expect(readdirSync(cwd).toSorted()).toEqual([
      'train-test.jsonl',
      'train-training.jsonl',
      'train-validation.jsonl',
      'train.jsonl',
    ])
  })

  it('a row keeps its side when rows are appended and reordered', async () => {
    const cwd = await folder({
      'train.jsonl': rows(100),
      'grown.jsonl': `${rows(150).split('\n').slice(0, -1).toReversed().join('\n')}\n`,
    })
    for (const name of ['train.jsonl', 'grown.jsonl'])
      expect((await run(['split', name, '--validation', '0.3'], { cwd })).code).toBe(0)
    const before = linesOf(join(cwd, 'train-validation.jsonl'))
    const old = new Set(linesOf(join(cwd, 'train.jsonl')))
    const after = linesOf(join(cwd, 'grown-validation.jsonl')).filter((line) => old.has(line))
    expect(after.toSorted()).toEqual(before.toSorted())
  })

  it('takes numbers of rows, a folder and a seed, and tells all as JSON', async () => {
    const cwd = await folder({ 'train.csv': 'prompt,completion\n"a, b",c\nd,e\nf,g\n', keep: '' })
    const args = ['split', 'train.csv', '--validation', '1', '--seed', 'x', '--json']
    const { code, stdout } = await run(args, { cwd })
    expect(code).toBe(0)
    const bytes = readFileSync(join(cwd, 'train-validation.jsonl'))
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'train.csv',
      seed: 'x',
      together: 'row',
      parts: [
        { side: 'training', rows: 2, file: 'train-training.jsonl' },
        { side: 'validation', rows: 1, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      ],
      rejected: { count: 0, first: [], byRule: {} },
    })
    expect(linesOf(join(cwd, 'train-training.jsonl')).map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ['prompt', 'completion'],
      ['prompt', 'completion'],
    ])
  })

  it('makes the folder when it is not there, and takes it away when nothing is written', async () => {
    const cwd = await folder({ 'train.jsonl': rows(20), 'bad.jsonl': `${rows(9)}{}\n` })
    const args = ['--validation', '5', '--out', 'parts']
    expect((await run(['split', 'bad.jsonl', ...args], { cwd })).code).toBe(2)
    expect(readdirSync(cwd)).toEqual(['bad.jsonl', 'train.jsonl'])
    expect((await run(['split', 'train.jsonl', ...args], { cwd })).code).toBe(0)
    expect(readdirSync(join(cwd, 'parts'))).toEqual(['train-training.jsonl', 'train-validation.jsonl'])
    // What is in it stays.
    expect((await run(['split', 'bad.jsonl', ...args], { cwd })).code).toBe(2)
    expect(readdirSync(join(cwd, 'parts'))).toEqual(['train-training.jsonl', 'train-validation.jsonl'])
  })

  it('a rejected row stops it, unless they are left out; then they are listed, without content', async () => {
    const cwd = await folder({ 'train.jsonl': `${rows(20)}not json ${SECRET}\n` })
    const args = ['split', 'train.jsonl', '--validation', '5', '--json']
    const stopped = await run(args, { cwd })
    expect(stopped.code).toBe(2)
    expect(readdirSync(cwd)).toEqual(['train.jsonl'])
    const skipped = await run([...args, '--skip-rejected'], { cwd })
    expect(skipped.code).toBe(0)
    expect(JSON.parse(skipped.stdout)).toMatchObject({
      rejected: { count: 1, first: [{ line: 21, rule: 'invalid-json' }], byRule: { 'invalid-json': 1 } },
    })
    expect(`${stopped.stdout}${stopped.stderr}${skipped.stdout}`).not.toContain(SECRET)
  })

  it('a file without a row is told as that', async () => {
    const cwd = await folder({ 'empty.jsonl': '\n' })
    const { code, stderr } = await run(['split', 'empty.jsonl', '--validation', '0.1'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('the files have no rows')])
    expect(readdirSync(cwd)).toEqual(['empty.jsonl'])
  })

  it.each([
    [['--validation', '0.1'], /no row falls to (training|validation)/],
    [['--validation', '3'], /leave nothing of 3 rows/],
    [[], /nothing to divide by/],
    [['--validation', '1.5'], /share such as/],
    [['--validation', '0.6', '--test', '0.6'], /leave rows for training/],
    [['--validation', '0.5', '--together', 'moon'], /row, prompt, instructions/],
    [['--validation', '0.5', '--from', 'moon'], /no format "moon"/],
    [
      ['--validation', '0.5', '--out', 'absent/deeper'],
      /absent\/deeper\/train-training\.jsonl cannot be written \(ENOENT\)/,
    ],
  ])('%s of 3 rows is refused, and nothing is written', async (flags, message) => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const { code, stderr } = await run(['split', 'train.jsonl', ...flags], { cwd })
    expect([code, message.test(stderr)], stderr).toEqual([3, true])
    expect(readdirSync(cwd)).toEqual(['train.jsonl'])
  })

  it('replaces files only when told to', async () => {
    const cwd = await folder({ 'train.jsonl': rows(20), 'train-training.jsonl': 'mine' })
    const args = ['split', 'train.jsonl', '--validation', '5']
    expect((await run(args, { cwd })).code).toBe(9)
    expect(readFileSync(join(cwd, 'train-training.jsonl'), 'utf8')).toBe('mine')
    expect((await run([...args, '--overwrite'], { cwd })).code).toBe(0)
    expect(linesOf(join(cwd, 'train-training.jsonl'))).toHaveLength(15)
  })

  it('reads standard input', async () => {
    const cwd = await folder()
    const { code } = await anytune(['split', '-', '--validation', '0.4'], { cwd, input: rows(30) })
    expect([code, readdirSync(cwd).toSorted()]).toEqual([0, ['rows-training.jsonl', 'rows-validation.jsonl']])
  })

  it('reads flat rows by a mapping of their fields', async () => {
    const cwd = await folder({ 'faq.csv': 'q,a\n1,2\n3,4\n5,6\n' })
    const args = ['split', 'faq.csv', '--map', 'prompt=q,completion=a', '--validation', '1']
    expect((await run(args, { cwd })).code).toBe(0)
    expect(linesOf(join(cwd, 'faq-validation.jsonl'))[0]).toMatch(/^\{"prompt":"\d","completion":"\d"\}$/)
  })

  it('a file that is not there is said', async () => {
    const cwd = await folder()
    expect((await run(['split', 'absent.jsonl', '--validation', '5'], { cwd })).code).toBe(9)
  })
})

describe('the list of rejected rows', () => {
  const bad = `${rows(9)}not json ${SECRET}\n${'{"messages":[]}\n'.repeat(3000)}`
  const commands = [
    ['split', 'train.jsonl', '--validation', '0.3'],
    ['select', 'train.jsonl', '--out', 'out.jsonl'],
    ['select', 'train.jsonl', '--out', 'out.jsonl', '--dedupe', '--sample', '5', '--shuffle'],
  ]
  const expected = [
    { file: 'train.jsonl', line: 10, rule: 'invalid-json' },
    ...Array.from({ length: 3000 }, (_, index) => ({ file: 'train.jsonl', line: 11 + index })),
  ]

  it.each(commands)('%s %s %s %s is whole and once, whether they stop it or are left out', async (...command) => {
    const cwd = await folder({ 'train.jsonl': bad })
    const listed = () => linesOf(join(cwd, 'bad.jsonl')).map((line): unknown => JSON.parse(line))
    const stopped = await run([...command, '--rejected', 'bad.jsonl'], { cwd })
    expect([stopped.code, readdirSync(cwd)]).toEqual([2, ['bad.jsonl', 'train.jsonl']])
    expect(stopped.stderr).toContain('3,001 rows are rejected')
    expect(listed()).toMatchObject(expected)
    const skipping = [...command, '--rejected', 'bad.jsonl', '--skip-rejected']
    expect((await run(skipping, { cwd })).code).toBe(9)
    expect((await run([...skipping, '--overwrite'], { cwd })).code).toBe(0)
    expect(listed()).toMatchObject(expected)
    expect(readFileSync(join(cwd, 'bad.jsonl'), 'utf8')).not.toContain(SECRET)
  })

  it.each([
    ['split', 'train.jsonl', '--validation', '0.3', '--rejected', './train-training.jsonl'],
    ['select', 'train.jsonl', '--out', 'out.jsonl', '--rejected', 'out.jsonl'],
    ['convert', 'train.jsonl', '--to', 'gemini', '--out', 'out.jsonl', '--rejected', 'same/out.jsonl'],
  ])('%s %s %s %s: it never takes the place of the rows', async (...command) => {
    const cwd = await folder({ 'train.jsonl': bad })
    symlinkSync(cwd, join(cwd, 'same'), 'junction')
    const { code, stderr } = await run([...command, '--skip-rejected', '--overwrite'], { cwd })
    expect([code, stderr]).toEqual([3, expect.stringContaining('is where the rows are written')])
    expect(readdirSync(cwd)).toEqual(['same', 'train.jsonl'])
  })
})

describe('anytune select', () => {
  it('merges files without duplicates, and says where each and its first are', async () => {
    const spaced = rows(2).replaceAll('":', '" : ')
    const cwd = await folder({ 'one.jsonl': rows(3), 'two.jsonl': `${spaced}${rows(5)}` })
    const args = ['select', 'one.jsonl', 'two.jsonl', '--dedupe', '--out', 'all.jsonl']
    const { code, stdout } = await run([...args, '--json'], { cwd })
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'all.jsonl'), 'utf8')).toBe(rows(5))
    expect(JSON.parse(stdout)).toMatchObject({
      files: ['one.jsonl', 'two.jsonl'],
      out: { file: 'all.jsonl', format: 'openai-chat', rows: 5, bytes: rows(5).length },
      duplicates: {
        count: 5,
        first: [
          { file: 'two.jsonl', line: 1, of: { file: 'one.jsonl', line: 1 } },
          { file: 'two.jsonl', line: 2, of: { file: 'one.jsonl', line: 2 } },
          { file: 'two.jsonl', line: 3 },
          { file: 'two.jsonl', line: 4 },
          { file: 'two.jsonl', line: 5 },
        ],
      },
    })
    const again = await run([...args, '--overwrite'], { cwd })
    expect(again.stdout).toMatch(/^all\.jsonl\n {2}rows +5\n {2}duplicates +5 left out\n {2}format +openai-chat\n/)
  })

  it('draws exactly so many, and shuffles: the same rows and the same order for the same seed', async () => {
    const cwd = await folder({ 'train.jsonl': rows(50), 'other.jsonl': rows(50).split('\n').toReversed().join('\n') })
    const select = async (file: string, out: string, seed: string) => {
      const args = ['select', file, '--sample', '20', '--shuffle', '--seed', seed, '--out', out]
      expect((await run(args, { cwd })).code).toBe(0)
      return linesOf(join(cwd, out))
    }
    const drawn = await select('train.jsonl', 'a.jsonl', 's')
    expect(new Set(drawn).size).toBe(20)
    expect(await select('other.jsonl', 'b.jsonl', 's')).toEqual(drawn)
    expect(await select('train.jsonl', 'c.jsonl', 't')).not.toEqual(drawn)
  })

  it('writes another format, and refuses what that cannot say by file and line', async () => {
    const cwd = await folder({ 'train.jsonl': rows(2), 'flat.jsonl': '{"prompt":"p","completion":"c"}\n' })
    const bedrock = ['select', 'train.jsonl', '--to', 'bedrock-conversation-2024', '--out', 'bedrock.jsonl']
    expect((await run(bedrock, { cwd })).code).toBe(0)
    expect(linesOf(join(cwd, 'bedrock.jsonl'))[0]).toContain('"schemaVersion":"bedrock-conversation-2024"')
    const mixed = ['select', 'train.jsonl', 'flat.jsonl', '--out', 'mixed.jsonl']
    const stopped = await run(mixed, { cwd })
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toMatch(
      /1 row is rejected: nothing was written\n {2}flat\.jsonl line 1 {2}not-representable/,
    )
    expect(existsSync(join(cwd, 'mixed.jsonl'))).toBe(false)
    const skipped = await run([...mixed, '--skip-rejected'], { cwd })
    expect(skipped.stdout).toMatch(/^1 rejected row was left out\n {2}flat\.jsonl line 1 {2}not-representable/m)
  })

  it.each([
    [['--sample', '4'], 3],
    [['--sample', '0'], 3],
    [['--to', 'moon'], 3],
  ])('%s of 3 rows is refused, and nothing is written', async (flags, expected) => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    expect((await run(['select', 'train.jsonl', '--out', 'out.jsonl', ...flags], { cwd })).code).toBe(expected)
    expect(readdirSync(cwd)).toEqual(['train.jsonl'])
  })

  it('never replaces what it reads', async () => {
    const cwd = await folder({ 'train.jsonl': rows(3) })
    const args = ['select', 'train.jsonl', '--shuffle', '--out', './train.jsonl', '--overwrite']
    expect((await run(args, { cwd })).code).toBe(3)
    expect(readFileSync(join(cwd, 'train.jsonl'), 'utf8')).toBe(rows(3))
  })

  it('of a file without rows writes none', async () => {
    const cwd = await folder({ 'empty.jsonl': '\n' })
    expect((await run(['select', 'empty.jsonl', '--out', 'out.jsonl'], { cwd })).code).toBe(2)
    expect(readdirSync(cwd)).toEqual(['empty.jsonl'])
  })

  it.skipIf(process.platform === 'win32')('Ctrl-C leaves nothing behind', async () => {
    const cwd = await folder({ 'train.jsonl': rows(400_000) })
    const child = start(['select', 'train.jsonl', '--dedupe', '--out', 'out.jsonl'], { cwd })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    // The unfinished file is there as soon as reading begins.
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const watcher = watch(cwd, (_event, name) => {
      if (name?.endsWith('.unfinished')) begin()
    })
    await begun
    watcher.close()
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(readdirSync(cwd)).toEqual(['train.jsonl'])
  })
})

it.skipIf(process.platform === 'win32')('a write that fails half way leaves nothing behind', async () => {
  const cwd = await folder({ 'train.jsonl': rows(5000) })
  // The shell's limit on the size of files, in blocks, stands for a disk that becomes full.
  const limited = `ulimit -f 64; exec "$0" "$@"`
  const args = ['-c', limited, process.execPath, ...FROM_SOURCE, 'select', 'train.jsonl', '--out', 'out.jsonl']
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile('sh', args, { cwd, env: environment() }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    )
  })
  expect([code, stderr]).toEqual([3, expect.stringContaining('out.jsonl cannot be written (EFBIG)')])
  expect(readdirSync(cwd)).toEqual(['train.jsonl'])
})
