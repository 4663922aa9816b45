import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_HYPERPARAMETERS } from '@anytune/trainer'
import { describe, expect, it } from 'vitest'
import { runJob } from '../src/runner/run-job.ts'
import { attempt, context, jobWhen, makePlace, namesIn, spec, stage } from './support.ts'

/** More epochs than any test waits for. */
const ENDLESS = 1000

describe('making a job', () => {
  it('makes one job for one attempt, however often it is asked, and finds it', async () => {
    const driver = (await makePlace()).driver()
    const job = spec(await stage(driver), 1)
    const same = attempt()
    expect(await driver.jobs.find(job, same, context())).toEqual({ state: 'absent' })
    const made = await Promise.all([1, 2, 3].map(() => driver.jobs.create(job, same, context())))
    expect(new Set(made.map(({ id }) => id))).toEqual(new Set([same.key]))
    const found = await driver.jobs.find(job, same, context())
    expect(found).toMatchObject({ state: 'found', value: { id: same.key } })
    expect((await driver.jobs.list({ limit: 9 }, context())).items).toHaveLength(1)
    await jobWhen(driver, same.key, ({ status }) => status === 'succeeded')

    const other = spec(job.training, 2)
    await expect(driver.jobs.create(other, same, context())).rejects.toMatchObject({ code: 'already-exists' })
  })

  it('writes down every default that was left open', async () => {
    const driver = (await makePlace()).driver()
    const training = await stage(driver)
    const defaults = DEFAULT_HYPERPARAMETERS['scratch-tiny']
    const open = { ...spec(training, 1), hyperparameters: {}, suffix: 'Try.1' }
    const { id } = await driver.jobs.create(open, attempt(), context())
    const job = await driver.jobs.get(id, context())
    await driver.jobs.cancel(id, context())
    expect(job.raw.record).toMatchObject({
      hyperparameters: {
        epochs: defaults.epochs.default,
        batchSize: defaults.batchSize.default,
        learningRate: defaults.learningRate.default,
      },
      training: { id: training },
      model: expect.stringMatching(/^local-scratch-tiny-Try\.1-[0-9a-f]{8}$/),
    })
  })

  it('refuses a dataset that is not there, and leaves nothing behind', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const job = spec('no-such-rows', 1)
    await expect(driver.jobs.create(job, attempt(), context())).rejects.toMatchObject({ code: 'not-found' })
    expect(await namesIn(join(place.data, 'jobs'))).toEqual([])
  })
})

describe('stopping', () => {
  it('cancels a running job promptly, and exposes no model', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), ENDLESS), attempt(), context())
    await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 2)
    await driver.jobs.cancel(id, context())
    const job = await jobWhen(driver, id, ({ status }) => status === 'cancelled')
    expect(job.model).toBeUndefined()
    expect(job.progress?.step).toBeLessThan(2 * ENDLESS)
    expect(await driver.models.list({ limit: 9 }, context())).toEqual({ items: [] })
    expect(await namesIn(join(place.data, 'jobs', id))).not.toContain('training')

    for (const act of ['cancel', 'pause', 'resume'] as const) {
      await expect(driver.jobs[act](id, context())).rejects.toMatchObject({ code: 'failed-precondition' })
    }
  })

  it('cancels a job whose runner has not come up yet', async () => {
    const driver = (await makePlace()).driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), ENDLESS), attempt(), context())
    await driver.jobs.cancel(id, context())
    const job = await jobWhen(driver, id, ({ status }) => status === 'cancelled')
    expect(job.finishedAt).toBeInstanceOf(Date)
    await jobWhen(driver, id, ({ raw }) => !raw.held)
    expect((await driver.jobs.get(id, context())).status).toBe('cancelled')
  })

  it('pauses with a checkpoint, and resumes after it; never with two runners', async () => {
    const driver = (await makePlace()).driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), ENDLESS), attempt(), context())
    const running = await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 2)
    await expect(driver.jobs.resume(id, context())).rejects.toMatchObject({ code: 'failed-precondition' })
    // A second runner, as two people resuming at once would start it, finds the lock taken and leaves.
    await runJob(running.raw.directory)
    expect(await driver.jobs.get(id, context())).toMatchObject({ status: 'running' })

    await driver.jobs.pause(id, context())
    await driver.jobs.pause(id, context())
    const paused = await jobWhen(driver, id, ({ rawStatus }) => rawStatus === 'paused')
    expect(paused).toMatchObject({ status: 'paused', raw: { held: false } })
    const step = paused.progress?.step ?? 0

    await driver.jobs.resume(id, context())
    await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > step)
    const { events } = await driver.jobs.events(id, undefined, context())
    expect(events.find((event) => event.id === 'resumed-1')).toMatchObject({
      text: `goes on after step ${step} of ${2 * ENDLESS}`,
    })
    await driver.jobs.cancel(id, context())
    await jobWhen(driver, id, ({ status }) => status === 'cancelled')
  })
})

describe('a damaged data directory', () => {
  it('shows a job that cannot be read as unknown, beside the others', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const good = await driver.jobs.create(spec(await stage(driver), 1), attempt(), context())
    await mkdir(join(place.data, 'jobs', 'odd-job'))
    await writeFile(join(place.data, 'jobs', 'odd-job', 'job.json'), '{"version": 2')
    await writeFile(join(place.data, 'jobs', 'a-stray-file'), '')
    const { items } = await driver.jobs.list({ limit: 9 }, context())
    expect(items.map(({ id }) => id)).toEqual([good.id, 'odd-job'])
    expect(items[1]).toMatchObject({ status: 'unknown', rawStatus: 'unreadable' })
    expect(await driver.jobs.events('odd-job', undefined, context())).toEqual({ events: [], cursor: '0' })
    await driver.jobs.cancel('odd-job', context())
    expect((await driver.jobs.get('odd-job', context())).status).toBe('cancelled')
    await jobWhen(driver, good.id, ({ status }) => status === 'succeeded')
  })

  it.each(['nothing', '..', '../jobs', 'a/b', '', '.hidden'])('knows no job %j', async (id) => {
    const driver = (await makePlace()).driver()
    await expect(driver.jobs.get(id, context())).rejects.toMatchObject({ code: 'not-found' })
    await expect(driver.jobs.cancel(id, context())).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('lists', () => {
  it('are newest first, page by page, whatever is made meanwhile', async () => {
    const driver = (await makePlace()).driver()
    const made: string[] = []
    for (let count = 0; count < 5; count++) made.unshift(await stage(driver))
    const first = await driver.datasets.list({ limit: 2 }, context())
    const late = await stage(driver)
    const second = await driver.datasets.list({ limit: 2, after: first.next! }, context())
    const third = await driver.datasets.list({ limit: 2, after: second.next! }, context())
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual(made)
    expect(ids).not.toContain(late)
    expect(third).not.toHaveProperty('next')
    await expect(driver.datasets.list({ limit: 2, after: 'x' }, context())).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })
})
