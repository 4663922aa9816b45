import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteJournal } from '../src/operation/sqlite-journal.ts'

const module = new URL('../src/operation/sqlite-journal.ts', import.meta.url).href
const OPENED = {
  type: 'opened',
  kind: 'deploy',
  profile: 'p',
  provider: 'acme',
  scope: 's',
  model: 'm',
  options: {},
} as const

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'anytune-journal-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** Another process with the same journal. */
function script(body: string): string[] {
  const source = `
    const { sqliteJournal } = await import(${JSON.stringify(module)})
    const journal = sqliteJournal(${JSON.stringify(directory)})
    ${body}`
  return ['--conditions=@anytune/source', '--input-type=module', '--eval', source]
}

describe('the journal on disk', () => {
  it('keeps entries in order, and lists operations newest first', async () => {
    const journal = sqliteJournal(directory)
    await journal.create('run-a', OPENED)
    await journal.create('run-b', OPENED)
    await journal.append('run-a', { type: 'begun', step: 'job', key: 'k' })
    await journal.append('run-a', { type: 'done', step: 'job', id: 'j' })
    await journal.close()

    const reopened = sqliteJournal(directory)
    expect((await reopened.read('run-a')).map(({ entry }) => entry.type)).toEqual(['opened', 'begun', 'done'])
    expect(await reopened.list()).toEqual(['run-b', 'run-a'])
    expect(await reopened.read('run-c')).toEqual([])
    await reopened.close()
  })

  it('erases what was saved for one step, and only that', async () => {
    const journal = sqliteJournal(directory)
    await journal.create('run-a', OPENED)
    await journal.append('run-a', { type: 'saved', step: 'training', state: { url: 'https://session' } })
    await journal.append('run-a', { type: 'saved', step: 'validation', state: { url: 'https://other' } })
    await journal.forget('run-a', 'training')
    expect((await journal.read('run-a')).map(({ entry }) => entry)).toEqual([
      OPENED,
      { type: 'saved', step: 'training', state: null },
      { type: 'saved', step: 'validation', state: { url: 'https://other' } },
    ])
    await journal.close()
  })

  it.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
    const journal = sqliteJournal(directory)
    await journal.create('run-a', OPENED)
    expect(statSync(join(directory, 'journal.db')).mode & 0o077).toBe(0)
    await journal.close()
  })

  it('refuses the same id twice, and entries of an operation that is not there', async () => {
    const journal = sqliteJournal(directory)
    await journal.create('run-a', OPENED)
    await expect(journal.create('run-a', OPENED)).rejects.toMatchObject({ code: 'already-exists' })
    await expect(journal.append('run-x', OPENED)).rejects.toMatchObject({ code: 'not-found' })
    expect(await journal.read('run-a')).toHaveLength(1)
    await journal.close()
  })

  it('takes the writes of several processes at once without losing one', async () => {
    const journal = sqliteJournal(directory)
    await journal.create('run-a', OPENED)
    const writer = script(`
      for (let n = 0; n < 40; n++) await journal.append('run-a', { type: 'saved', step: 'job', state: n })
      await journal.close()`)
    const run = promisify(execFile)
    const results = await Promise.all([1, 2, 3].map(() => run(process.execPath, writer)))
    expect(results.map(({ stderr }) => stderr)).toEqual(['', '', ''])
    expect(await journal.read('run-a')).toHaveLength(121)
    await journal.close()
  })

  it('holds a claim against other processes, and loses it when its process is killed', async () => {
    const holder = spawn(
      process.execPath,
      script(`await journal.claim('run-a'); console.log('held'); setInterval(() => {}, 1000)`),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(holder.stdout, 'data')
    const journal = sqliteJournal(directory)
    await expect(journal.claim('run-a')).rejects.toMatchObject({ code: 'failed-precondition' })

    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const claim = await journal.claim('run-a')
    await expect(journal.claim('run-a')).rejects.toMatchObject({ code: 'failed-precondition' })
    await claim.release()
    await (await journal.claim('run-a')).release()
    await journal.close()
  })

  it('says which directory cannot be used', async () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    await expect(sqliteJournal(join(file, 'below')).list()).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(file) as string,
    })
  })

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'names a directory that is read-only',
    async () => {
      chmodSync(directory, 0o500)
      await expect(sqliteJournal(directory).create('run-a', OPENED)).rejects.toMatchObject({ code: 'configuration' })
      chmodSync(directory, 0o700)
    },
  )

  it('touches nothing before its first use', async () => {
    const place = join(directory, 'later')
    const journal = sqliteJournal(place)
    await journal.close()
    const { existsSync } = await import('node:fs')
    expect(existsSync(place)).toBe(false)
  })
})
