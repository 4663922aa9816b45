import { describe, expect, it } from 'vitest'
import { apiOf, controlOf, openEmulator, stage } from './helpers.ts'

describe('another process', () => {
  it('can add faults and clear them', async () => {
    const emulator = await openEmulator()
    const control = controlOf(emulator)
    const faults = [{ operation: 'models.list', kind: 'status', status: 500 }]
    expect((await control('/faults', { json: { faults } })).body).toEqual({ pending: faults })
    expect((await apiOf(emulator)('/models')).status).toBe(500)
    await control('/faults', { json: { faults } })
    expect((await control('/faults', { json: { clear: true } })).body).toEqual({ pending: [] })
    expect((await apiOf(emulator)('/models')).status).toBe(200)
  })

  it('can move the clock, plan outcomes, change settings and seed', async () => {
    const emulator = await openEmulator()
    const control = controlOf(emulator)
    const account = emulator.env['OPENAI_API_KEY'] ?? ''
    const api = apiOf(emulator)
    await control('/settings', { json: { account, settings: { minimumExamples: 1 } } })
    await control('/outcome', { json: { account, outcome: { end: 'fail' } } })
    const { body: made } = await control('/seed', { json: { account, seed: { models: 2 } } })
    const file = await stage(
      emulator,
      api,
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}',
    )
    const { body: job } = await api('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: file } })
    const before = emulator.clock.now()
    const { body: time } = await control('/clock', { json: { advanceMilliseconds: 60_000 } })
    expect(time['now']).toBe(new Date(before + 60_000).toISOString())
    expect((await api(`/fine_tuning/jobs/${job.id}`)).body.error.code).toBe('server_error')
    expect(made['models']).toHaveLength(2)
  })

  it('can read the log, and forget one account or all', async () => {
    const emulator = await openEmulator()
    const control = controlOf(emulator)
    const other = emulator.account()
    await stage(emulator, apiOf(emulator))
    await stage(emulator, apiOf(emulator, other.name))
    const files = async (key?: string) => (await apiOf(emulator, key)('/files')).body.data.length
    const logged = async () => (await control('/requests')).body['requests']
    expect(await logged()).toMatchObject([{ operation: 'files.create' }, { operation: 'files.create' }])
    const { body: others } = await control(`/requests?account=${other.name}`)
    expect(others['requests']).toMatchObject([{ account: other.name }])
    await control('/reset', { json: { account: other.name } })
    expect([await files(), await files(other.name)]).toEqual([1, 0])
    emulator.faults.add({ operation: 'uploads.create', kind: 'reset' })
    await control('/reset', { json: {} })
    expect([await logged(), emulator.faults.pending(), await files()]).toEqual([[], [], 0])
  })

  it.each([
    ['an unknown command', '/explode', { json: {} }, 404],
    ['another method', '/faults', {}, 405],
    ['no JSON', '/faults', { body: '{', headers: { 'content-type': 'application/json' } }, 400],
    ['what a page in a browser can send', '/reset', { body: '{}', headers: { 'content-type': 'text/plain' } }, 400],
    ['a fault that is none', '/faults', { json: { faults: [{ operation: '*', kind: 'quake' }] } }, 400],
    ['a clock that goes back', '/clock', { json: { advanceMilliseconds: -1 } }, 400],
    ['an unknown member', '/clock', { json: { days: 1 } }, 400],
    ['an account that cannot be', '/outcome', { json: { account: 'sk-me', outcome: {} } }, 400],
    ['a vendor that does not run', '/outcome', { json: { account: 'emulator-a', vendor: 'azure', outcome: {} } }, 400],
    ['an outcome that cannot be', '/outcome', { json: { account: 'emulator-a', outcome: { end: 'win' } } }, 400],
  ] as const)('is told what is wrong with %s', async (_, path, call, status) => {
    const reply = await controlOf(await openEmulator())(path, call)
    expect([reply.status, reply.body.error.message]).toEqual([status, expect.any(String)])
  })
})

describe('an emulator', () => {
  it('refuses options that it does not know', async () => {
    await expect(openEmulator({ vendors: [] })).rejects.toThrow('name each vendor once')
    await expect(openEmulator({ vendors: ['openai', 'openai'] })).rejects.toThrow('name each vendor once')
    await expect(openEmulator({ vendors: ['acme' as never] })).rejects.toThrow('there is no vendor "acme"')
    await expect(openEmulator({ faults: [{ operation: '*', kind: 'quake' as never }] })).rejects.toThrow('faults')
  })

  it('listens on loopback only unless told, and frees its port at the end', async () => {
    const emulator = await openEmulator()
    const url = new URL(emulator.urls.openai ?? '')
    expect(url.hostname).toBe('127.0.0.1')
    const again = () => openEmulator({ port: Number(url.port) })
    await expect(again()).rejects.toThrow('EADDRINUSE')
    await emulator.close()
    expect((await again()).urls.openai).toBe(emulator.urls.openai)
  })

  it('ends what hangs when it closes', async () => {
    const emulator = await openEmulator()
    emulator.faults.add({ operation: 'models.list', kind: 'hang' })
    const reached = new Promise<void>((resolve) => emulator.onRequest(() => resolve()))
    const hanging = apiOf(emulator)('/models').catch((error: unknown) => error)
    await reached
    await emulator.close()
    expect(await hanging).toMatchObject({ message: 'fetch failed' })
  })
})
