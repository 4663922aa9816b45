import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jobLayout } from '../src/layout.ts'
import { attempt, context, jobWhen, kill, lossesOf, makePlace, namesIn, spec, stage } from './support.ts'

const EPOCHS = 40

describe('a runner that is killed', () => {
  it('leaves an interrupted job, which goes on from its last checkpoint with one loss curve', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const training = await stage(driver)
    const whole = await driver.jobs.create(spec(training, EPOCHS), attempt(), context())
    await jobWhen(driver, whole.id, ({ status }) => status === 'succeeded')
    const expected = await lossesOf(driver, whole.id)
    expect(expected.map(([step]) => step)).toEqual(Array.from({ length: 2 * EPOCHS }, (_, index) => index + 1))

    const { id } = await driver.jobs.create(spec(training, EPOCHS), attempt(), context())
    // The first checkpoint is that of step 10.
    kill(await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 14))
    const interrupted = await jobWhen(driver, id, ({ status }) => status === 'paused')
    expect(interrupted).toMatchObject({ rawStatus: 'interrupted', raw: { held: false } })
    expect(interrupted.model).toBeUndefined()
    const before = await driver.jobs.events(id, undefined, context())
    expect(before.events.length).toBeLessThan(2 * EPOCHS)
    // What a runner leaves that dies while it writes.
    await appendFile(join(place.data, 'jobs', id, 'events.jsonl'), '{"id":"step-')
    expect(await driver.jobs.events(id, before.cursor, context())).toEqual({ events: [], cursor: before.cursor })

    await driver.jobs.resume(id, context())
    const done = await jobWhen(driver, id, ({ status }) => status === 'succeeded')
    const losses = await lossesOf(driver, id)
    expect(losses.map(([step]) => step)).toEqual(expected.map(([step]) => step))
    for (const [index, [, loss]] of losses.entries()) expect(loss).toBeCloseTo(expected[index]![1], 5)
    expect(done.model).toMatch(/^local-scratch-tiny-[0-9a-f]{8}$/)

    const after = await driver.jobs.events(id, before.cursor, context())
    const ids = [...before.events, ...after.events].map((event) => event.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((name) => name.startsWith('resumed-'))).toEqual(['resumed-1'])
    const { items } = await driver.jobs.list({ limit: 10 }, context())
    expect(items.map((job) => job.id)).toEqual([id, whole.id])
  })

  it('at its last deeds leaves a job that has only to be finished', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), 1), attempt(), context())
    const done = await jobWhen(driver, id, ({ status }) => status === 'succeeded')
    const { status, training } = jobLayout(done.raw.directory)
    const model = join(place.data, 'models', done.model!)
    const die = async () => {
      await jobWhen(driver, id, ({ raw }) => !raw.held)
      const words = { ...done.raw.status, at: new Date(), state: 'running', finishedAt: undefined }
      await writeFile(status, JSON.stringify(words))
      expect(await driver.jobs.get(id, context())).toMatchObject({ rawStatus: 'interrupted' })
    }

    // Dead between the model's last step and the job's last word.
    await die()
    await driver.jobs.resume(id, context())
    expect((await jobWhen(driver, id, (job) => job.status === 'succeeded')).model).toBe(done.model)

    // Dead before the finished model was moved to the others.
    await die()
    await rename(model, join(training, 'model'))
    await driver.jobs.resume(id, context())
    expect((await jobWhen(driver, id, (job) => job.status === 'succeeded')).model).toBe(done.model)
    expect(await namesIn(model)).toContain('model.safetensors')
  })

  it('by a shutdown writes a checkpoint first, so that no step is lost', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), 1000), attempt(), context())
    kill(await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 2), 'SIGTERM')
    const stopped = await jobWhen(driver, id, ({ rawStatus }) => rawStatus === 'interrupted')
    const step = stopped.progress?.step ?? 0
    expect(stopped.raw.status?.checkpoints?.at(-1)).toMatchObject({ step })
    await driver.jobs.resume(id, context())
    await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > step)
    const losses = await lossesOf(driver, id)
    expect(losses.map(([at]) => at)).toEqual(losses.map((_, index) => index + 1))
  })

  it('can be cancelled without a runner: at once, with nothing of its model left', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), 1000), attempt(), context())
    kill(await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 10))
    await jobWhen(driver, id, ({ rawStatus }) => rawStatus === 'interrupted')
    await driver.jobs.cancel(id, context())
    const job = await driver.jobs.get(id, context())
    expect(job.status).toBe('cancelled')
    expect(job.finishedAt).toBeInstanceOf(Date)
    expect(await namesIn(join(place.data, 'jobs', id))).not.toContain('training')
    await expect(driver.jobs.resume(id, context())).rejects.toMatchObject({ code: 'failed-precondition' })
  })
})
