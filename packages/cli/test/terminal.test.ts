import { spawn, spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anytune, environment, folder, FROM_SOURCE, jsonLines, MEMORY, rows } from './anytune.ts'

// script(1) of util-linux gives a command a terminal; without it these tests cannot be run.
const { stdout: version } = spawnSync('script', ['--version'], { encoding: 'utf8' })
const hasTerminal = /util-linux/.test(version ?? '')

const ENTER = '\r'
const DOWN = '\u001B[B'
const CONTROL_C = '\u0003'
/** What is written before each drawing of the progress. */
const DRAWING = '\u001B[?2026h'
const CONTROL_D = '\u0004'

const tune = ['tune', 'train.jsonl', '--model', 'small', '--epochs', '2']
const files = { 'anytune.yaml': MEMORY, 'train.jsonl': rows(6) }

/** `anytune …` on a terminal of 80 columns; `until` waits for a text after what was waited for before. */
function onTerminal(args: readonly string[], cwd: string) {
  const quoted = [process.execPath, ...FROM_SOURCE, ...args].map((word) => `'${word}'`).join(' ')
  const command = `stty cols 80 rows 30; exec ${quoted}`
  const env = environment({ TERM: 'xterm-256color' })
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  let screen = ''
  let seen = 0
  let look = () => {}
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk
    look()
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return {
    type: (keys: string) => void child.stdin.write(keys),
    screen: () => screen,
    exited,
    until: (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        look = () => {
          const match = typeof text === 'string' ? screen.indexOf(text, seen) : searchFrom(screen, text, seen)
          if (match < 0) return
          seen = match + 1
          look = () => {}
          resolve()
        }
        void exited.then(() => reject(new Error(`ended without ${text}: ${screen.slice(seen)}`)))
        look()
      }),
  }
}

function hasCursor(screen: string): boolean {
  return screen.lastIndexOf('\u001B[?25h') > screen.lastIndexOf('\u001B[?25l')
}

function searchFrom(text: string, pattern: RegExp, from: number): number {
  const at = text.slice(from).search(pattern)
  return at < 0 ? -1 : from + at
}

describe.skipIf(!hasTerminal)('on a terminal (skipped without script(1) of util-linux)', () => {
  it('tune asks, draws its progress, and gives the cursor back', async () => {
    const cwd = await folder(files)
    const terminal = onTerminal(tune, cwd)
    await terminal.until('Start it?')
    terminal.type(ENTER)
    await terminal.until(/█+.*step 12\/12 {2}100 %/)
    await terminal.until(/model +model-/)
    expect(await terminal.exited).toBe(0)
    expect(hasCursor(terminal.screen())).toBe(true)
  })

  it('tune starts nothing when the answer is no, Ctrl-C or Ctrl-D', async () => {
    const cwd = await folder(files)
    for (const answer of ['n', CONTROL_C, CONTROL_D]) {
      const terminal = onTerminal(tune, cwd)
      await terminal.until('Start it?')
      terminal.type(answer)
      expect(await terminal.exited).toBe(130)
      expect(hasCursor(terminal.screen())).toBe(true)
    }
    expect((await anytune(['runs', 'list', '--json'], { cwd })).stdout).toBe('')
  })

  it.each([
    { what: 'leave it running', keys: ENTER, says: 'anytune runs watch' },
    { what: 'cancel it', keys: DOWN + ENTER, says: /cancelled {2}run-/ },
    { what: 'leave it running, by a second Ctrl-C', keys: CONTROL_C, says: 'anytune runs watch' },
    { what: 'leave it running, by Ctrl-D', keys: CONTROL_D, says: 'anytune runs watch' },
  ])('Ctrl-C while watching asks what shall become of the job: $what', async ({ keys, says }) => {
    const cwd = await folder(files)
    const terminal = onTerminal([...tune, '--yes', '--provider', 'slow'], cwd)
    await terminal.until(/Z {2}running/)
    terminal.type(CONTROL_C)
    await terminal.until('What shall become of the run')
    await terminal.until('Go on watching')
    terminal.type(keys)
    await terminal.until(says)
    expect(await terminal.exited).toBe(130)
  })

  it('Ctrl-C while watching can be taken back', async () => {
    const cwd = await folder(files)
    const terminal = onTerminal([...tune, '--yes', '--provider', 'slow'], cwd)
    await terminal.until(/Z {2}running/)
    for (const [keys, then] of [
      [DOWN + DOWN + ENTER, DRAWING],
      [CONTROL_C, 'anytune runs watch'],
    ] as const) {
      terminal.type(CONTROL_C)
      await terminal.until('Go on watching')
      terminal.type(keys)
      await terminal.until(then)
    }
    expect(await terminal.exited).toBe(130)
  })

  it('init asks for the data, its class and the vendor', async () => {
    const cwd = await folder({ 'train.jsonl': rows(2) })
    const terminal = onTerminal(['init'], cwd)
    await terminal.until('Which file')
    terminal.type(ENTER)
    await terminal.until('How sensitive')
    terminal.type(DOWN + ENTER)
    await terminal.until('Which vendor')
    terminal.type(ENTER)
    await terminal.until('anytune tune train.jsonl --model my-model --class confidential')
    expect(await terminal.exited).toBe(0)
    expect(await readFile(join(cwd, 'anytune.config.ts'), 'utf8')).toContain("from '@anytune/local'")

    const again = onTerminal(['init'], cwd)
    await again.until('Write over it?')
    again.type(ENTER)
    expect(await again.exited).toBe(130)
  })

  it('check shows how far a large file is read, and takes it away', async () => {
    const cwd = await folder({ 'train.jsonl': rows(150_000) })
    const terminal = onTerminal(['check', 'train.jsonl'], cwd)
    await terminal.until(/train\.jsonl {2}\S*█.*MiB\/.*%/)
    await terminal.until(/accepted +\S*150,000/)
    expect(await terminal.exited).toBe(0)
    expect(hasCursor(terminal.screen())).toBe(true)
  })

  it('convert leaves nothing behind after Ctrl-C, also while it draws how far it is', async () => {
    const cwd = await folder({ 'train.jsonl': rows(400_000) })
    const terminal = onTerminal(['convert', 'train.jsonl', '--to', 'gemini', '--out', 'out.jsonl'], cwd)
    await terminal.until(/MiB {2}[1-9]\d* %/)
    expect(await readdir(cwd)).toHaveLength(2)
    terminal.type(CONTROL_C)
    expect(await terminal.exited).toBe(130)
    expect(terminal.screen()).toContain('interrupted')
    expect(hasCursor(terminal.screen())).toBe(true)
    expect(await readdir(cwd)).toEqual(['train.jsonl'])
  })

  it('init writes nothing after Ctrl-D', async () => {
    const cwd = await folder()
    const terminal = onTerminal(['init'], cwd)
    await terminal.until('Which file')
    terminal.type(CONTROL_D)
    expect(await terminal.exited).toBe(130)
    expect(hasCursor(terminal.screen())).toBe(true)
    expect(await readdir(cwd)).toEqual([])
  })

  it('chat holds a conversation until /exit, or Ctrl-D', async () => {
    const cwd = await folder({ 'train.jsonl': rows(12) })
    await anytune(['init', '--yes'], { cwd })
    const request = ['--model', 'scratch-tiny', '--epochs', '1', '--yes', '--json']
    const { stdout } = await anytune(['tune', 'train.jsonl', ...request], { cwd })
    const { model } = jsonLines(stdout).at(-1) as { model: string }
    for (const end of ['/exit\r', CONTROL_D]) {
      const terminal = onTerminal(['chat', model, '--max-tokens', '3'], cwd)
      await terminal.until('› ')
      terminal.type(`What is 1 plus one?${ENTER}`)
      await terminal.until('› ')
      terminal.type(end)
      expect(await terminal.exited).toBe(0)
    }
  })
})
