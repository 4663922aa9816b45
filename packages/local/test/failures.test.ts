import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attempt, context, jobWhen, kill, makePlace, rows, spec, stage } from './support.ts'

const SECRET = 'Zanzibar-4711'

describe('a job that fails', () => {
  it.runIf(process.platform === 'linux')('for want of disk space can be resumed once there is some', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), 40), attempt(), context())
    kill(await jobWhen(driver, id, ({ progress }) => (progress?.step ?? 0) > 12))
    await jobWhen(driver, id, ({ rawStatus }) => rawStatus === 'interrupted')
    const events = join(place.data, 'jobs', id, 'events.jsonl')
    await rm(events)
    // Takes no byte, as a full disk does.
    await symlink('/dev/full', events)
    await driver.jobs.resume(id, context())
    const failed = await jobWhen(driver, id, ({ status }) => status === 'failed')
    const message = 'disk full: the last checkpoint is whole; free some space, then resume the job'
    expect(failed.failure).toEqual({ code: 'disk-full', message })
    expect(failed.resumable).toBe(true)

    await rm(events)
    await driver.jobs.resume(id, context())
    const done = await jobWhen(driver, id, ({ status }) => status === 'succeeded')
    expect(done.failure).toBeUndefined()
    const told = await driver.jobs.events(id, undefined, context())
    const steps = told.events.flatMap((event) => (event.type === 'metrics' ? event.step : []))
    // The checkpoint remembers what the lost file had told.
    expect(steps.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
  })

  it('because its rows cannot be learned says which line, and none of its content', async () => {
    const driver = (await makePlace()).driver()
    const bad = {
      messages: [
        { role: 'user', content: SECRET },
        { role: 'assistant', content: 'x', weight: 0 },
      ],
    }
    const training = await stage(driver, [...rows(2), bad])
    const { id } = await driver.jobs.create(spec(training, 1), attempt(), context())
    const job = await jobWhen(driver, id, ({ status }) => status === 'failed')
    expect(job.failure?.message).toMatch(/^line 3 of the dataset .*: messages\[1\]\.weight: /)
    expect(JSON.stringify(job)).not.toContain(SECRET)
    await expect(driver.jobs.resume(id, context())).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it.each<readonly [string, (rows: string) => Promise<void>, RegExp]>([
    ['are gone', (path) => rm(path), /was deleted/],
    ['were changed', (path) => writeFile(path, SECRET), /has changed since it was staged/],
  ])('because its rows %s says so', async (_what, damage, reason) => {
    const place = await makePlace()
    const driver = place.driver()
    const training = await stage(driver)
    await damage(join(place.data, 'datasets', `${training}.jsonl`))
    const { id } = await driver.jobs.create(spec(training, 1), attempt(), context())
    const job = await jobWhen(driver, id, ({ status }) => status === 'failed')
    expect(job.failure?.message).toMatch(reason)
    expect(JSON.stringify(job)).not.toContain(SECRET)
  })

  it('because a checkpoint is damaged says so', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const { id } = await driver.jobs.create(spec(await stage(driver), 1000), attempt(), context())
    const running = await jobWhen(driver, id, ({ raw }) => (raw.status?.checkpoints?.length ?? 0) > 0)
    kill(running)
    const interrupted = await jobWhen(driver, id, ({ rawStatus }) => rawStatus === 'interrupted')
    const last = interrupted.raw.status!.checkpoints!.at(-1)!
    await writeFile(join(place.data, 'jobs', id, 'training', last.path, 'model.safetensors'), SECRET)
    await driver.jobs.resume(id, context())
    const job = await jobWhen(driver, id, ({ status }) => status === 'failed')
    expect(job.failure).toMatchObject({ code: 'broken-model' })
    expect(job.model).toBeUndefined()
  })
})
