import { createDriver, openaiCompatible } from '@anytune/openai-compatible'
import { requestPermit } from '../../core/src/policy/gate.ts'
import { NOT_CONFIGURED } from '../../core/src/policy/judgement.ts'
import { describe, expect, it } from 'vitest'
import { contextOf, scriptedHost } from './scripted-host.ts'

const PERMIT = requestPermit({ purpose: 'chat' }, NOT_CONFIGURED)

describe('options', () => {
  it.each([
    [{ apiKey: 'sk-secret' }, /baseURL/],
    [{ baseURL: 'https://host.example/v1' }, /apiKey/],
    [{ baseURL: 'ftp://host.example', apiKey: 'sk-secret' }, /baseURL/],
    [{ baseURL: 'https://host.example/v1', apiKey: 'sk-secret', region: 'eu' }, /there is no option "region"/],
    [{ baseURL: 'https://host.example/v1', apiKey: 'sk-secret', hyperparametersForm: 'old' }, /hyperparametersForm/],
  ])('%j are refused, without the key', (options, fault) => {
    expect(() => createDriver(options)).toThrow(expect.objectContaining({ code: 'configuration' }))
    expect(() => createDriver(options)).toThrow(fault)
    expect(() => createDriver(options)).not.toThrow(/sk-secret/)
  })
})

describe('a host of which nothing is on record', () => {
  it('has unknown terms: its offering names the host', () => {
    const { offering, scope } = openaiCompatible({ baseURL: 'https://host.example:8443/v1', apiKey: 'k' })
    expect(offering({ operation: 'train', providerOptions: {} })).toEqual({
      id: 'openai-compatible/host.example:8443/train',
      title: 'OpenAI-compatible API at host.example:8443',
      egress: 'provider',
    })
    expect(scope).toBe('host.example:8443')
  })

  it('has no preference training in the legacy form', () => {
    const legacy = openaiCompatible({ baseURL: 'https://host.example', apiKey: 'k', hyperparametersForm: 'legacy' })
    expect(Object.keys(legacy.capabilities.methods)).toEqual(['supervised'])
  })

  it('gets the headers that were asked for, and its key', async () => {
    await using host = await scriptedHost({ 'GET /models': () => ({ object: 'list', data: [] }) })
    const driver = openaiCompatible({
      baseURL: host.baseURL,
      apiKey: async () => 'fetched',
      headers: { 'x-team': 'a' },
    })
    expect(await driver.models.list({ limit: 10 }, contextOf())).toEqual({ items: [] })
    expect(host.asked[0]?.headers).toMatchObject({ authorization: 'Bearer fetched', 'x-team': 'a' })
  })
})

describe('models', () => {
  it('are those that were tuned, newest first, with their last day', async () => {
    const data = [
      { id: 'gpt-4.1-mini-2025-04-14', object: 'model', created: 1, owned_by: 'system' },
      { id: 'ft:gpt-4.1-mini-2025-04-14:acme::aaa', object: 'model', created: 10, shutdown_date: '2027-01-14' },
      { id: 'ft:gpt-4.1-mini-2025-04-14:acme:support:bbb', object: 'model', created: 20, shutdown_date: null },
    ]
    await using host = await scriptedHost({ 'GET /models': () => ({ object: 'list', data }) })
    const { models } = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    const { items } = await models.list({ limit: 10 }, contextOf())
    expect(items).toEqual([
      { id: data[2]?.id, baseModel: 'gpt-4.1-mini-2025-04-14', createdAt: new Date(20_000), raw: data[2] },
      {
        id: data[1]?.id,
        baseModel: 'gpt-4.1-mini-2025-04-14',
        createdAt: new Date(10_000),
        servedUntil: new Date('2027-01-14T00:00:00Z'),
        raw: data[1],
      },
    ])
  })
})

describe('preflight', () => {
  const check = async (answer: object) => {
    await using host = await scriptedHost({ 'GET /models/small': () => answer })
    const { preflight } = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    const target = { baseModel: 'small', method: 'supervised', providerOptions: {} } as const
    const checks = await preflight(target, contextOf())
    return checks.map(({ id, result }) => `${id}: ${result}`)
  }

  it.each([
    ['a model that is there', { id: 'small', created: 1 }, ['key: passed', 'base-model: passed']],
    [
      'a model that outlived its last day',
      { id: 'small', shutdown_date: '2020-01-01' },
      ['key: passed', 'base-model: could-not-read'],
    ],
    ['a model that is not there', { status: 404, text: '{}' }, ['key: passed', 'base-model: failed']],
    ['a wrong key', { status: 401, text: '{}' }, ['key: failed']],
    ['a key that may not read models', { status: 403, text: '{}' }, ['base-model: could-not-read']],
    ['a service that is down', { status: 503, text: '{}' }, ['base-model: could-not-read']],
    ['a page', { status: 200, text: '<html>', type: 'text/html' }, ['base-model: could-not-read']],
  ])('finds %s', async (_, answer, results) => {
    expect(await check(answer)).toEqual(results)
  })
})

describe('chat', () => {
  const stream = (...pieces: readonly object[]) => ({
    status: 200,
    type: 'text/event-stream',
    text: [...pieces.map((piece) => JSON.stringify(piece)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
  })
  const ask = async (answer: object) => {
    await using host = await scriptedHost({ 'POST /chat/completions': () => answer })
    const { chat } = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    const chunks = []
    const request = { messages: [{ role: 'user', content: 'Hello' }], maxTokens: 5, temperature: 0 } as const
    for await (const chunk of chat('ft:small', request, PERMIT, contextOf())) chunks.push(chunk)
    return { chunks, body: JSON.parse(host.asked[0]?.body.toString() ?? '') }
  }
  const piece = (content: string | null, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason }],
  })

  it('is told piece by piece, the last one with why it ended and what was used', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    const { chunks, body } = await ask(stream(piece('He'), piece('llo'), piece(null, 'stop'), { choices: [], usage }))
    expect(chunks).toEqual([
      { text: 'He' },
      { text: 'llo' },
      { text: '', finish: 'stop', usage: { inputTokens: 3, outputTokens: 2 } },
    ])
    expect(body).toEqual({
      model: 'ft:small',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 5,
      temperature: 0,
    })
  })

  it('is read from pieces that lack what they may lack', async () => {
    const odd = [{}, { choices: null }, { choices: [{ index: 0 }] }, { choices: [{ delta: null }], usage: {} }]
    const { chunks } = await ask(stream(...odd, piece('Hello'), piece(null, 'stop')))
    expect(chunks).toEqual([{ text: 'Hello' }, { text: '', finish: 'stop' }])
  })

  it('that the service breaks off is an error, and may be asked again', async () => {
    const error = await ask(stream(piece('He'), { error: { code: 'server_error', message: 'about "Anna"' } })).catch(
      (thrown: unknown) => thrown,
    )
    const info = openaiCompatible({ baseURL: 'https://host.example', apiKey: 'k' }).classify(error, 'chat')
    expect(info).toEqual({ code: 'unavailable', reached: 'maybe', message: 'the service broke off its answer' })
  })

  it.each([
    ['length', 'length'],
    ['content_filter', 'filtered'],
    ['tool_calls', 'unknown'],
    ['boredom', 'unknown'],
    [null, 'unknown'],
  ])('that ended by %s is told as %s', async (reason, finish) => {
    const { chunks } = await ask(stream(piece('x'), piece(null, reason)))
    expect(chunks.at(-1)).toEqual({ text: '', finish })
  })
})
