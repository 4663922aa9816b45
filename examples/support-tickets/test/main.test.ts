import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const EXAMPLE = join(import.meta.dirname, '..')

/** A copy of the example with few tickets, so that the whole of it takes seconds; it lies where its packages are found. */
let copy: string

beforeAll(async () => {
  await mkdir(join(EXAMPLE, '.anytune'), { recursive: true })
  copy = await mkdtemp(join(EXAMPLE, '.anytune', 'test-'))
  for (const name of ['main.ts', 'anytune.config.ts', 'package.json', 'src']) {
    await cp(join(EXAMPLE, name), join(copy, name), { recursive: true })
  }
  await firstLines('train.jsonl', 20)
  await firstLines('held-out.jsonl', 4)
})

afterAll(async () => {
  await rm(copy, { recursive: true, force: true })
})

describe('the main job', () => {
  it(
    'checks, plans, trains, evaluates and reports, with one line of JSON for programs',
    { timeout: 120_000 },
    async () => {
      const { stdout, stderr, code } = await run(['--json', '--seed', '3'])
      expect(stderr).not.toMatch(/error/i)
      expect(code).toBe(0)
      expect(stdout.trimEnd().split('\n')).toHaveLength(1)

      const result: unknown = JSON.parse(stdout)
      const share = expect.toSatisfy((value: unknown) => typeof value === 'number' && value >= 0 && value <= 1)
      expect(result).toEqual({
        heldOut: {
          examples: 4,
          exactBefore: share,
          exactAfter: share,
          validJsonAfter: share,
          fieldAccuracyAfter: share,
          fields: { category: share, product: share, urgency: share },
          baselineExact: share,
        },
        train: { examples: 20, exactAfter: share },
        seconds: expect.any(Number),
        report: join(copy, '.anytune', 'report.html'),
        seed: 3,
        model: expect.stringMatching(/^local-/),
      })

      expect(stderr).toContain('train.jsonl: 20 tickets, 0 rejected')
      expect(stderr).toContain('nothing: no row leaves this computer')
      expect(stderr).toMatch(/step \d+\/\d+ {2}loss [\d.]+ · [\d,]+ tokens\/s/)
      expect(stderr).toMatch(/validation loss [\d.]+/)
      expect(stderr).toMatch(/nearest neighbour +100\.0 %/)
      expect(stderr).toContain('This is a rehearsal')
      expect(stderr).toContain('Nothing left this computer')
      expect(stderr).toMatch(/anytune"? chat local-/)
      expect(await readFile(join(copy, '.anytune', 'report.html'), 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
    },
  )

  it('cancels the training on Ctrl-C, and says so', { timeout: 120_000 }, async () => {
    const program = start([])
    let said = ''
    const { stdout } = program
    stdout.setEncoding('utf8').on('data', (part: string) => {
      const before = said
      said += part
      // In the midst of the training.
      if (!before.includes('step 2/') && said.includes('step 2/')) program.kill('SIGINT')
    })
    const [stderr, [code]] = await Promise.all([text(program.stderr), once(program, 'close')])
    expect(stderr).toMatch(/^\s*cancelled: the training \S+ was stopped\s*$/)
    expect(code).toBe(130)
    expect(said).not.toContain('Evaluate')
    expect(said).toMatch(/cancelled/)
  })

  it('refuses what it does not understand, for people and for programs', async () => {
    const wrong = await run(['--sede', '1', '--json'])
    expect(wrong.code).toBe(3)
    expect(wrong.stderr).toMatch(/^\s*error \(invalid-argument\): .*--sede/)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'invalid-argument' } })
  })

  it('prints help', async () => {
    const { stdout, stderr, code } = await run(['--help'])
    expect(stdout).toContain('--seed N')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('names the line of a ticket that is none, and starts nothing', async () => {
    const path = join(copy, 'held-out.jsonl')
    const good = await readFile(path, 'utf8')
    await writeFile(path, `${good}{"messages":[]}\n`)
    try {
      const { stdout, stderr, code } = await run([])
      expect(stderr).toMatch(/error \(dataset-invalid\): line 5 of held-out\.jsonl/)
      expect(stdout).not.toContain('Train')
      expect(code).toBe(2)
    } finally {
      await writeFile(path, good)
    }
  })
})

async function firstLines(name: string, count: number): Promise<void> {
  const lines = (await readFile(join(EXAMPLE, name), 'utf8')).split('\n').slice(0, count)
  await writeFile(join(copy, name), `${lines.join('\n')}\n`)
}

function start(args: readonly string[]) {
  // Colours and another provider would come from the environment of whoever runs the tests.
  const { FORCE_COLOR: _color, ANYTUNE_PROVIDER: _provider, ...env } = process.env
  return spawn(process.execPath, ['--conditions=@anytune/source', join(copy, 'main.ts'), ...args], {
    cwd: copy,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function run(args: readonly string[]) {
  const program = start(args)
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close') as Promise<[number | null]>,
  ])
  return { stdout, stderr, code }
}
