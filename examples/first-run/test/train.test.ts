import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEmulator, type Emulator } from '@anytune/emulator'
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

  describe('on vendors, emulated', () => {
    let emulator: Emulator

    beforeAll(async () => {
      emulator = await startEmulator({ vendors: ['openai', 'azure'], engine: 'local' })
    }, 60_000)

    afterAll(() => emulator.close())

    it.each(['openai', 'azure'] as const)(
      'runs unchanged on %s, where its rows are really trained on',
      async (vendor) => {
        const account = emulator.account()
        const said = await run(vendor, account.env(vendor))
        expect(said).toMatch(
          new RegExp(`^${vendor}: training dataset: 24 rows.*leaves this computer: training dataset`),
        )
        expect(said).toMatch(/\nsucceeded/)
        expect(said).toMatch(/gpt-4\.1-mini-2025-04-14\S* says that an apple is a [^]*\n$/)
        const asked = account.requests().filter(({ operation }) => operation === 'jobs.create')
        expect(asked).toHaveLength(1)
        expect(account.requests().flatMap(({ emulatorFailure }) => emulatorFailure ?? [])).toEqual([])
      },
      120_000,
    )
  })

  it('is as short as it says', async () => {
    const lines = (await readFile(PROGRAM, 'utf8')).split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(lines.join('\n')).not.toMatch(/\b(?:local|memory|openai|azure)\b/)
  })
})

async function run(provider: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...process.env, ...more, ANYTUNE_PROVIDER: provider }
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@anytune/source', PROGRAM], {
    cwd: folder,
    env,
  })
  return stdout
}
