import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { context, makePlace, namesIn } from './support.ts'

const ID = 'local-scratch-tiny-00000000'

async function placeWithModel() {
  const place = await makePlace()
  const models = join(place.data, 'models')
  const record = { version: 1, id: ID, createdAt: new Date().toISOString(), job: 'a-job', baseModel: 'scratch-tiny' }
  await mkdir(join(models, ID), { recursive: true })
  await writeFile(join(models, ID, 'anytune.json'), JSON.stringify(record))
  await mkdir(join(place.data, 'jobs', 'a-job', 'training', 'checkpoints'), { recursive: true })
  return { driver: place.driver(), models, training: join(place.data, 'jobs', 'a-job', 'training') }
}

describe('deleting a model', () => {
  it('removes its checkpoints as well, and is refused once it is gone', async () => {
    const { driver, models, training } = await placeWithModel()
    expect(await driver.models.get(ID, context())).toMatchObject({ id: ID, baseModel: 'scratch-tiny' })
    await driver.models.delete(ID, context())
    expect(await namesIn(models)).toEqual([])
    expect(await namesIn(training)).toEqual([])
    await expect(driver.models.delete(ID, context())).rejects.toMatchObject({ code: 'not-found' })
    await expect(driver.models.get(ID, context())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('goes on where a killed process stopped', async () => {
    const { driver, models } = await placeWithModel()
    await mkdir(join(models, `.unfinished-${ID}.x`))
    await mkdir(join(models, `.unfinished-${ID}0.x`))
    await driver.models.delete(ID, context())
    expect(await namesIn(models)).toEqual([`.unfinished-${ID}0.x`])
    await driver.models.delete(`${ID}0`, context())
    expect(await namesIn(models)).toEqual([])
  })
})

describe('deleting a checkpoint', () => {
  it('removes what a job that failed had learned, and is refused once it is gone', async () => {
    const place = await makePlace()
    const job = join(place.data, 'jobs', 'failed-job')
    const at = new Date().toISOString()
    const record = {
      version: 1,
      id: 'failed-job',
      createdAt: at,
      baseModel: 'scratch-tiny',
      training: { id: 'rows', sha256: '0' },
      hyperparameters: { epochs: 1, batchSize: 1, learningRate: 0.1 },
      seed: 1,
      model: ID,
    }
    const checkpoints = [10, 20].map((step) => ({ step, path: `checkpoints/${step}` }))
    const status = { version: 1, state: 'failed', at, startedAt: at, pid: 0, finishedAt: at, checkpoints }
    for (const { path } of checkpoints) await mkdir(join(job, 'training', path), { recursive: true })
    await writeFile(join(job, 'job.json'), JSON.stringify(record))
    await writeFile(join(job, 'status.json'), JSON.stringify(status))

    const { models } = place.driver()
    await models.delete(`${ID}.step-10`, context())
    expect(await namesIn(join(job, 'training', 'checkpoints'))).toEqual(['20'])
    await expect(models.delete(`${ID}.step-10`, context())).rejects.toMatchObject({ code: 'not-found' })
    await expect(models.delete(`${ID}.step-30`, context())).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a model without a readable record', () => {
  it('is listed as far as it is known', async () => {
    const { driver, models } = await placeWithModel()
    await writeFile(join(models, ID, 'anytune.json'), '{')
    const { items } = await driver.models.list({ limit: 9 }, context())
    expect(items).toEqual([{ id: ID, raw: undefined }])
  })
})
