import { describe, expect, it } from 'vitest'
import { DatasetError } from '../../src/index.ts'
import { startWorkers } from '../../src/inspect/worker-pool.ts'
import { errorOf } from '../support.ts'

const url = new URL('./ending.worker.ts', import.meta.url)

describe('threads that end before their time', () => {
  it.each([
    ['exit', 'exit code 3'],
    ['throw', 'Error'],
  ])('%s is an error of every task that waits and of every one that comes', { timeout: 30_000 }, async (how, said) => {
    const pool = startWorkers<string, string>({ url, workerData: how }, 1, undefined)
    expect(await pool.run('first', [])).toBe('first')
    const waiting = [errorOf(pool.run('second', [])), errorOf(pool.run('third', []))]
    const later = Promise.all(waiting).then(() => errorOf(pool.run('fourth', [])))
    for (const error of [...(await Promise.all(waiting)), await later]) {
      expect(error).toBeInstanceOf(DatasetError)
      expect(error).toMatchObject({ code: 'worker', message: expect.stringContaining(said) })
      expect(String(error) + JSON.stringify(error)).not.toContain('Zq7secretXk')
      expect(error).not.toHaveProperty('cause')
    }
    await pool.close()
  })

  it('a script that cannot be started is an error as well', { timeout: 30_000 }, async () => {
    const nowhere = new URL('./nowhere.worker.ts', import.meta.url)
    const pool = startWorkers<string, string>({ url: nowhere, workerData: undefined }, 2, undefined)
    expect(await errorOf(pool.run('first', []))).toMatchObject({ code: 'worker' })
    await pool.close()
  })

  it('an abort rejects what waits, though a thread never answers', { timeout: 30_000 }, async () => {
    const controller = new AbortController()
    const pool = startWorkers<string, string>({ url, workerData: 'silent' }, 1, controller.signal)
    await pool.run('first', [])
    const waiting = errorOf(pool.run('second', []))
    controller.abort('enough')
    expect(await waiting).toBe('enough')
    await pool.close()
  })
})
