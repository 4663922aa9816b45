import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function start(...words: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=@anytune/source', MAIN, ...words], { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let standardError = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (standardError += text))
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, standardError }))
  return { child, exited, lines: createInterface(child.stdout) }
}

describe('the command', { timeout: 60_000 }, () => {
  it('prints one line of JSON when it is ready, with faults from a file, and ends when it is told to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anytune-emulator-test-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const faults = join(folder, 'faults.json')
    await writeFile(faults, JSON.stringify([{ operation: 'models.list', kind: 'status', status: 500 }]))
    const { child, exited, lines } = start('--vendors', 'openai', '--port', '0', '--faults', faults, '--json')
    const told: string[] = []
    lines.on('line', (line) => told.push(line))
    await once(lines, 'line')
    const { env, urls } = JSON.parse(told[0] ?? '') as { env: Record<string, string>; urls: Record<string, string> }
    expect(Object.keys(env)).toEqual(['OPENAI_API_KEY', 'OPENAI_BASE_URL'])
    expect(env['OPENAI_BASE_URL']).toBe(`${urls['openai']}/v1`)
    const headers = { authorization: `Bearer ${env['OPENAI_API_KEY']}` }
    const models = async () => (await fetch(`${env['OPENAI_BASE_URL']}/models`, { headers })).status
    expect([await models(), await models()]).toEqual([500, 200])
    child.kill('SIGTERM')
    expect(await exited).toEqual({ code: 0, standardError: '' })
    expect(told).toHaveLength(1)
  })

  it('prints what to export for people', async () => {
    const { child, exited, lines } = start('--vendors', 'openai')
    const told: string[] = []
    for await (const line of lines) {
      told.push(line)
      if (line.startsWith('Stop')) child.kill('SIGINT')
    }
    expect(told[0]).toMatch(/^openai at http:\/\/127\.0\.0\.1:\d+$/)
    expect(told).toContainEqual(expect.stringMatching(/^export OPENAI_API_KEY='emulator-key-[0-9a-f]{12}'$/))
    expect((await exited).code).toBe(0)
  })

  it.each([
    [['--colour'], "Unknown option '--colour'"],
    [['--vendors', 'acme'], 'there is no vendor "acme"'],
    [['--port', 'http'], '--port must be a number'],
    [['--engine', 'steam'], '--engine must be one of: schedule, local'],
    [['--clock', 'sun'], '--clock must be one of: system, driven'],
    [['--faults', '/nowhere/faults.json'], 'cannot be read'],
  ])('refuses %o and says why', async (words, reason) => {
    const { exited } = start(...words)
    expect(await exited).toEqual({ code: 2, standardError: expect.stringContaining(reason) })
  })

  it('explains itself', async () => {
    const { exited, lines } = start('--help')
    const told = await Array.fromAsync(lines)
    expect(told[0]).toBe('Usage: anytune-emulator [options]')
    expect((await exited).code).toBe(0)
  })
})
