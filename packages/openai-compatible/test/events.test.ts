import type { JobEvent } from '@anytune/core/driver'
import { readEvents } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'
import { type Asked, scriptedHost } from './scripted-host.ts'
import { vendorJob } from './vendor-job.ts'

const STATUSES = { running: 'running', succeeded: 'succeeded', paused: 'paused' } as const
const signal = new AbortController().signal

interface Entry {
  readonly id: string
  readonly created_at: unknown
}

const event = (id: string, created_at: unknown, given: object = {}) => ({
  object: 'fine_tuning.job.event',
  id,
  created_at,
  level: 'info',
  message: id,
  type: 'message',
  data: null,
  ...given,
})
const checkpoint = (id: string, created_at: number, step_number: number) => ({
  object: 'fine_tuning.job.checkpoint',
  id,
  created_at,
  step_number,
  fine_tuned_model_checkpoint: `ft:gpt:acme:s:x:ckpt-step-${step_number}`,
  fine_tuning_job_id: 'ftjob-1',
  metrics: { step: step_number },
})

/** A job whose lists grow as the test says; oldest first here, told newest first, or as they are, in pages of `limit` or fewer. */
async function jobWith(state: {
  events: Entry[]
  checkpoints: Entry[]
  status: string
  pageSize?: number
  oldestFirst?: boolean
}) {
  const list = (entries: readonly Entry[], { query }: Asked) => {
    const listed = state.oldestFirst === true ? entries : entries.toReversed()
    const after = listed.findIndex(({ id }) => id === query.get('after'))
    const size = Math.min(Number(query.get('limit') ?? 20), state.pageSize ?? Infinity)
    const data = listed.slice(after + 1, after + 1 + size)
    return { object: 'list', data, has_more: after + 1 + size < listed.length }
  }
  const host = await scriptedHost({
    'GET /fine_tuning/jobs/ftjob-1': () => vendorJob({ id: 'ftjob-1', status: state.status }),
    'GET /fine_tuning/jobs/ftjob-1/events': (asked) => list(state.events, asked),
    'GET /fine_tuning/jobs/ftjob-1/checkpoints': (asked) => list(state.checkpoints, asked),
  })
  const read = (cursor?: string) => readEvents(host.client, 'ftjob-1', cursor, signal, STATUSES)
  return { host, read, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() }
}

const ids = (events: readonly JobEvent[]) => events.map(({ id }) => id)

describe('what a job tells', () => {
  it('is told oldest first, with metrics by our names and unknown kinds as messages', async () => {
    // The data of OpenAI's supervised guide.
    const data = {
      step: 300,
      train_loss: 0.15,
      valid_loss: 0.27,
      total_steps: 300,
      full_valid_loss: 0.4,
      train_mean_token_accuracy: 0.94,
    }
    await using job = await jobWith({
      events: [
        event('e1', 100, { message: 'Created fine-tuning job' }),
        event('e2', 101, { type: 'metrics', data, message: 'Step 300/300: training loss=0.15' }),
        event('e3', 102, { type: 'moderation_checks', level: 'warn', message: 'Moderation checks failed: hate' }),
        event('e4', 103, { type: 'metrics', data: null, level: 'error', message: 'no numbers' }),
      ],
      checkpoints: [],
      status: 'running',
    })
    expect((await job.read()).events).toEqual([
      { id: 'e1', at: new Date(100_000), type: 'message', level: 'info', text: 'Created fine-tuning job' },
      {
        id: 'e2',
        at: new Date(101_000),
        type: 'metrics',
        step: 300,
        totalSteps: 300,
        values: { loss: 0.15, validationLoss: 0.27, fullValidationLoss: 0.4, tokenAccuracy: 0.94 },
      },
      { id: 'e3', at: new Date(102_000), type: 'message', level: 'warning', text: 'Moderation checks failed: hate' },
      { id: 'e4', at: new Date(103_000), type: 'message', level: 'error', text: 'no numbers' },
    ])
  })

  it('goes on after the cursor, also among events of one second, in whichever order they are listed', async () => {
    const state = { events: [event('a', 100), event('b', 100)], checkpoints: [], status: 'running' }
    await using job = await jobWith(state)
    const first = await job.read()
    expect(ids(first.events)).toEqual(['a', 'b'])
    // Three more in the same second, one of them listed as older than what was told.
    state.events = [event('c', 100), event('b', 100), event('a', 100), event('d', 100), event('e', 101)]
    const second = await job.read(first.cursor)
    expect(ids(second.events)).toEqual(['c', 'd', 'e'])
    const third = await job.read(second.cursor)
    expect(third).toEqual({ events: [], cursor: second.cursor })
  })

  it('is read over pages of any length, each event once, though new ones come while it is read', async () => {
    const state = {
      events: Array.from({ length: 7 }, (_, index) => event(`e${index}`, 100 + index)),
      checkpoints: [],
      status: 'running',
      pageSize: 2,
    }
    await using job = await jobWith(state)
    const first = await job.read()
    expect(ids(first.events)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6'])
    state.events.push(event('e7', 107))
    expect(ids((await job.read(first.cursor)).events)).toEqual(['e7'])
  })

  it('is not read again from its start at each look', async () => {
    const state = {
      events: Array.from({ length: 1000 }, (_, index) => event(`e${index}`, index)),
      checkpoints: [],
      status: 'running',
    }
    await using job = await jobWith(state)
    const { cursor } = await job.read()
    const before = job.host.asked.length
    await job.read(cursor)
    expect(job.host.asked.slice(before).map(({ route }) => route)).toEqual([
      'GET /fine_tuning/jobs/ftjob-1/events',
      'GET /fine_tuning/jobs/ftjob-1/checkpoints',
    ])
  })

  it.each([1, 2, 100])('is told once where the host lists the oldest first, in pages of %i', async (pageSize) => {
    const state = {
      events: Array.from({ length: 5 }, (_, index) => event(`e${index}`, 100 + index)),
      checkpoints: [],
      status: 'running',
      oldestFirst: true,
      pageSize,
    }
    await using job = await jobWith(state)
    const first = await job.read()
    expect(ids(first.events)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4'])
    state.events.push(event('e5', 200), event('e6', 201))
    const second = await job.read(first.cursor)
    expect(ids(second.events)).toEqual(['e5', 'e6'])
    expect(ids((await job.read(second.cursor)).events)).toEqual([])
  })

  it('is told once, and wholly, where an event comes into the list after younger ones', async () => {
    const state = { events: [event('b', 102), event('a', 101)], checkpoints: [], status: 'running' }
    await using job = await jobWith(state)
    const first = await job.read()
    expect(ids(first.events)).toEqual(['a', 'b'])
    state.events = [event('late', 99), event('a', 101), event('b', 102), event('c', 103)]
    const second = await job.read(first.cursor)
    expect(ids(second.events)).toEqual(['late', 'c'])
    expect(ids((await job.read(second.cursor)).events)).toEqual([])
  })

  it('is told once where it is listed twice', async () => {
    const twice = event('a', 100)
    await using job = await jobWith({ events: [twice, twice], checkpoints: [], status: 'running' })
    expect(ids((await job.read()).events)).toEqual(['a'])
  })

  it.each([
    ['milliseconds', 1_721_764_800_000],
    ['numbers in quotation marks', '1721764800'],
    ['ISO 8601', '2024-07-23T20:00:00Z'],
  ])('is told with its time where the host tells time in %s', async (_, told) => {
    await using job = await jobWith({ events: [event('a', told)], checkpoints: [], status: 'running' })
    const { events, cursor } = await job.read()
    expect(events.map(({ at }) => at)).toEqual([new Date('2024-07-23T20:00:00Z')])
    expect((await job.read(cursor)).events).toEqual([])
  })

  it('refuses a cursor that is none', async () => {
    await using job = await jobWith({ events: [], checkpoints: [], status: 'running' })
    await expect(job.read('next page')).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('checkpoints among the events', () => {
  it('have one place, whenever they are read', async () => {
    const state = {
      events: [event('e1', 100)],
      checkpoints: [checkpoint('c1', 100, 10)],
      status: 'running',
    }
    await using job = await jobWith(state)
    // More may come in the checkpoint's second, so it waits.
    const first = await job.read()
    expect(ids(first.events)).toEqual(['e1'])
    state.events.push(event('e2', 100), event('e3', 101))
    const second = await job.read(first.cursor)
    expect(ids(second.events)).toEqual(['e2', 'c1', 'e3'])
    expect(ids((await job.read()).events)).toEqual(['e1', 'e2', 'c1', 'e3'])
  })

  it.each(['succeeded', 'paused'])('are all told once the job is %s', async (status) => {
    const state = { events: [event('e1', 100)], checkpoints: [checkpoint('c1', 100, 10)], status }
    await using job = await jobWith(state)
    const { events, cursor } = await job.read()
    expect(ids(events)).toEqual(['e1', 'c1'])
    expect(events[1]).toEqual({
      id: 'c1',
      at: new Date(100_000),
      type: 'checkpoint',
      step: 10,
      model: 'ft:gpt:acme:s:x:ckpt-step-10',
    })
    expect(await job.read(cursor)).toEqual({ events: [], cursor })
  })

  it('come in the order of their steps, also in one second', async () => {
    await using job = await jobWith({
      events: [event('e1', 100)],
      checkpoints: [checkpoint('c2', 100, 20), checkpoint('c1', 100, 10)],
      status: 'succeeded',
    })
    expect(ids((await job.read()).events)).toEqual(['e1', 'c1', 'c2'])
  })
})

describe('a host without events or checkpoints', () => {
  it('tells nothing of a job that is there', async () => {
    await using host = await scriptedHost({ 'GET /fine_tuning/jobs/j': () => vendorJob({ id: 'j' }) })
    expect((await readEvents(host.client, 'j', undefined, signal, STATUSES)).events).toEqual([])
  })

  it('says that a job is not there', async () => {
    await using host = await scriptedHost({})
    await expect(readEvents(host.client, 'j', undefined, signal, STATUSES)).rejects.toMatchObject({ status: 404 })
  })
})
