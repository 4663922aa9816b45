import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { anytune, environment, folder, FROM_SOURCE, jsonLines, MEMORY, rows } from './anytune.ts'

const files = { 'anytune.yaml': MEMORY, 'train.jsonl': rows(6) }
const tune = ['tune', 'train.jsonl', '--model', 'small', '--yes', '--json']

/** Runs `anytune …` with this as its standard output; `closed` is a pipe that nobody reads. */
function writingTo(stdout: number | 'closed', args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [...FROM_SOURCE, ...args], {
    cwd,
    env: environment(),
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  })
  // At once: long before the command has anything to say.
  child.stdout?.destroy()
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stderr })),
  )
}

describe('a standard output that nobody reads any more', () => {
  it('is nothing wrong for a command that has said all', async () => {
    const cwd = await folder(files)
    expect(await writingTo('closed', ['check', 'train.jsonl'], cwd)).toEqual({ code: 0, stderr: '' })
  })

  it('ends a conversion quietly, whose reader has seen enough', async () => {
    const cwd = await folder({ 'train.jsonl': rows(20_000) })
    const convert = ['convert', 'train.jsonl', '--to', 'gemini']
    expect(await writingTo('closed', convert, cwd)).toEqual({ code: 0, stderr: '' })
  })

  it('stops a start as Ctrl-C does, and what was begun is named', async () => {
    const cwd = await folder(files)
    const { code, stderr } = await writingTo('closed', tune, cwd)
    expect(code).toBe(130)
    const { stdout } = await anytune(['runs', 'list', '--json'], { cwd })
    for (const { id } of jsonLines(stdout)) expect(stderr).toContain(`anytune runs resume ${String(id)}`)
  })
})

describe.skipIf(!existsSync('/dev/full'))('a full disk under standard output (skipped without /dev/full)', () => {
  it.each([{ args: ['check', 'train.jsonl'] }, { args: tune }])('is said, without a stack: $args', async ({ args }) => {
    const full = await open('/dev/full', 'w')
    try {
      const { code, stderr } = await writingTo(full.fd, args, await folder(files))
      expect(code).toBe(1)
      expect(stderr).toMatch(/^error \(unknown\): standard output cannot be written \(ENOSPC\)\nhint: /)
      expect(stderr).not.toMatch(/^\s+at /m)
    } finally {
      await full.close()
    }
  })
})
