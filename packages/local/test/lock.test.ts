import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock, isLocked } from '../src/lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anytune-lock-'))
  path = join(folder, 'runner.lock')
  await writeFile(path, '')
})
afterEach(() => rm(folder, { recursive: true }))

const LOCK = fileURLToPath(new URL('../src/lock.ts', import.meta.url))

describe('the lock of a runner', () => {
  it('is held by one process, seen by others, and ends with its process', async () => {
    const script = `import { acquireLock } from ${JSON.stringify(LOCK)}
      acquireLock(${JSON.stringify(path)})
      process.stdout.write('held')
      setInterval(() => {}, 1000)`
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    expect(isLocked(path)).toBe(true)
    expect(acquireLock(path, 0)).toBeUndefined()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(isLocked(path)).toBe(false)
    expect(await readdir(folder)).toEqual(['runner.lock'])
  })

  it('can be taken again after it was released', () => {
    const lock = acquireLock(path)
    expect(lock).toBeDefined()
    expect(isLocked(path)).toBe(true)
    lock?.release()
    expect(isLocked(path)).toBe(false)
    acquireLock(path)?.release()
  })
})
