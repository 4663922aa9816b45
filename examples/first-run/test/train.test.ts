import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const EXAMPLE = join(import.meta.dirname, '..')
const PROGRAM = join(EXAMPLE, 'train.ts')

/** Where the program runs: with the dataset, and with room for journals and models. */
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-run-'))
  await cp(join(EXAMPLE, 'train.jsonl'), join(folder, 'train.jsonl'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the first program', () => {
  it('runs on the test double, which answers with what it was taught', async () => {
    const said = await run('memory')
    expect(said).toMatch(/^memory: training dataset: 24 rows.*leaves this computer: nothing\n/)
    expect(said).toContain('succeeded')
    expect(said).toMatch(/says that an apple is a fruit\n$/)
  })

  it('runs unchanged on this computer, and really trains', { timeout: 120_000 }, async () => {
    const said = await run('local')
    expect(said).toMatch(/^local: training dataset: 24 rows.*leaves this computer: nothing\n/)
    // 24 rows in batches of 16, 20 times.
    expect(said).toMatch(/\nsucceeded 40\n/)
    expect(said).toMatch(/\nlocal-scratch-tiny-\S+ says that an apple is a [^]*\n$/)
  })

  it('is as short as it says', async () => {
    const lines = (await readFile(PROGRAM, 'utf8')).split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(lines.join('\n')).not.toMatch(/\b(?:local|memory)\b/)
  })
})

async function run(provider: string): Promise<string> {
  const env = { ...process.env, ANYTUNE_PROVIDER: provider }
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@anytune/source', PROGRAM], {
    cwd: folder,
    env,
  })
  return stdout
}
