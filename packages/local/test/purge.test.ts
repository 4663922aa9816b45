import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makePlace, namesIn, type Place, rows } from './support.ts'

async function running(place: Place, more: { epochs: number; batchSize: number }) {
  const tuner = place.tuner()
  const plan = await tuner.plan({
    baseModel: 'scratch-tiny',
    method: 'supervised',
    training: await place.file(rows()),
    hyperparameters: more,
    seed: 3,
  })
  return { tuner, run: await tuner.start(plan) }
}

/** Folders of jobs in which the trainer left something. */
async function trainingLeft({ data }: Place, job: string): Promise<readonly string[]> {
  return (await namesIn(join(data, 'jobs', job))).filter((name) => name === 'training')
}

describe('a run that is purged', () => {
  it('leaves no rows, no model and no checkpoint on the disk, and nothing of another run goes', async () => {
    const place = await makePlace()
    const { tuner, run } = await running(place, { epochs: 20, batchSize: 16 })
    const { id: model } = await run.model()
    const other = await running(place, { epochs: 5, batchSize: 16 })
    const otherModel = await other.run.model()
    const before = await namesIn(join(place.data, 'datasets'))

    const receipt = await tuner.purge(run.id)
    expect(receipt.complete).toBe(true)
    expect(receipt.things).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'model', id: model, state: 'removed' }),
        expect.objectContaining({ kind: 'dataset', id: `${run.id}-training`, state: 'removed' }),
      ]),
    )
    expect(await namesIn(join(place.data, 'models'))).toEqual([otherModel.id])
    expect(await namesIn(join(place.data, 'datasets'))).toEqual(before.filter((name) => !name.startsWith(run.id)))
    expect(await trainingLeft(place, (await run.job()).id)).toEqual([])
    const question = [{ role: 'user', content: 'How is number 3?' }] as const
    expect((await otherModel.chat(question, { maxTokens: 4 })).finish).toMatch(/stop|length/)
    // Nothing leaves this computer, so that nobody but this computer can keep anything.
    expect(receipt.providerKeeps).toHaveLength(1)
  })

  it('while its job is under way is cancelled first, and what it had learned goes too', async () => {
    const place = await makePlace()
    const { tuner, run } = await running(place, { epochs: 1000, batchSize: 1 })
    for await (const event of run.events()) {
      if (event.type === 'job' && event.event.type === 'checkpoint') break
    }
    await expect(tuner.purge(run.id)).rejects.toMatchObject({ code: 'failed-precondition' })
    const receipt = await tuner.purge(run.id, { cancelJob: true })
    expect(receipt).toMatchObject({ complete: true, jobs: [{ status: 'cancelled', cancelled: true }] })
    const checkpoints = receipt.things.filter(({ kind }) => kind === 'checkpoint')
    expect(checkpoints.length).toBeGreaterThan(0)
    for (const { id } of checkpoints) {
      const asked = tuner.models.open(id).chat([{ role: 'user', content: 'How is number 3?' }])
      await expect(asked).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(await namesIn(join(place.data, 'jobs', (await run.job()).id, 'training', 'checkpoints'))).toEqual([])
    expect(await namesIn(join(place.data, 'datasets'))).toEqual([])
  })
})
