import { describe, expect, it } from 'vitest'
import type { Emulator } from '@anytune/emulator'
import {
  apiOf,
  conversations,
  fileForm,
  openEmulator,
  PROCESSING,
  stage,
  WHOLE_JOB,
  type Api,
  type Body,
} from '../helpers.ts'

/** Each state takes a second, each step, too. */
const SECONDS = {
  validatingMilliseconds: 1_000,
  queuedMilliseconds: 1_000,
  stepMilliseconds: 1_000,
  evaluatingMilliseconds: 1_000,
}

interface Scene {
  readonly emulator: Emulator
  readonly api: Api
  readonly file: string
  create(change?: object): Promise<string>
  look(job: string): Promise<Body>
}

async function openScene(content?: string): Promise<Scene> {
  const emulator = await openEmulator({ schedule: SECONDS })
  const api = apiOf(emulator)
  const file = await stage(emulator, api, content)
  return {
    emulator,
    api,
    file,
    async create(change = {}) {
      const json = { model: 'gpt-4o-mini', training_file: file, hyperparameters: { n_epochs: 1 }, ...change }
      const { status, body } = await api('/fine_tuning/jobs', { json })
      expect([status, body.error]).toEqual([200, null])
      return body.id
    },
    look: async (job) => (await api(`/fine_tuning/jobs/${job}`)).body,
  }
}

const act = async (api: Api, job: string, verb: string) =>
  await api(`/fine_tuning/jobs/${job}/${verb}`, { method: 'POST' })

describe('a job on the schedule', () => {
  it('passes through its states by the clock alone', async () => {
    const { emulator, create, look } = await openScene()
    const job = await create()
    const statuses: string[] = []
    for (let second = 0; second < 14; second++) {
      statuses.push((await look(job)).status)
      emulator.clock.advance(1_000)
    }
    const running = Array.from({ length: 11 }, () => 'running')
    expect(statuses).toEqual(['validating_files', 'queued', ...running, 'succeeded'])
  })

  it('shows what was asked for, and what was left to the vendor once it runs', async () => {
    const { emulator, create, look, file } = await openScene()
    const validation = await stage(emulator, apiOf(emulator))
    const metadata = { team: 'support' }
    const method = { type: 'dpo', dpo: { hyperparameters: { beta: 0.2, n_epochs: 2 } } }
    const asked = { model: 'gpt-4.1-mini', validation_file: validation, suffix: 'Tickets v2', seed: 7, metadata }
    const job = await create({ ...asked, hyperparameters: undefined, method })
    const dpo = { hyperparameters: { n_epochs: 2, batch_size: 'auto', learning_rate_multiplier: 'auto', beta: 0.2 } }
    expect(await look(job)).toMatchObject({
      object: 'fine_tuning.job',
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: file,
      validation_file: validation,
      seed: 7,
      metadata,
      fine_tuned_model: null,
      finished_at: null,
      trained_tokens: null,
      result_files: [],
      integrations: [],
      hyperparameters: { n_epochs: 2, batch_size: 'auto', learning_rate_multiplier: 'auto' },
      method: { type: 'dpo', dpo },
    })
  })

  it('shows the chosen parameters and the end that it foresees while it runs, and a model, its tokens and results at the end', async () => {
    const { emulator, create, look, api } = await openScene()
    const job = await create({ hyperparameters: {}, suffix: 'Tickets v2' })
    emulator.clock.advance(2_000)
    const running = await look(job)
    expect(running['hyperparameters']).toEqual({ n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1 })
    const end = Number(running['estimated_finish'])
    emulator.clock.advance(WHOLE_JOB)
    const done = await look(job)
    expect(done).toMatchObject({ status: 'succeeded', finished_at: end, estimated_finish: null, error: null })
    expect(done['fine_tuned_model']).toMatch(/^ft:gpt-4o-mini-2024-07-18:emulator:tickets-v2:[A-Za-z0-9]{8}$/)
    expect(done['trained_tokens']).toBe(Math.ceil(conversations(10).length / 4) * 3)
    const [result] = done.result_files
    const table = Buffer.from((await api(`/files/${result}/content`)).text, 'base64').toString()
    const lines = table.trimEnd().split('\n')
    expect(lines[0]).toBe('step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy')
    expect(lines).toHaveLength(31)
    expect(lines[30]).toMatch(/^30,\d\.\d+,0\.\d+,,$/)
    expect((await api(`/files/${result}`)).body).toMatchObject({ purpose: 'fine-tune-results', status: 'processed' })
  })

  it('that is made again with the same seed and data shows the same curve', async () => {
    const { emulator, create, api } = await openScene()
    const jobs = [await create({ seed: 5 }), await create({ seed: 5 })]
    emulator.clock.advance(WHOLE_JOB)
    const curves = await Promise.all(
      jobs.map(async (job) => {
        const { body } = await api(`/fine_tuning/jobs/${job}/events?limit=100`)
        return body.data.filter(({ type }) => type === 'metrics').map(({ data }) => data)
      }),
    )
    const [newestFirst = [], again] = curves
    expect(newestFirst).toEqual(again)
    expect(newestFirst).toHaveLength(10)
    const losses = newestFirst.map((figures) => Number(Object(figures).train_loss))
    expect(losses[0]).toBeLessThan(losses[9] ?? 0)
  })
})

describe('a job’s files', () => {
  const row = (messages: object[], more: object = {}) => JSON.stringify({ messages, ...more })
  const user = { role: 'user', content: 'Hi' }
  const assistant = { role: 'assistant', content: 'Hello' }
  const nine = conversations(9)

  it.each([
    ['nine examples', nine, 'invalid_n_examples', '9 example(s)'],
    [
      'a row without an answer',
      nine + row([user]),
      'invalid_training_file',
      'Line 10: there must be a message from the assistant.',
    ],
    [
      'an unknown key',
      nine + row([user, assistant], { extra: 1 }),
      'invalid_training_file',
      "Line 10: 'extra' is an unrecognized key.",
    ],
    [
      'an unknown role',
      nine + row([{ role: 'poet', content: '' }]),
      'invalid_training_file',
      "Line 10: 'messages[0].role'",
    ],
    [
      'a weight of the user',
      nine + row([{ ...user, weight: 1 }, assistant]),
      'invalid_training_file',
      "'messages[0].weight'",
    ],
    [
      'a weight of a half',
      nine + row([user, { ...assistant, weight: 0.5 }]),
      'invalid_training_file',
      "'messages[1].weight'",
    ],
    ['no rows', '\n', 'invalid_n_examples', '0 example(s)'],
  ])('with %s let it fail at validation, for a reason that names the line', async (_, content, code, reason) => {
    const { emulator, create, look } = await openScene(content)
    const job = await create()
    expect((await look(job)).status).toBe('validating_files')
    emulator.clock.advance(1_000)
    const { status, error, finished_at: finishedAt } = await look(job)
    expect({ status, error }).toEqual({
      status: 'failed',
      error: { code, message: expect.stringContaining(reason), param: 'training_file' },
    })
    expect(finishedAt).toBe(emulator.clock.seconds())
  })

  it('for preferences have one answer of each kind', async () => {
    const preference = { input: { messages: [user] }, preferred_output: [assistant], non_preferred_output: [assistant] }
    const bad = { ...preference, preferred_output: [user] }
    const good = `${JSON.stringify(preference)}\n`.repeat(10)
    const outcomes: unknown[] = []
    for (const content of [good, good + JSON.stringify(bad), conversations(10)]) {
      const { emulator, create, look } = await openScene(content)
      const job = await create({ hyperparameters: undefined, method: { type: 'dpo' } })
      emulator.clock.advance(WHOLE_JOB)
      outcomes.push((await look(job)).error?.message ?? 'fine')
    }
    expect(outcomes).toEqual([
      'fine',
      expect.stringContaining("Line 11: 'preferred_output[0].role'"),
      expect.stringContaining("Line 1: 'messages' is an unrecognized key."),
    ])
  })

  it('for reinforcement end with the user, may have more members, and give rewards', async () => {
    const content = `${row([user], { answer: '42' })}\n`.repeat(10)
    const { emulator, create, api, file } = await openScene(content)
    const grader = { type: 'string_check', name: 'same', input: 'a', reference: 'b', operation: 'eq' }
    const method = { type: 'reinforcement', reinforcement: { grader } }
    const job = await create({ model: 'o4-mini', hyperparameters: undefined, method, validation_file: file })
    emulator.clock.advance(WHOLE_JOB)
    const { body } = await api(`/fine_tuning/jobs/${job}/events?limit=100`)
    const metrics = body.data.find(({ type }) => type === 'metrics')
    expect(metrics?.data).toMatchObject({ train_reward_mean: 0.8, valid_reward_mean: 0.76 })
  })
})

describe('a job can be', () => {
  it('cancelled, once, with what has happened kept', async () => {
    const { emulator, create, look, api } = await openScene()
    const job = await create()
    emulator.clock.advance(4_000)
    expect((await act(api, job, 'cancel')).body).toMatchObject({ status: 'cancelled', fine_tuned_model: null })
    emulator.clock.advance(WHOLE_JOB)
    expect((await look(job)).status).toBe('cancelled')
    const again = await act(api, job, 'cancel')
    expect([again.status, again.body.error.code]).toEqual([400, 'invalid_job_status'])
    const { body } = await api(`/fine_tuning/jobs/${job}/events`)
    expect(body.data.map(({ message }) => message)).toContain('The job was cancelled')
  })

  it('paused, for as long as it is, and resumed where it was', async () => {
    const { emulator, create, look, api } = await openScene()
    const job = await create()
    emulator.clock.advance(4_500)
    expect((await act(api, job, 'pause')).body.status).toBe('paused')
    expect((await act(api, job, 'pause')).status).toBe(400)
    emulator.clock.advance(WHOLE_JOB)
    expect((await look(job)).status).toBe('paused')
    expect((await act(api, job, 'resume')).body.status).toBe('queued')
    expect((await act(api, job, 'resume')).status).toBe(400)
    emulator.clock.advance(1_000)
    expect((await look(job)).status).toBe('running')
    const steps = async () => {
      const { body } = await api(`/fine_tuning/jobs/${job}/events?limit=100`)
      return body.data.filter(({ type }) => type === 'metrics').length
    }
    const before = await steps()
    emulator.clock.advance(500)
    expect([before, await steps()]).toEqual([2, 3])
    emulator.clock.advance(8_000)
    expect((await look(job)).status).toBe('succeeded')
  })
})

describe('a job ends as it was planned to', () => {
  it.each([
    ['refuse-data', 'invalid_training_file', 'training_file', 1_000, true],
    ['fail', 'server_error', null, 7_000, false],
    ['refuse-model', 'unsafe_model', null, 13_000, true],
  ] as const)('%s', async (end, code, param, milliseconds, moderated) => {
    const { emulator, create, look, api } = await openScene()
    emulator.account(emulator.env['OPENAI_API_KEY']).plan({ end })
    const job = await create()
    emulator.clock.advance(milliseconds - 1)
    expect((await look(job)).status).not.toBe('failed')
    emulator.clock.advance(1)
    const { status, error, fine_tuned_model: model } = await look(job)
    expect([status, error?.code, error?.param, model]).toEqual(['failed', code, param, null])
    const { body } = await api(`/fine_tuning/jobs/${job}/events`)
    expect(body.data[0]).toMatchObject({ level: 'error', type: 'message', message: error?.message })
    expect(body.data[1]?.type === 'moderation_checks' && Object(body.data[1].data).blocked).toBe(moderated)
  })

  it('for a number of jobs, with its own words and pace, and afterwards as ever', async () => {
    const { emulator, create, look } = await openScene()
    const account = emulator.account(emulator.env['OPENAI_API_KEY'])
    account.plan({
      end: 'fail',
      failAfter: 0,
      code: 'odd',
      message: 'Odd.',
      schedule: { queuedMilliseconds: 0 },
      jobs: 1,
    })
    const jobs = [await create(), await create()]
    emulator.clock.advance(1_000)
    expect((await look(jobs[0] ?? '')).error).toEqual({ code: 'odd', message: 'Odd.', param: null })
    emulator.clock.advance(WHOLE_JOB)
    expect((await look(jobs[1] ?? '')).status).toBe('succeeded')
  })
})

describe('an account', () => {
  it('that is locked out is told so, after its file was taken', async () => {
    const { emulator, api, file } = await openScene()
    emulator.account(emulator.env['OPENAI_API_KEY']).configure({ training: 'closed' })
    const { status, body } = await api('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: file } })
    expect([status, body.error.code]).toEqual([403, 'training_not_available'])
    expect((await api(`/files/${file}`)).status).toBe(200)
  })

  it('with a limit is told to wait exactly as long as it must', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    account.configure({ rateLimit: { requests: 2, windowMilliseconds: 5_000 } })
    const api = apiOf(emulator, account.name)
    await api('/files')
    emulator.clock.advance(1_500)
    await api('/files')
    const refused = await api('/files')
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('retry-after-ms')]).toEqual([
      429,
      '4',
      '3500',
    ])
    emulator.clock.advance(3_500)
    expect((await api('/files')).status).toBe(200)
    expect((await api('/files')).status).toBe(429)
  })
})

describe('a list of jobs', () => {
  it('comes newest first, in pages, and by metadata', async () => {
    const { api, create } = await openScene()
    const first = await create({ metadata: { anytune: 'a', team: 'x' } })
    const second = await create({ metadata: { anytune: 'b', team: 'x' } })
    const third = await create()
    const ids = async (query: string) => {
      const { body } = await api(`/fine_tuning/jobs${query}`)
      return [body.data.map(({ id }) => id), body.has_more]
    }
    expect(await ids('')).toEqual([[third, second, first], false])
    expect(await ids('?limit=2')).toEqual([[third, second], true])
    expect(await ids(`?limit=2&after=${second}`)).toEqual([[first], false])
    expect(await ids('?metadata[anytune]=a')).toEqual([[first], false])
    expect(await ids('?metadata[team]=x&metadata[anytune]=b')).toEqual([[second], false])
    expect(await ids('?metadata=null')).toEqual([[third], false])
    expect(await ids('?metadata[anytune]=none')).toEqual([[], false])
  })
})

describe('a job’s events and checkpoints', () => {
  it('are each told once, newest first, in pages of twenty; the last three epochs’ checkpoints are kept', async () => {
    const { emulator, api, create } = await openScene()
    const job = await create({ hyperparameters: { n_epochs: 4 } })
    for (let second = 0; second < 50; second += 7) {
      await api(`/fine_tuning/jobs/${job}`)
      emulator.clock.advance(7_000)
    }
    const events: Body[] = []
    for (let after = ''; ;) {
      const { body } = await api(`/fine_tuning/jobs/${job}/events${after}`)
      events.push(...body.data)
      if (!body.has_more) break
      after = `?after=${body.data.at(-1)?.id}`
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(events.map(({ created_at: at }) => at)).toEqual(
      events.map(({ created_at: at }) => at).toSorted((a, b) => b - a),
    )
    expect(events.filter(({ message }) => message.startsWith('Step '))).toHaveLength(40)
    expect(events.at(-1)?.message).toBe(`Created fine-tuning job: ${job}`)
    const { body } = await api(`/fine_tuning/jobs/${job}/checkpoints`)
    expect(body.data.map(({ step_number: step }) => step)).toEqual([40, 30, 20])
    expect([body.first_id, body.last_id, body.has_more]).toEqual([body.data[0]?.id, body.data[2]?.id, false])
    expect(body.data[0]).toMatchObject({
      object: 'fine_tuning.job.checkpoint',
      fine_tuning_job_id: job,
      fine_tuned_model_checkpoint: expect.stringMatching(/^ft:gpt-4o-mini-2024-07-18:emulator::.{8}:ckpt-step-40$/),
      metrics: { step: 40, train_loss: expect.any(Number) },
    })
  })

  it('have validation figures when there is a validation file', async () => {
    const { emulator, api, create } = await openScene()
    const { body: file } = await api('/files', { body: fileForm(conversations(2)) })
    emulator.clock.advance(PROCESSING)
    const job = await create({ validation_file: file.id })
    emulator.clock.advance(WHOLE_JOB)
    const { body } = await api(`/fine_tuning/jobs/${job}/checkpoints`)
    expect(Object.keys(body.data[0]?.metrics ?? {}).toSorted()).toEqual([
      'full_valid_loss',
      'full_valid_mean_token_accuracy',
      'step',
      'train_loss',
      'train_mean_token_accuracy',
      'valid_loss',
      'valid_mean_token_accuracy',
    ])
  })
})
