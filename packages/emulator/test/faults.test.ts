import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Exchange, Fault } from '@anytune/emulator'
import { apiOf, fileForm, openEmulator, stage, type Api } from './helpers.ts'

const create = (api: Api, file: string) =>
  api('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: file } })

async function openScene(...faults: readonly Fault[]) {
  const emulator = await openEmulator()
  const api = apiOf(emulator)
  const file = await stage(emulator, api)
  emulator.faults.add(...faults)
  const jobs = async () => (await api('/fine_tuning/jobs')).body.data.length
  return { emulator, api, file, jobs }
}

describe('a fault before the effect leaves nothing behind', () => {
  it('as a status with the vendor’s own error', async () => {
    const { api, file, jobs } = await openScene({
      operation: 'jobs.create',
      kind: 'status',
      status: 503,
      headers: { 'retry-after': '7' },
    })
    const reply = await create(api, file)
    expect([reply.status, reply.headers.get('retry-after'), await jobs()]).toEqual([503, '7', 0])
    expect(reply.body.error).toEqual({ message: expect.any(String), type: 'server_error', param: null, code: null })
    expect((await create(api, file)).status).toBe(200)
  })

  it('as a limit that says when to come back', async () => {
    const { api, file, jobs } = await openScene({ operation: 'jobs.create', kind: 'rate-limit', retryAfter: '3' })
    const reply = await create(api, file)
    expect([reply.status, reply.headers.get('retry-after'), reply.body.error.code]).toEqual([
      429,
      '3',
      'rate_limit_exceeded',
    ])
    expect(await jobs()).toBe(0)
  })

  it('as a broken connection', async () => {
    const { api, file, jobs } = await openScene({ operation: 'jobs.create', kind: 'reset' })
    await expect(create(api, file)).rejects.toThrow('fetch failed')
    expect(await jobs()).toBe(0)
  })

  it('as a page of a proxy', async () => {
    const { api, file, jobs } = await openScene({ operation: 'jobs.create', kind: 'not-json' })
    const reply = await create(api, file)
    expect([reply.status, reply.text]).toEqual([502, expect.stringContaining('<html>')])
    expect(await jobs()).toBe(0)
  })
})

describe('a fault after the effect leaves the thing, and no answer', () => {
  it.each<[string, Fault]>([
    ['a broken connection', { operation: 'jobs.create', kind: 'reset', when: 'after' }],
    ['a page of a proxy', { operation: 'jobs.create', kind: 'not-json', when: 'after' }],
    ['an error', { operation: 'jobs.create', kind: 'status', status: 500, when: 'after' }],
  ])('with %s', async (_, fault) => {
    const { api, file, jobs } = await openScene(fault)
    const status = await create(api, file).then(
      (reply) => reply.status,
      () => 0,
    )
    expect(status).not.toBe(200)
    expect(await jobs()).toBe(1)
  })
})

describe('an answer can be disturbed', () => {
  it('hang until the client leaves, before the effect or after it', async () => {
    const { emulator, file, jobs } = await openScene(
      { operation: 'jobs.create', kind: 'hang' },
      { operation: 'jobs.create', kind: 'hang', when: 'after' },
    )
    const seen: number[] = []
    for (let attempt = 0; attempt < 2; attempt++) {
      const leave = new AbortController()
      const reached = new Promise<void>((resolve) => {
        const off = emulator.onRequest((phase, { operation }) => {
          if (phase !== 'after' || operation !== 'jobs.create') return
          off()
          resolve()
        })
      })
      const asked = fetch(`${emulator.env['OPENAI_BASE_URL']}/fine_tuning/jobs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${emulator.env['OPENAI_API_KEY']}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', training_file: file }),
        signal: leave.signal,
      })
      await reached
      leave.abort()
      await expect(asked).rejects.toThrow('aborted')
      seen.push(await jobs())
    }
    expect(seen).toEqual([0, 1])
  })

  it('come slowly and whole', async () => {
    const { api, file } = await openScene({ operation: 'files.get', kind: 'slow', bytes: 50, everyMilliseconds: 1 })
    expect((await api(`/files/${file}`)).body.id).toBe(file)
  })

  it('end too early', async () => {
    const { api, file } = await openScene({ operation: 'files.get', kind: 'truncate', share: 0.3 })
    await expect(api(`/files/${file}`)).rejects.toThrow(/terminated|fetch failed/)
  })

  it('end too early in the middle of a stream', async () => {
    const { api } = await openScene({ operation: 'chat.create', kind: 'truncate' })
    const json = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], stream: true }
    await expect(api('/chat/completions', { json })).rejects.toThrow(/terminated|fetch failed/)
  })

  it('end after some events of a stream', async () => {
    const { emulator, api } = await openScene({ operation: 'chat.create', kind: 'truncate', events: 3, share: 0 })
    const json = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], stream: true }
    await expect(api('/chat/completions', { json })).rejects.toThrow(/terminated|fetch failed/)
    const sent = emulator.requests().at(-1)?.responseBody
    emulator.faults.add({ operation: 'chat.create', kind: 'truncate', events: 1, share: 0 })
    await expect(api('/chat/completions', { json })).rejects.toThrow(/terminated|fetch failed/)
    const sooner = emulator.requests().at(-1)?.responseBody
    expect(Object(sent).bytes).toBeGreaterThan(Object(sooner).bytes)
  })
})

describe('a vendor can lag behind itself', () => {
  it('so that lists miss a new thing a number of times', async () => {
    const { api, file, jobs } = await openScene({ operation: 'jobs.create', kind: 'list-lag', lists: 2 })
    const { body } = await create(api, file)
    expect([await jobs(), await jobs(), await jobs()]).toEqual([0, 0, 1])
    expect((await api(`/fine_tuning/jobs/${body.id}`)).status).toBe(200)
  })

  it('so that lists miss a new thing for a time', async () => {
    const { emulator, api } = await openScene({ operation: 'files.create', kind: 'list-lag', milliseconds: 5_000 })
    const { body } = await api('/files', { body: fileForm('{}') })
    const listed = async () => (await api('/files')).body.data.some(({ id }) => id === body.id)
    expect(await listed()).toBe(false)
    emulator.clock.advance(5_000)
    expect(await listed()).toBe(true)
  })

  it('so that a new thing is not found at first', async () => {
    const { api, file } = await openScene({ operation: 'jobs.create', kind: 'get-lag', looks: 2 })
    const { body } = await create(api, file)
    const look = async () => (await api(`/fine_tuning/jobs/${body.id}`)).status
    expect([await look(), await look(), await look()]).toEqual([404, 404, 200])
  })
})

describe('the faults of one account', () => {
  it('are cleared without those of others, which go on counting', async () => {
    const { emulator, api, file } = await openScene(
      { operation: 'jobs.create', kind: 'status', status: 503, account: 'emulator-another' },
      { operation: 'jobs.create', kind: 'status', status: 500, after: 1 },
    )
    emulator.faults.clear('emulator-another')
    expect((await create(api, file)).status).toBe(200)
    emulator.faults.clear('emulator-another')
    expect((await create(api, file)).status).toBe(500)
    expect(emulator.faults.pending()).toEqual([])
  })
})

describe('the hook', () => {
  it('sees a request before anything was done, and its effect before anything is answered', async () => {
    const { emulator, api, file } = await openScene()
    const key = emulator.env['OPENAI_API_KEY'] ?? ''
    const seen: [string, string, number | undefined][] = []
    let answered = false
    emulator.onRequest((phase, { operation, status, account }) => {
      expect([account, answered]).toEqual([key, false])
      seen.push([phase, operation, status])
    })
    await create(api, file).then(() => (answered = true))
    expect(seen).toEqual([
      ['before', 'jobs.create', undefined],
      ['after', 'jobs.create', 200],
    ])
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that throws %s breaks the connection there', async (moment, left) => {
    const { emulator, api, file, jobs } = await openScene()
    const off = emulator.onRequest((phase) => {
      if (phase === moment) throw new Error('killed here')
    })
    await expect(create(api, file)).rejects.toThrow('fetch failed')
    off()
    expect(await jobs()).toBe(left)
  })

  it('is waited for', async () => {
    const { emulator, api } = await openScene()
    const go = new AbortController()
    emulator.onRequest(async (phase) => {
      if (phase === 'after' && !go.signal.aborted) await once(go.signal, 'abort')
    })
    const asked = api('/models')
    const first = await Promise.race([
      asked.then(() => 'answered'),
      new Promise((resolve) => setImmediate(resolve, 'waiting')),
    ])
    go.abort()
    expect([first, (await asked).status]).toEqual(['waiting', 200])
  })
})

describe('the request log', () => {
  it('says what was asked and answered, without any credential', async () => {
    const { emulator, api, file } = await openScene({ operation: 'jobs.create', kind: 'reset', when: 'after' })
    await create(api, file).catch(() => undefined)
    await api('/models?limit=1')
    const [, job, models] = emulator.requests() as [Exchange, Exchange, Exchange]
    expect(job).toMatchObject({
      vendor: 'openai',
      method: 'POST',
      path: '/v1/fine_tuning/jobs',
      operation: 'jobs.create',
      account: emulator.env['OPENAI_API_KEY'],
      requestHeaders: { authorization: 'present' },
      requestBody: { json: { model: 'gpt-4o-mini', training_file: file } },
      fault: 'reset',
      status: 200,
      over: true,
    })
    expect(job.responseBody).toBeUndefined()
    expect(models).toMatchObject({
      query: 'limit=1',
      status: 400,
      responseBody: { json: { error: { param: 'limit' } } },
    })
  })

  it('keeps the last ones, and one account’s apart', async () => {
    const emulator = await openEmulator({ logCapacity: 3 })
    const other = emulator.account()
    for (let index = 0; index < 8; index++) await apiOf(emulator)('/models')
    await apiOf(emulator, other.name)('/files')
    expect(emulator.requests().map(({ number }) => number)).toEqual([7, 8, 9])
    expect(other.requests().map(({ operation }) => operation)).toEqual(['files.list'])
  })
})
