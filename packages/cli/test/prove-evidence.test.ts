import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catalogue, defineCatalogue, type Catalogue } from '@anytune/catalogue'
import type { Plan } from '@anytune/core'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { evidenceOf, parseEvidence, provenBy, type Evidence } from '../src/prove/evidence.ts'
import type { Result } from '../src/prove/ledger.ts'
import { hostTemplate, looksLikeApiName, pathTemplate } from '../src/prove/names.ts'
import { nothingSeen, see, shapeOf } from '../src/prove/shape.ts'
import { tapFetch, type Exchange, type Tap } from '../src/prove/tap.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

let tap: Tap | undefined
afterEach(() => {
  tap?.remove()
  tap = undefined
})

function tapped(operation = 'jobs.create'): Tap {
  return (tap = tapFetch(() => operation))
}

const json =
  (value: unknown): Answer =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(value))
  }

// What evidence takes from a plan.
const PLAN = {
  provider: 'openai',
  offering: { id: 'openai/api.openai.com/train', title: 'OpenAI', egress: 'provider' },
  baseModel: 'gpt-4.1-mini-2025-04-14',
  method: 'supervised',
} as unknown as Plan

const NOTHING: Catalogue = defineCatalogue([])
const PASSED: ReadonlyMap<string, Result> = new Map([['jobs.create', { result: 'passed' }]])

function evidence(exchanges: readonly Exchange[], more: Partial<Parameters<typeof evidenceOf>[0]> = {}): Evidence {
  return evidenceOf({
    plan: PLAN,
    catalogue: NOTHING,
    extent: 'cancelled-job',
    outcome: 'completed',
    at: new Date('2026-11-25T10:00:00Z'),
    versions: { anytune: '1.2.3', node: '24.0.0' },
    jobStatuses: ['queued', 'cancelled'],
    results: PASSED,
    exchanges,
    besides: 0,
    secrets: [],
    ...more,
  })
}

function shape(...values: readonly unknown[]) {
  const seen = nothingSeen()
  for (const value of values) see(seen, value)
  return shapeOf(seen, (name) => name)
}

describe('the shape of a value', () => {
  it.each([
    ['a text', ['x'], 'string'],
    ['whole numbers and others', [1, 1.5], 'number'],
    ['null or a whole number', [null, 7], 'integer|null'],
    ['an empty list', [[]], []],
    ['a list of several types', [['x', 1, null]], ['integer|null|string']],
    ['an object', [{ a: 1, b: { c: true } }], { a: 'integer', b: { c: 'boolean' } }],
    ['objects that differ', [{ a: 1, b: 2 }, { a: 'x' }], { a: 'integer|string', 'b?': 'integer' }],
    ['a text or a list of objects', ['x', [{ type: 'text' }]], { '|': ['string', [{ type: 'string' }]] }],
    ['names that the account chose', [{ metadata: { team: 'x', cost: 'y' } }], { metadata: { '*': 'string' } }],
    ['a schema of the account', [{ parameters: { properties: { name: {} } } }], { parameters: 'object' }],
  ])('%s', (_name, values, expected) => {
    expect(shape(...values)).toEqual(expected)
  })
})

describe('what may be told', () => {
  it('of a path: the constant words of known APIs', () => {
    expect(pathTemplate('/v1/fine_tuning/jobs/ftjob-abc/events')).toBe('/v1/fine_tuning/jobs/{id}/events')
    expect(
      pathTemplate(
        '/subscriptions/0a1b/resourceGroups/acme-rg/providers/Microsoft.CognitiveServices/accounts/acme/deployments/prod',
      ),
    ).toBe(
      '/subscriptions/{id}/resourceGroups/{id}/providers/Microsoft.CognitiveServices/accounts/{id}/deployments/{id}',
    )
  })

  it('of a host: the public part of a vendor’s', () => {
    expect(hostTemplate('api.openai.com')).toBe('api.openai.com')
    expect(hostTemplate('acme.openai.azure.com')).toBe('{account}.openai.azure.com')
    expect(hostTemplate('llm.acme.example')).toBe('{host}')
    expect(hostTemplate('127.0.0.1')).toBe('loopback')
  })

  it.each(['fine_tuned_model', 'createdAt', 'sha256', 'n_epochs', 'has_more', 'provisioningState', 'top_p'])(
    'the name %s, as APIs give them',
    (name) => expect(looksLikeApiName(name)).toBe(true),
  )

  it.each([
    'sk-proj-4fQ9zTa81LmWx02',
    'jane.doe@acme.example',
    '0a1b2c3d-4e5f-6789-abcd-ef0123456789',
    'What is my balance?',
    'llm.acme.example',
    'ftjob-AbC123xYz',
    '49151234567',
    `a${'b'.repeat(47)}!`,
    '',
  ])('no name like %s', (name) => expect(looksLikeApiName(name)).toBe(false))
})

describe('the tap', () => {
  it('changes nothing of what passes: a stream still streams, while its events are looked at', async () => {
    let finish = () => {}
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/event-stream')
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n')
      finish = () => response.end('data: {"choices":[],"usage":{"total_tokens":3}}\n\ndata: [DONE]\n\n')
    })
    const tap = tapped('chat')
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: '{"stream":true}' })
    const reader = response.body!.getReader()
    // The first event arrives before the last one was sent.
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"a"')
    finish()
    while (!(await reader.read()).done);
    const [exchange] = evidence(await tap.exchanges(), { results: new Map() }).operations['chat']!.exchanges
    expect(exchange).toEqual({
      method: 'POST',
      host: 'loopback',
      path: '/v1/chat/completions',
      query: [],
      request: { type: 'application/json', shape: { stream: 'boolean' } },
      status: 200,
      response: {
        type: 'text/event-stream',
        shape: { choices: [{ delta: { content: 'string' } }], 'usage?': { total_tokens: 'integer' } },
      },
      times: 1,
    })
  })

  it('names the parts of a form, and looks into none', async () => {
    const url = await serve(json({ id: 'file-1' }))
    const tap = tapped()
    const body = new FormData()
    body.set('purpose', 'fine-tune')
    body.set('file', new Blob(['{"messages":[]}']), 'train.jsonl')
    await (await fetch(`${url}/v1/files?limit=2`, { method: 'POST', body })).json()
    expect(evidence(await tap.exchanges()).operations['jobs.create']!.exchanges).toEqual([
      expect.objectContaining({
        query: ['limit'],
        request: { type: 'multipart/form-data', parts: { purpose: 'string', file: 'file' } },
        response: { type: 'application/json', shape: { id: 'string' } },
      }),
    ])
  })

  it('sees requests that get no answer, bodies that break off, and answers that are no JSON', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/v1/files') request.socket.destroy()
      else if (request.url === '/v1/models') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"id":')
        setImmediate(() => request.socket.destroy())
      } else response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
    })
    const tap = tapped()
    await expect(fetch(`${url}/v1/files`)).rejects.toThrow('fetch failed')
    await expect(fetch(`${url}/v1/models`).then((response) => response.text())).rejects.toThrow('terminated')
    await (await fetch(`${url}/v1/uploads`)).text()
    const seen = evidence(await tap.exchanges()).operations['jobs.create']!.exchanges
    expect(seen.map(({ path, status, response }) => [path, status, response])).toEqual([
      ['/v1/files', undefined, undefined],
      ['/v1/models', 200, { type: 'application/json' }],
      ['/v1/uploads', 502, { type: 'text/html' }],
    ])
  })

  it('merges exchanges that were alike, and keeps those of another status apart', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      response.statusCode = ++asked === 3 ? 404 : 200
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(asked === 1 ? { id: 'a', model: null } : { id: 'b', model: 'm', error: {} }))
    })
    const tap = tapped()
    for (const id of ['one', 'two', 'three']) await (await fetch(`${url}/v1/fine_tuning/jobs/${id}`)).json()
    const seen = evidence(await tap.exchanges()).operations['jobs.create']!.exchanges
    expect(seen.map(({ status, times, response }) => [status, times, response?.shape])).toEqual([
      [200, 2, { id: 'string', model: 'null|string', 'error?': {} }],
      [404, 1, { id: 'string', model: 'string', error: {} }],
    ])
  })

  it('counts requests that go another way, and gives fetch back', async () => {
    const url = await serve(json({}))
    const before = globalThis.fetch
    const tap = tapped()
    await (await fetch(url)).text()
    await new Promise<void>((resolve, reject) => {
      get(url, (response) => response.resume().on('end', resolve)).on('error', reject)
    })
    expect(tap.besides()).toBe(1)
    tap.remove()
    expect(globalThis.fetch).toBe(before)
  })
})

describe('evidence', () => {
  const exchange: Exchange = {
    operation: 'jobs.create',
    method: 'POST',
    url: new URL('https://api.openai.com/v1/fine_tuning/jobs'),
    request: { kind: 'none' },
    requestHeaders: new Headers({ 'user-agent': 'OpenAI/JS 7.57.0' }),
    answer: { status: 200, headers: new Headers({ 'openai-version': '2020-10-01' }), body: { kind: 'none' } },
  }

  it('proves the operations that passed at the vendor’s own service', () => {
    const told = evidence([exchange])
    expect(told).toMatchObject({ rehearsal: false, on: '2026-11-25', versions: { sdk: 'openai 7.57.0' } })
    expect(told.operations['jobs.create']!.exchanges[0]).toMatchObject({ apiVersion: '2020-10-01', status: 200 })
    expect(provenBy(parseEvidence(JSON.stringify(told)))).toEqual(['jobs.create'])
  })

  const FAILED: ReadonlyMap<string, Result> = new Map([['jobs.create', { result: 'failed', code: 'unknown' }]])
  const { answer: _answer, ...unanswered } = exchange
  const at = (url: string): Exchange => ({ ...exchange, url: new URL(url) })

  it.each<readonly [string, readonly Exchange[], ReadonlyMap<string, Result>]>([
    ['nothing was sent at all', [], PASSED],
    ['a server on this computer answered', [at('http://127.0.0.1:1234/v1/files')], PASSED],
    ['a host that nobody knows answered', [at('https://llm.acme.example/v1/files')], PASSED],
    ['one of its requests got no answer', [exchange, unanswered], PASSED],
    ['it failed', [exchange], FAILED],
  ])('proves nothing when %s', (_name, exchanges, results) => {
    expect(provenBy(evidence(exchanges, { results }))).toEqual([])
  })

  it('names the offering and the model only where the catalogue does', () => {
    expect(evidence([exchange])).toMatchObject({ offering: '{offering}', baseModel: '{model}' })
    expect(evidence([exchange], { catalogue })).toMatchObject({
      offering: PLAN.offering.id,
      baseModel: PLAN.baseModel,
    })
  })

  it.each(['', '{}', 'null', '{"kind":"anytune-evidence","version":2}'])('is not read from %s', (text) => {
    expect(() => parseEvidence(text)).toThrow('not evidence')
  })
})

describe('nothing of the account is in it, wherever it stood', () => {
  /** A small generator, so that a failure can be repeated. */
  function random(seed: number) {
    let state = seed
    return (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state % below
    }
  }
  const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
  const word = (next: (below: number) => number, length: number, of = `${LETTERS}0123456789`) =>
    Array.from({ length }, () => of[next(of.length)]).join('')

  /** What an account has that must not be told: keys, ids, addresses, sentences. */
  const SECRETS: readonly ((next: (below: number) => number) => string)[] = [
    (next) => `sk-proj-${word(next, 20)}7`,
    (next) => `ftjob-${word(next, 12)}4x`,
    (next) => `${word(next, 6)}@${word(next, 8, LETTERS)}.example`,
    (next) => `${word(next, 8)}-${word(next, 4)}-${word(next, 4)}-0${word(next, 11)}`,
    (next) => `Dear ${word(next, 9, LETTERS)}, your balance is ${next(9000) + 1000} euros`,
    (next) => `https://${word(next, 9, LETTERS)}.example/${word(next, 9)}`,
    (next) => `ft:gpt-4o:${word(next, 8, LETTERS)}::${word(next, 8)}`,
    (next) => `49151${next(9_000_000) + 1_000_000}`,
  ]

  it('in values, member names, paths, queries, headers, forms, streams and errors', async () => {
    let answer: Answer = json({})
    const url = await serve((request, response) => answer(request, response))
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed)
      const planted: string[] = []
      const secret = () => {
        const made = SECRETS[next(SECRETS.length)]!(next)
        planted.push(made)
        return made
      }
      // The name of an account is a plain word: it may stand where names of the API do.
      const account = word(next, 10, LETTERS)
      const deep = (levels: number): unknown =>
        levels === 0
          ? [secret(), next(100_000) + 0.5, null]
          : {
              [secret()]: deep(levels - 1),
              metadata: { [account]: secret(), [word(next, 7, LETTERS)]: 1 },
              id: secret(),
            }
      const value = {
        ...(deep(3) as object),
        [account]: 1,
        [`${account}Deployments`]: 2,
        messages: [{ content: secret() }],
      }
      const tap = tapped()
      answer = (_request, response) => {
        const events = seed % 3 === 0
        response.statusCode = seed % 2 === 0 ? 200 : 400
        response.setHeader('content-type', events ? 'text/event-stream' : 'application/json')
        response.setHeader('x-request-id', 'req-1')
        response.setHeader('openai-version', secret().replaceAll(/[^ -~]/g, ''))
        response.end(events ? `data: ${JSON.stringify(value)}\n\ndata: ${secret()}\n\n` : JSON.stringify(value))
      }
      const headers = { authorization: `Bearer ${secret()}`, 'openai-organization': account, 'user-agent': secret() }
      const path = `/v1/files/${encodeURIComponent(secret())}/${account}`
      const query = new URLSearchParams({
        [`metadata[${secret()}]`]: secret(),
        [secret()]: '1',
        'api-version': secret(),
      })
      const body = JSON.stringify(value)
      await (await fetch(`${url}${path}?${query.toString()}`, { method: 'POST', headers, body })).text()
      const form = new FormData()
      form.set(secret(), secret())
      form.set('file', new Blob([secret()]), secret())
      await (
        await fetch(`${url}/v1/${account}`, { method: 'POST', headers: { 'api-key': secret() }, body: form })
      ).text()
      const environment = secret()
      const text = JSON.stringify(
        evidence(await tap.exchanges(), {
          secrets: [environment],
          plan: {
            ...PLAN,
            baseModel: secret(),
            offering: { ...PLAN.offering, id: `openai-compatible/${secret()}/train` },
          },
        }),
      )
      tap.remove()
      for (const made of [...planted, account]) {
        expect({ seed, made, leaked: text.includes(made) || text.includes(encodeURIComponent(made)) }).toEqual({
          seed,
          made,
          leaked: false,
        })
      }
      // It did look: the API's own names are there.
      expect(text).toContain('"messages":[{"content":"string"}]')
    }
  })

  it('with the hosts and resource names of an account, also where they stand as names', () => {
    const url = new URL(
      'https://acmebank.openai.azure.com/openai/v1/fine_tuning/jobs?api-version=2025-04-01-preview&$filter=acmebank',
    )
    const seen = nothingSeen()
    see(seen, { acmebank: 1, acmebankModels: 2, id: 3 })
    const body = { kind: 'json', type: 'application/json', seen } as const
    const told = evidence([
      {
        operation: 'jobs.create',
        method: 'GET',
        url,
        request: body,
        requestHeaders: new Headers(),
        answer: { status: 200, headers: new Headers(), body },
      },
    ])
    expect(JSON.stringify(told)).not.toContain('acmebank')
    expect(told.operations['jobs.create']!.exchanges).toEqual([
      {
        method: 'GET',
        host: '{account}.openai.azure.com',
        path: '/openai/v1/fine_tuning/jobs',
        query: ['$filter', 'api-version'],
        apiVersion: '2025-04-01-preview',
        request: { type: 'application/json', shape: { '*': 'integer', id: 'integer' } },
        status: 200,
        response: { type: 'application/json', shape: { '*': 'integer', id: 'integer' } },
        times: 1,
      },
    ])
  })
})
