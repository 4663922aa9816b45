import { describe, expect, it } from 'vitest'
import { createTuner, memoryJournal, type Tuner } from '@anytune/core'
import { memory } from '@anytune/core/memory'
import { readAccount } from '../../src/doctor/read-account.ts'
import { fullAccount } from './full-account.ts'

const NEVER = new AbortController().signal

describe('reading an account', () => {
  it('reads 300 models and 40 deployments to the end, and does nothing but read', async () => {
    const { driver, tuner, run } = await fullAccount({ models: 300, deployments: 40 })
    const { models, deployments, jobs, datasets, runs } = await readAccount(tuner, NEVER)
    for (const [reading, count] of [
      [models, 300],
      [deployments, 40],
      [jobs, 300],
      [datasets, 1],
      [runs, 1],
    ] as const) {
      expect(reading.state).toBe('read')
      expect(new Set(reading.items.map(({ id }) => id)).size).toBe(count)
      expect(reading.items).toHaveLength(count)
    }
    expect(runs.items[0]?.id).toBe(run)
    const counted = Object.entries(Object.groupBy(driver.calls, ({ operation }) => operation))
    expect(Object.fromEntries(counted.map(([operation, calls]) => [operation, calls.length]))).toEqual({
      'datasets.list': 1,
      'jobs.list': 3,
      'models.list': 3,
      'deployments.list': 1,
    })
  })

  it('goes on through refusals for being too fast, and loses nothing', async () => {
    const { driver, tuner } = await fullAccount({ models: 120, deployments: 2 })
    const tooFast = { code: 'rate-limited', reached: 'yes', status: 429, retryAfterMs: 3 } as const
    driver.fail({ operation: 'models.list', when: 'before', error: tooFast, times: 2 })
    driver.fail({ operation: 'jobs.list', when: 'after', error: tooFast })
    driver.fail({ operation: 'deployments.list', when: 'after' })
    const { models, jobs, deployments } = await readAccount(tuner, NEVER)
    expect([models.items.length, jobs.items.length, deployments.items.length]).toEqual([120, 120, 2])
    expect([models.state, jobs.state, deployments.state]).toEqual(['read', 'read', 'read'])
  })

  it('keeps what it read of a list that breaks off, with the reason, and reads the others', async () => {
    const { driver, tuner } = await fullAccount({ models: 120, deployments: 2 })
    const { models } = driver
    const broken: typeof driver = {
      ...driver,
      models: {
        ...models,
        list: (query, context) =>
          query.after === undefined ? models.list(query, context) : Promise.reject(new Error('no second page')),
      },
    }
    const half = createTuner(broken, { journal: memoryJournal(), retry: { attempts: 1, firstMs: 1, maximumMs: 1 } })
    await tuner.close()
    const account = await readAccount(half, NEVER)
    expect(account.models).toMatchObject({ state: 'could-not-read', error: { code: 'unknown' } })
    expect(account.models.items).toHaveLength(100)
    expect(account.deployments.items).toHaveLength(2)
  })

  it('tells a list that the provider does not have from one that is empty', async () => {
    const { models: _models, deployments: _deployments, ...bare } = memory()
    const tuner = createTuner(bare, { journal: memoryJournal() })
    const account = await readAccount(tuner as unknown as Tuner, NEVER)
    expect(account.models).toEqual({ state: 'not-offered', items: [] })
    expect(account.deployments.state).toBe('not-offered')
    expect(account.jobs).toEqual({ state: 'read', items: [] })
  })

  it('fails with the reason when nothing at all can be read', async () => {
    const driver = memory()
    const refused = { code: 'unauthenticated', reached: 'yes', status: 401 } as const
    for (const kind of ['datasets', 'jobs', 'models', 'deployments'] as const)
      driver.fail({ operation: `${kind}.list`, when: 'before', error: refused })
    const tuner = createTuner(driver, { journal: memoryJournal() })
    await expect(readAccount(tuner as unknown as Tuner, NEVER)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('ends with the abort of the caller', async () => {
    const { tuner } = await fullAccount({ models: 1, deployments: 0 })
    const reason = new Error('enough')
    await expect(readAccount(tuner, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
