import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment, FROM_SOURCE } from '../test/anytune.ts'

const MEGABYTE = 1_000_000
const ROWS = Array.from({ length: 1000 }, (_, index) =>
  index === 500
    ? '{"messages":[]}'
    : JSON.stringify({
        messages: [
          { role: 'user', content: `question ${index} ${'about something '.repeat(index % 60)}` },
          { role: 'assistant', content: `answer ${index} ${'with many words '.repeat(index % 70)}` },
        ],
      }),
)
const BLOCK = Buffer.from(`${ROWS.join('\n')}\n`)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anytune-large-'))
  await write('small.jsonl', 20 * MEGABYTE)
  await write('large.jsonl', 1000 * MEGABYTE)
}, 120_000)
afterAll(() => rm(folder, { recursive: true }))

function write(name: string, bytes: number): Promise<void> {
  const blocks = function* () {
    for (let written = 0; written < bytes; written += BLOCK.length) yield BLOCK
  }
  return pipeline(blocks, createWriteStream(join(folder, name)))
}

/** Prints at its end the most memory that the process had. */
const TELLS_MEMORY = `--import=data:text/javascript,${encodeURIComponent(
  `import { readFileSync } from 'node:fs'
   process.on('exit', () => console.error(/VmHWM:.*/.exec(readFileSync('/proc/self/status', 'utf8'))[0]))`,
)}`

async function check(name: string, whenStarted?: (kill: () => void) => void) {
  const args = [TELLS_MEMORY, ...FROM_SOURCE, 'check', name, '--json', '--rejected', 'rejected.jsonl', '--overwrite']
  const child = spawn(process.execPath, args, { cwd: folder, env: environment() })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  whenStarted?.(() => child.kill('SIGINT'))
  const code = await new Promise((resolve) => child.on('exit', resolve))
  return { code, stdout, stderr, megabytes: Number(/VmHWM:\s*(\d+)/.exec(stderr)?.[1]) / 1000 }
}

const proc = existsSync('/proc/self/status')
describe.skipIf(!proc)('anytune check of a gigabyte (skipped without /proc)', () => {
  it('counts every row, in hardly more memory than 20 MB take', async () => {
    const small = await check('small.jsonl')
    const large = await check('large.jsonl')
    const { size } = await stat(join(folder, 'large.jsonl'))
    const blocks = size / BLOCK.length
    expect(JSON.parse(large.stdout)).toMatchObject({
      bytes: size,
      accepted: 999 * blocks,
      rejected: { count: blocks, byRule: { 'empty-messages': blocks } },
    })
    expect({ small: small.code, large: large.code }).toEqual({ small: 2, large: 2 })
    expect(large.megabytes - small.megabytes).toBeLessThan(100)
    await rm(join(folder, 'rejected.jsonl'))
  })

  it('that is stopped by Ctrl-C leaves nothing behind', async () => {
    const before = await readdir(folder)
    const stopped = await check('large.jsonl', (kill) => {
      const seen = async (): Promise<void> => {
        // The unfinished list of rejected rows is on the disk.
        if ((await readdir(folder)).length > before.length) kill()
        else setImmediate(() => void seen())
      }
      void seen()
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toContain('interrupted')
    expect(await readdir(folder)).toEqual(before)
  })
})
