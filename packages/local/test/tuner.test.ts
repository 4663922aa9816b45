import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEvent } from '@anytune/core'
import { describe, expect, it } from 'vitest'
import { makePlace, namesIn, rows } from './support.ts'

const SECRET = 'Zanzibar-4711'

describe('the whole life, through the tuner', () => {
  it('plans, trains, watches, answers and is purged, and row content is only where it must be', async () => {
    const place = await makePlace()
    const tuner = place.tuner()
    const training = await place.file(rows().map((row) => JSON.parse(JSON.stringify(row).replace('How', SECRET))))
    const plan = await tuner.plan({
      baseModel: 'scratch-tiny',
      method: 'supervised',
      training,
      validation: training,
      hyperparameters: { epochs: 60, batchSize: 16 },
      suffix: 'moods',
      seed: 3,
    })
    expect(plan).toMatchObject({
      offering: { egress: 'none' },
      leaves: [],
      cost: { kind: 'none' },
      preflight: [{ result: 'passed' }, { result: 'passed' }],
    })
    expect(await namesIn(place.data)).toEqual([])

    const run = await tuner.start(plan)
    const told: RunEvent[] = []
    for await (const event of run.events()) told.push(event)
    const job = await run.job()
    expect(job).toMatchObject({ status: 'succeeded', progress: { step: 60, totalSteps: 60 } })
    expect(job.trainedTokens).toBeGreaterThan(1000)

    const events = told.flatMap((event) => (event.type === 'job' ? [event.event] : []))
    const metrics = events.flatMap((event) => (event.type === 'metrics' ? [event] : []))
    const losses = metrics.flatMap(({ values }) => values['loss'] ?? [])
    expect(losses).toHaveLength(60)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 3)
    expect(Object.keys(metrics[0]!.values).sort()).toEqual(
      ['epoch', 'gradientNorm', 'learningRate', 'loss', 'tokensPerSecond', 'trainedTokens'].sort(),
    )
    expect(metrics.filter(({ values }) => 'validationLoss' in values)).toHaveLength(60)
    const checkpoints = events.flatMap((event) => (event.type === 'checkpoint' ? [event] : []))
    expect(checkpoints.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50])
    expect(told.flatMap((event) => (event.type === 'status' ? event.status : []))).toContain('running')

    const model = await run.model()
    expect(model.id).toMatch(/^local-scratch-tiny-moods-[0-9a-f]{8}$/)
    const question = [{ role: 'user', content: `${SECRET} is number 3?` }] as const
    const answer = await model.chat(question, { temperature: 0 })
    expect(['good', 'bad']).toContain(answer.text)
    const deployment = await model.deploy()
    expect(deployment).toMatchObject({ created: false, id: model.id })
    expect((await deployment.chat(question)).text).toBe(answer.text)
    const last = tuner.models.open(checkpoints.at(-1)!.model)
    expect((await last.chat(question, { maxTokens: 8 })).text.length).toBeGreaterThan(0)
    const first = tuner.models.open(checkpoints[0]!.model)
    await expect(first.chat(question)).rejects.toMatchObject({ code: 'not-found' })

    const files = join(place.data, 'jobs', job.id)
    for (const name of ['job.json', 'status.json', 'events.jsonl', 'runner.log']) {
      expect(await readFile(join(files, name), 'utf8')).not.toContain(SECRET)
    }
    expect(await readFile(join(files, 'runner.log'), 'utf8')).toBe('')

    await tuner.models.delete(model.id)
    for (const id of [job.raw.record!.training.id, job.raw.record!.validation!.id]) await tuner.datasets.delete(id)
    await expect(model.chat(question)).rejects.toMatchObject({ code: 'not-found' })
    await expect(last.chat(question)).rejects.toMatchObject({ code: 'not-found' })
    expect(await run.job()).toMatchObject({ status: 'succeeded' })
    expect((await run.job()).model).toBeUndefined()
    expect(await namesIn(join(place.data, 'datasets'))).toEqual([])
    expect(await namesIn(join(place.data, 'models'))).toEqual([])
    expect(await namesIn(files)).not.toContain('training')
  })

  it('resumes a run whose runner was killed', async () => {
    const place = await makePlace()
    const tuner = place.tuner()
    const plan = await tuner.plan({
      baseModel: 'scratch-tiny',
      method: 'supervised',
      training: await place.file(rows()),
      hyperparameters: { epochs: 60, batchSize: 8 },
    })
    const run = await tuner.start(plan)
    for await (const event of run.events()) {
      if (event.type === 'job' && event.event.type === 'checkpoint')
        process.kill((await run.job()).raw.status!.pid, 'SIGKILL')
      if (event.type === 'status' && event.rawStatus === 'interrupted') break
    }
    const again = await place.tuner().resume(run.id)
    const model = await again.model()
    expect(model.baseModel).toBe('scratch-tiny')
    expect((await again.job()).id).toBe((await run.job()).id)
  })
})
