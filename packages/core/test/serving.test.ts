import { rmSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { createTuner, memoryJournal, type Journal } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => void vi.useRealTimers())
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
const RETRY = { attempts: 3, firstMs: 1, maximumMs: 2 }
const QUESTION = [{ role: 'user', content: 'question 3' }] as const

function tunerOn(driver: MemoryDriver, journal: Journal = memoryJournal()) {
  return createTuner(driver, { journal, retry: RETRY })
}

async function trained(driver: MemoryDriver, journal: Journal = memoryJournal()) {
  const tuner = tunerOn(driver, journal)
  return (await tuner.start(await tuner.plan(REQUEST))).model()
}

describe('a question', () => {
  it('with options that the provider has no use for is refused; those for others are not sent', async () => {
    const driver = memory()
    const model = await trained(driver)
    const asked = () => driver.calls.filter(({ operation }) => operation === 'chat').length
    const refused = model.chat(QUESTION, { providerOptions: { memory: { anything: 1 } } })
    await expect(refused).rejects.toMatchObject({ code: 'unsupported' })
    expect(asked()).toBe(0)
    const live = await model.deploy()
    await expect(live.chat(QUESTION, { providerOptions: { elsewhere: { anything: 1 } } })).resolves.toHaveProperty(
      'text',
    )
  })
})

describe('a deployment', () => {
  it('that was removed before it served anybody can be made anew', async () => {
    const store = memoryStore({ durations: { deployingMs: 60_000 } })
    const driver = memory({ store })
    const journal = memoryJournal()
    const model = await trained(driver, journal)
    const controller = new AbortController()
    const waiting = model.deploy({ signal: controller.signal }).catch((error: unknown) => error)
    const made = async () => JSON.stringify(await Promise.all((await journal.list()).map((id) => journal.read(id))))
    // The first call has left its deployment in the journal before it is interrupted.
    while (!(await made()).includes('"deployment-')) await new Promise((resolve) => setImmediate(resolve))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await waiting).toBe(reason)
    const [id = ''] = store.deployments.keys()
    await tunerOn(driver, journal).deployments.delete(id)

    vi.useFakeTimers({ toFake: ['Date'] })
    const later: MemoryDriver = {
      ...driver,
      deployments: {
        ...driver.deployments,
        get(which, context) {
          // Longer than a thing that was just made may stay out of sight.
          vi.setSystemTime(Date.now() + 60_000)
          return driver.deployments.get(which, context)
        },
      },
    }
    const open = () => tunerOn(later, journal).models.open(model.id)
    await expect(open().deploy()).rejects.toMatchObject({ code: 'not-found' })
    const live = await open().deploy()
    expect([...store.deployments.keys()]).toEqual([live.id])
  })

  it('refuses options that the provider has no use for, instead of ignoring them', async () => {
    const driver = memory()
    const { id } = await trained(driver)
    const { deployments: _, ...rest } = driver
    // What a driver without deployments looks like; the type of this one says more.
    const direct = tunerOn(rest as unknown as MemoryDriver).models.open(id)
    await expect(direct.deploy({ providerOptions: { memory: { copies: 3 } } })).rejects.toMatchObject({
      code: 'unsupported',
    })
    await expect(direct.deploy({ decision: { createAgain: true } })).rejects.toMatchObject({ code: 'unsupported' })
    expect((await direct.deploy()).created).toBe(false)

    const { deployment: __, ...options } = driver.options
    const plain = tunerOn({ ...driver, options }).models.open(id)
    await expect(plain.deploy({ providerOptions: { memory: { copies: 3 } } })).rejects.toMatchObject({
      code: 'unsupported',
    })
    expect(driver.store.deployments.size).toBe(0)
  })
})

describe('a question', () => {
  it('is asked again while the provider surely did not take it', async () => {
    const driver = memory()
    const live = await (await trained(driver)).deploy()
    driver.fail({ operation: 'chat', when: 'before', times: 2, error: { code: 'unavailable', reached: 'yes' } })
    expect((await live.chat(QUESTION)).text).toBe('answer 3')
  })

  it('is not asked twice when it may have been taken', async () => {
    const driver = memory()
    const live = await (await trained(driver)).deploy()
    driver.fail({ operation: 'chat', when: 'after', error: { code: 'unavailable', reached: 'maybe' } })
    const before = driver.calls.length
    await expect(live.chat(QUESTION)).rejects.toMatchObject({ code: 'unavailable' })
    expect(driver.calls.length - before).toBe(1)
  })

  it('ends the answer at the provider when nobody reads on', async () => {
    const driver = memory()
    const live = await (await trained(driver)).deploy()
    let closed = false
    const watched: MemoryDriver = {
      ...driver,
      async *chat(...asked) {
        try {
          yield* driver.chat(...asked)
        } finally {
          closed = true
        }
      },
    }
    const handle = await tunerOn(watched).deployments.open(live.id)
    for await (const text of handle.streamChat(QUESTION)) {
      expect(text).toBe('answer')
      break
    }
    expect(closed).toBe(true)
  })
})
