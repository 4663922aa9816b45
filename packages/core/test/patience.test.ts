import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCalls } from '../src/calls.ts'
import { createTuner, memoryJournal } from '../src/index.ts'
import { pauseMs } from '../src/retry.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
const RETRY = { attempts: 2, firstMs: 1, maximumMs: 2 }

function tunerOn(driver: MemoryDriver) {
  return createTuner(driver, { journal: memoryJournal(), retry: RETRY })
}

async function submitted() {
  const driver = memory({ store: memoryStore() })
  const tuner = tunerOn(driver)
  const run = await tuner.start(await tuner.plan(REQUEST))
  return { driver, id: (await run.job()).id }
}

async function drained(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

describe('a provider that wants to be asked less often', () => {
  it('does not end a watch', async () => {
    const { driver, id } = await submitted()
    const error = { code: 'rate-limited', reached: 'yes' } as const
    driver.fail({ operation: 'jobs.get', when: 'before', times: 7, error })
    await drained(tunerOn(driver).jobs.watch(id))
    expect((await tunerOn(driver).jobs.get(id)).status).toBe('succeeded')
  })

  it('and names no pause, or none to speak of, gets one all the same', () => {
    const policy = { attempts: 5, firstMs: 1000, maximumMs: 4000 }
    for (const told of [undefined, 0, 1]) expect(pauseMs(policy, 1, told)).toBeGreaterThanOrEqual(500)
    expect(pauseMs(policy, 1, 60_000)).toBe(60_000)
  })

  it('is not asked before it said', async () => {
    const { driver, id } = await submitted()
    const error = { code: 'rate-limited', reached: 'yes', retryAfterMs: 180_000 } as const
    driver.fail({ operation: 'jobs.get', when: 'before', error })
    const before = driver.calls.length
    const watching = drained(tunerOn(driver).jobs.watch(id, { deadlineMs: 100 }))
    await expect(watching).rejects.toMatchObject({ code: 'timeout' })
    expect(driver.calls.length - before).toBe(1)
  })
})

/** Each look at the provider takes a minute of a clock that nobody waits for. */
function minuteByMinute(): { pass(): void; minutes(): number } {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  let minutes = 0
  return {
    pass() {
      minutes += 1
      vi.setSystemTime(Date.now() + 60_000)
    },
    minutes: () => minutes,
  }
}

describe('what never comes to its end', () => {
  it('is a dataset that never gets ready: it is waited for, and not for ever', async () => {
    const driver = memory({ store: memoryStore() })
    const clock = minuteByMinute()
    const get: MemoryDriver['datasets']['get'] = async (id, context) => {
      clock.pass()
      return { ...(await driver.datasets.get(id, context)), status: 'processing', rawStatus: 'uploaded' }
    }
    const tuner = tunerOn({ ...driver, datasets: { ...driver.datasets, get } })
    await expect(tuner.start(await tuner.plan(REQUEST))).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('"uploaded"') as string,
    })
    expect(clock.minutes()).toBeGreaterThan(20)
    expect(driver.calls.map(({ operation }) => operation)).not.toContain('jobs.create')
  })

  it('is a deployment that never serves: the error says that it may cost', async () => {
    const driver = memory({ store: memoryStore() })
    const tuner = tunerOn(driver)
    const { id: model } = await (await tuner.start(await tuner.plan(REQUEST))).model()
    const clock = minuteByMinute()
    const get: MemoryDriver['deployments']['get'] = async (id, context) => {
      clock.pass()
      return { ...(await driver.deployments.get(id, context)), status: 'creating', rawStatus: 'starting' }
    }
    const slow = tunerOn({ ...driver, deployments: { ...driver.deployments, get } })
    await expect(slow.models.open(model).deploy()).rejects.toMatchObject({
      code: 'timeout',
      hint: expect.stringContaining('may cost') as string,
    })
    expect(clock.minutes()).toBeGreaterThan(50)
  })

  it('is what a driver waits for in one operation: that is left once, and not begun again', async () => {
    const clock = minuteByMinute()
    const calls = createCalls(memory({ store: memoryStore() }), RETRY)
    const waiting = calls.read('deployments.delete', ({ until }) =>
      until(() => {
        clock.pass()
        return Promise.resolve(undefined)
      }),
    )
    await expect(waiting).rejects.toMatchObject({ code: 'timeout', operation: 'deployments.delete' })
    expect(clock.minutes()).toBeGreaterThan(50)
    expect(clock.minutes()).toBeLessThan(70)
  })
})
