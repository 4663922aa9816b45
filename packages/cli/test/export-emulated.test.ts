import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { EmulatorAccount, Exchange } from '@anytune/emulator'
import { describe, expect, it } from 'vitest'
import type { ExportManifest } from '../src/export/export-account.ts'
import { environment, FROM_SOURCE, jsonLines, oneProcess, start } from './anytune.ts'
import { changes, emulatedAccount } from './doctor/emulated-account.ts'

const NOW = '2026-12-20T10:00:00Z'
const SECRET = 'kittens-and-passwords'
const run = oneProcess()

/** Jobs that have ended in every way, files that no job has, and models. */
function fill(account: EmulatorAccount, jobs: number) {
  const rows = (index: number) =>
    Array.from({ length: 10 }, (_, row) => {
      const messages = [
        { role: 'user', content: `${SECRET} ${index}.${row}` },
        { role: 'assistant', content: `answer ${row}` },
      ]
      return `${JSON.stringify({ messages })}\n`
    }).join('')
  const ends = ['succeeded', 'failed', 'cancelled'] as const
  account.seed({
    jobs: Array.from({ length: jobs }, (_, index) => ({ end: ends[index % 3], content: rows(index), daysAgo: 2 })),
    files: Array.from({ length: 3 }, (_, index) => ({ filename: `mine-${index}.jsonl`, content: rows(100 + index) })),
    models: 4,
  })
}

async function manifestIn(to: string): Promise<ExportManifest> {
  return JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8'))
}

/** Every file that the account serves is there once, with its bytes, and nothing else is. */
async function expectWhole(account: EmulatorAccount, to: string): Promise<ExportManifest> {
  const manifest = await manifestIn(to)
  expect(manifest).toMatchObject({ complete: true, gone: [], unreadable: [] })
  for (const { path, sha256 } of manifest.files) {
    const content = await readFile(join(to, path))
    expect([path, createHash('sha256').update(content).digest('hex')]).toEqual([path, sha256])
  }
  const there = (await readdir(to, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  expect(there.map(({ name }) => name).filter((name) => name.startsWith('.unfinished'))).toEqual([])
  expect(there.filter(({ name }) => !name.startsWith('.') && name !== 'manifest.json')).toHaveLength(
    manifest.files.filter(({ path }) => !path.endsWith('manifest.json')).length,
  )
  const served = new Set(contentReads(account).map(({ path }) => path))
  expect(manifest.files.filter(({ path }) => path.startsWith('files/'))).toHaveLength(served.size)
  return manifest
}

function contentReads(account: EmulatorAccount): readonly Exchange[] {
  return account.requests().filter(({ operation }) => operation === 'files.content')
}

/** Reads of a file's content beyond the first that came through. */
function readTwice(account: EmulatorAccount): number {
  const whole = contentReads(account).filter(({ status, fault }) => status === 200 && fault === undefined)
  return whole.length - new Set(whole.map(({ path }) => path)).size
}

describe('anytune export --all on an emulated OpenAI account', () => {
  it('copies everything under refusals, resets, cut and foreign answers: complete, nothing twice, and nothing but reads', async () => {
    const { emulator, account, cwd } = await emulatedAccount('openai', new Date(NOW))
    fill(account, 9)
    emulator.faults.add(
      { operation: 'jobs.list', kind: 'rate-limit' },
      { operation: 'jobs.get', kind: 'reset', after: 2 },
      { operation: 'jobs.events', kind: 'reset', when: 'after', after: 1 },
      { operation: 'jobs.checkpoints', kind: 'not-json', after: 1 },
      { operation: 'files.get', kind: 'status', status: 500, after: 3 },
      { operation: 'files.content', kind: 'truncate', after: 1, times: 2 },
      { operation: 'files.content', kind: 'rate-limit', after: 3 },
      { operation: 'models.list', kind: 'reset' },
    )
    const { code, stdout, stderr } = await run(['export', '--all', '--to', 'out', '--json'], { cwd, now: NOW })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(emulator.faults.pending()).toEqual([])
    expect(changes(account)).toEqual([])
    expect(readTwice(account)).toBe(0)
    const manifest = await expectWhole(account, join(cwd, 'out'))
    expect(manifest.jobs).toHaveLength(9)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ complete: true, incomplete: 0, unreadable: 0 })

    const results = manifest.files.filter(({ servedAs }) => servedAs === 'base64')
    expect(results.length).toBeGreaterThan(0)
    for (const { path } of results) {
      expect(path).toMatch(/\.csv$/)
      expect(await readFile(join(cwd, 'out', path), 'utf8')).toMatch(/^step,train_loss/)
    }
    const before = account.requests().length
    const again = await run(['export', '--all', '--to', 'out'], { cwd, now: NOW })
    expect(again.code).toBe(0)
    const more = account.requests().slice(before)
    expect(new Set(more.map(({ operation }) => operation))).toEqual(new Set(['jobs.list', 'models.list', 'files.list']))
  })

  it('says what is gone and keeps the rest, and puts content into files alone', async () => {
    const { account, emulator, cwd } = await emulatedAccount('openai', new Date(NOW))
    fill(account, 2)
    emulator.faults.add({ operation: 'files.content', kind: 'status', status: 404, times: 1 })
    const { code, stdout, stderr } = await run(['export', '--all', '--to', 'out'], { cwd, now: NOW })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^job ftjob-\S+: .*; gone: training file-\S+$/m)
    expect(stdout).not.toContain(SECRET)
    const { files } = await manifestIn(join(cwd, 'out'))
    for (const { path } of files.filter((file) => !file.path.startsWith('files/')))
      expect(await readFile(join(cwd, 'out', path), 'utf8')).not.toContain(SECRET)
    const key = account.env('openai')['OPENAI_API_KEY'] ?? ''
    for (const { path } of files) expect(await readFile(join(cwd, 'out', path), 'utf8')).not.toContain(key)
  })

  it('goes on after its process was killed at any request, and reads at most the file in hand twice', async () => {
    const { emulator, account, cwd } = await emulatedAccount('openai', new Date(NOW))
    fill(account, 4)
    const env = account.env('openai')
    for (const [index, dying] of [1, 5, 8, 11, 14, 19].entries()) {
      const to = `out-${index}`
      const child = start(['export', '--all', '--to', to], { cwd, env })
      const died = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
      const first = account.requests().length
      // The answer is not out yet: what the process had in hand is lost with it.
      const stopListening = emulator.onRequest((phase, { number }) => {
        if (phase === 'after' && number > first && account.requests().length - first >= dying) child.kill('SIGKILL')
      })
      expect(await died).toBe('SIGKILL')
      stopListening()
      const { code, stderr } = await run(['export', '--all', '--to', to], { cwd, now: NOW })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const mine = new Set(account.requests().slice(first))
      const reads = contentReads(account).filter((request) => mine.has(request))
      expect(reads.length - new Set(reads.map(({ path }) => path)).size).toBeLessThanOrEqual(1)
      await expectWhole(account, join(cwd, to))
    }
  })

  it('ends with Ctrl-C, says how to go on, and leaves what it copied', async () => {
    const { emulator, account, cwd } = await emulatedAccount('openai', new Date(NOW))
    fill(account, 2)
    emulator.faults.add({ operation: 'files.content', kind: 'hang', after: 1 })
    const child = start(['export', '--all', '--to', 'out', '--json'], { cwd, env: account.env('openai') })
    // Once: a second Ctrl-C ends the process at once.
    const stopListening = emulator.onRequest((_phase, { operation }) => {
      if (operation !== 'files.content' || contentReads(account).length !== 2) return
      stopListening()
      child.kill('SIGINT')
    })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    expect(await exited).toBe(130)
    expect(stderr).toContain('to go on: anytune export --all --to out')
    expect(jsonLines(stdout).at(-1)).toEqual({ interrupted: { next: 'anytune export --all --to out' } })
    expect(await manifestIn(join(cwd, 'out'))).toMatchObject({ complete: false })
    const { code } = await run(['export', '--all', '--to', 'out'], { cwd, now: NOW })
    expect(code).toBe(0)
    await expectWhole(account, join(cwd, 'out'))
  })

  it.skipIf(process.platform === 'win32')(
    'says that the disk takes no more, with no half file, and goes on later',
    async () => {
      const { account, cwd } = await emulatedAccount('openai', new Date(NOW))
      const content = `${JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(200) }] })}\n`.repeat(2500)
      account.seed({ files: [{ filename: 'large.jsonl', content }] })
      // A limit on the length of a file stands for a full disk: no write beyond it is taken.
      const limited = [process.execPath, ...FROM_SOURCE, 'export', '--all', '--to', 'out']
      const child = spawn('sh', ['-c', 'ulimit -f 512; exec "$0" "$@"', ...limited], {
        cwd,
        env: environment(account.env('openai')),
      })
      const stderr = await text(child.stderr)
      expect(stderr).toMatch(/^error \(invalid-argument\): out cannot be written \((?:EFBIG|ENOSPC)\)\nhint: ./)
      expect(await readdir(join(cwd, 'out'), { recursive: true })).not.toContain('files')
      const { code } = await run(['export', '--all', '--to', 'out'], { cwd, now: NOW })
      expect(code).toBe(0)
      await expectWhole(account, join(cwd, 'out'))
    },
  )
})
