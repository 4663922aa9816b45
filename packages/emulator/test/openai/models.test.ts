import { describe, expect, it } from 'vitest'
import { apiOf, openEmulator, stage, WHOLE_JOB } from '../helpers.ts'

const DAY = 86_400_000

describe('models', () => {
  it('are the vendor’s own and the account’s, each with the day of its end', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    const [tuned] =
      account.seed({ models: [{ base: 'gpt-4.1-2025-04-14', suffix: 'old', daysAgo: 3 }] })['models'] ?? []
    const { body } = await apiOf(emulator, account.name)('/models')
    expect(body.data.at(-1)).toEqual({
      id: tuned,
      object: 'model',
      created: emulator.clock.seconds() - 3 * 86_400,
      owned_by: expect.stringMatching(/^org-/),
      shutdown_date: '2027-01-14',
    })
    expect(body.data[0]).toMatchObject({ id: 'gpt-4.1-2025-04-14', owned_by: 'system', shutdown_date: '2027-01-14' })
    const other = await apiOf(emulator, emulator.account().name)(`/models/${tuned}`)
    expect(other.status).toBe(404)
  })

  it('end on their day when the account wants that, and tuned ones with their base', async () => {
    const emulator = await openEmulator({ clock: { kind: 'driven', startAt: new Date('2027-01-13T23:00:00Z') } })
    const account = emulator.account()
    account.configure({ enforceShutdowns: true })
    const [tuned] = account.seed({ models: 1 })['models'] ?? []
    const api = apiOf(emulator, account.name)
    const statuses = async () => [(await api(`/models/${tuned}`)).status, (await api('/models/gpt-4.1-mini')).status]
    expect(await statuses()).toEqual([200, 200])
    emulator.clock.advance(DAY)
    expect(await statuses()).toEqual([404, 404])
    const messages = [{ role: 'user', content: 'Hello' }]
    expect((await api('/chat/completions', { json: { model: tuned, messages } })).status).toBe(404)
  })

  it('that are deleted are gone, and answer no more', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    const [tuned] = account.seed({ models: 1 })['models'] ?? []
    const api = apiOf(emulator, account.name)
    const { body } = await api(`/models/${tuned}`, { method: 'DELETE' })
    expect(body).toEqual({ id: tuned, object: 'model', deleted: true })
    expect((await api(`/models/${tuned}`)).status).toBe(404)
  })

  it('of a job can be tuned further', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    const [tuned] = account.seed({ models: 1 })['models'] ?? []
    const api = apiOf(emulator, account.name)
    const file = await stage(emulator, api)
    const { body } = await api('/fine_tuning/jobs', { json: { model: tuned, training_file: file } })
    expect(body.model).toBe(tuned)
    emulator.clock.advance(WHOLE_JOB)
    const { body: job } = await api(`/fine_tuning/jobs/${body.id}`)
    expect(job.fine_tuned_model).toMatch(/^ft:gpt-4.1-mini-2025-04-14:emulator::/)
  })
})

describe('a seeded account', () => {
  it('has as much of everything as was asked for, with jobs that ended and their own files', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    const made = account.seed({
      files: 3,
      models: 300,
      jobs: [{}, { end: 'failed' }, { end: 'cancelled', daysAgo: 40 }],
    })
    const api = apiOf(emulator, account.name)
    const { body: models } = await api('/models')
    expect(models.data.filter(({ id }) => id.startsWith('ft:'))).toHaveLength(301)
    const { body: jobs } = await api('/fine_tuning/jobs')
    expect(jobs.data.map(({ status }) => status)).toEqual(['cancelled', 'failed', 'succeeded'])
    expect(jobs.data[0]?.created_at).toBe(emulator.clock.seconds() - 40 * 86_400)
    const used = jobs.data.flatMap((job) => [job.training_file, ...job.result_files])
    const { body: files } = await api('/files')
    const orphans = files.data.filter(({ id }) => !used.includes(id)).map(({ id }) => id)
    expect(orphans.toSorted()).toEqual(made['files']?.toSorted())
  })

  it('can show a job as no client knows one', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    const [job] =
      account.seed({ jobs: [{ shownAs: { status: 'hibernating', method: { type: 'osmosis' } } }] })['jobs'] ?? []
    const { body } = await apiOf(emulator, account.name)(`/fine_tuning/jobs/${job}`)
    expect([body.status, body.method.type]).toEqual(['hibernating', 'osmosis'])
  })

  it('is refused what it cannot be filled with', async () => {
    const account = (await openEmulator()).account()
    expect(() => account.seed({ models: -1 })).toThrow('models')
    expect(() => account.seed({ dragons: 1 })).toThrow('dragons')
    expect(() => account.configure({ colour: 'red' })).toThrow('OpenAI has no setting "colour"')
  })
})
