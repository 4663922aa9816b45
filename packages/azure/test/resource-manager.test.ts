import { createTuner } from '@anytune/core'
import { describe, expect, it, vi } from 'vitest'
import { driverOf } from '../src/driver.ts'
import { settingsOf } from '../src/settings.ts'

// On a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const BASE = 'https://management.azure.com'
const RESOURCE = '/subscriptions/sub/resourceGroups/group/providers/Microsoft.CognitiveServices/accounts/contoso'
const NAMED = {
  endpoint: 'https://contoso.openai.azure.com',
  subscriptionId: 'sub',
  resourceGroup: 'group',
  account: 'contoso',
}

/** A request as a server would see it. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | null
}

/** A tuner whose every request is answered by `answer`, by its number from 1. */
function answeredBy(answer: (asked: Asked, number: number) => Response | Promise<Response>) {
  const asked: Asked[] = []
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const { method, url, headers } = new Request(input, init)
    asked.push({ method, url, authorization: headers.get('authorization') })
    return answer({ method, url, authorization: headers.get('authorization') }, asked.length)
  }
  const scopes: string[] = []
  const getToken = async (scope: string | string[]) => {
    scopes.push(String(scope))
    return { token: 'secret-token', expiresOnTimestamp: Date.now() + 3_600_000 }
  }
  const options = {
    ...NAMED,
    trainingType: 'Standard',
    credential: { getToken },
    fetch,
    polling: { firstMs: 1, maximumMs: 1 },
  }
  const driver = driverOf(settingsOf(options, {}))
  const retry = { attempts: 2, firstMs: 1, maximumMs: 1 }
  return { asked, scopes, driver, tuner: createTuner(driver, { retry }) }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const deployment = (name: string, state = 'Creating') => ({
  name,
  sku: { name: 'Standard', capacity: 1 },
  properties: { provisioningState: state, model: { name: 'gpt-4.1-mini-2025-04-14.ft-1' } },
})
const refusal = (status: number, code: string, headers = {}) =>
  Response.json({ error: { code, message: 'A sentence.' } }, { status, headers })

describe('Azure Resource Manager', () => {
  it('is asked with a token of its own scope, at the version of the schema', async () => {
    const { asked, scopes, tuner } = answeredBy(() => Response.json(deployment('support')))
    await tuner.deployments.get('support')
    expect(asked).toEqual([
      {
        method: 'GET',
        url: `${BASE}${RESOURCE}/deployments/support?api-version=2026-07-01`,
        authorization: 'Bearer secret-token',
      },
    ])
    expect(scopes).toEqual([`${BASE}/.default`])
  })

  it('never gets a token sent to the place that a page of a list or a deletion names', async () => {
    const foreign = 'https://attacker.example.com/steal?$skipToken=2'
    const { asked, tuner } = answeredBy(({ method, url }, number) => {
      if (method === 'DELETE') return new Response(null, { status: 202, headers: { location: foreign } })
      if (url.includes('/deployments/'))
        return number < 8 ? Response.json(deployment('a')) : refusal(404, 'ResourceNotFound')
      const more = url.includes('skipToken') ? {} : { nextLink: foreign }
      return Response.json({ value: [deployment('a')], ...more })
    })
    expect(await collect(tuner.deployments.list())).toHaveLength(2)
    await tuner.deployments.delete('a')
    expect(asked.map(({ url }) => new URL(url).host)).toEqual(asked.map(() => 'management.azure.com'))
    expect(asked.some(({ url }) => url.includes('%24skipToken=2'))).toBe(true)
  })

  it('says what a deletion failed of, and does not wait for ever', async () => {
    const { tuner } = answeredBy(({ method, url }) => {
      if (method === 'DELETE') return new Response(null, { status: 202, headers: { location: `${BASE}/operations/1` } })
      return url.includes('/operations/') ? refusal(409, 'Conflict') : Response.json(deployment('a', 'Succeeded'))
    })
    await expect(tuner.deployments.delete('a')).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it('that answers with a page of a proxy, or with half an answer, is not believed', async () => {
    const page = answeredBy(() => new Response('<html>please log in</html>', { status: 200 }))
    await expect(page.tuner.deployments.get('a')).rejects.toMatchObject({ code: 'unavailable' })
    const other = answeredBy(() => Response.json({ hello: 'world' }))
    await expect(other.tuner.deployments.get('a')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('that does not say whether it took a deployment is looked at, and asked again only by the same name', async () => {
    let made = false
    const { asked, tuner } = answeredBy(({ method, url }) => {
      if (method === 'PUT') {
        made = true
        return Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }))
      }
      if (!made) return refusal(404, 'ResourceNotFound')
      const [name = ''] = /[^/]+(?=\?)/.exec(url) ?? []
      return Response.json({ ...deployment(name, 'Succeeded'), tags: { anytune: name } })
    })
    const live = await tuner.models
      .open('gpt-4.1-mini-2025-04-14.ft-1')
      .deploy({ providerOptions: { azure: { sku: 'Standard' } } })
    expect(live.created).toBe(true)
    expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  it('that is too young a cloud for metrics shows deployments all the same', async () => {
    const { tuner } = answeredBy(({ url }) =>
      url.includes('/metrics') ? refusal(403, 'AuthorizationFailed') : Response.json(deployment('a', 'Succeeded')),
    )
    expect(await tuner.deployments.get('a')).not.toHaveProperty('lastUsedAt')
  })
})

describe('the base model, before anything is sent', () => {
  const day = (offset: number) => new Date(Date.now() + offset * 24 * 3_600_000).toISOString()

  /** The checks of the base model where the resource lists these models, and manages them with this end. */
  async function checked(tunedUntil: string | undefined, listed: readonly string[]) {
    const { driver, asked } = answeredBy(({ url }) => {
      if (url.includes('/openai/v1/models')) return Response.json({ data: listed.map((id) => ({ id })) })
      if (url.includes('/openai/')) return Response.json({ object: 'list', data: [], has_more: false })
      if (!url.includes('/accounts/contoso/models')) return Response.json({ location: 'swedencentral', value: [] })
      const deprecation = { ...(tunedUntil !== undefined && { fineTune: tunedUntil }) }
      return Response.json({ value: [{ name: 'gpt-4.1-mini', version: '2025-04-14', deprecation }] })
    })
    const target = { baseModel: 'gpt-4.1-mini-2025-04-14', method: 'supervised', providerOptions: {} } as const
    const context = { signal: new AbortController().signal } as Parameters<typeof driver.preflight>[1] // it uses no more
    const checks = await driver.preflight(target, context)
    expect(asked.every(({ method }) => method === 'GET')).toBe(true)
    return checks.find(({ id }) => id === 'base-model')
  }

  it('whose last day has passed is told, and judged by the service: days move, and differ between customers', async () => {
    expect(await checked(day(-1), [])).toMatchObject({
      result: 'could-not-read',
      message: expect.stringContaining('was to end'),
    })
  })

  it('that can be tuned says for how long', async () => {
    expect(await checked(day(10), [])).toMatchObject({
      result: 'passed',
      message: expect.stringContaining('10 more days'),
    })
  })

  it('without a known end is there, or may be there', async () => {
    expect(await checked(undefined, ['gpt-4.1-mini-2025-04-14'])).toMatchObject({ result: 'passed' })
    expect(await checked(undefined, [])).toMatchObject({ result: 'could-not-read' })
  })

  it('is trained with a grader where the method needs one, and only there', async () => {
    const { driver } = answeredBy(() => refusal(401, '401'))
    const context = { signal: new AbortController().signal } as Parameters<typeof driver.preflight>[1] // it uses no more
    const target = { baseModel: 'o4-mini-2025-04-16', method: 'reinforcement', providerOptions: {} } as const
    expect(await driver.preflight(target, context)).toMatchObject([
      { id: 'grader', result: 'failed' },
      { id: 'resource', result: 'failed' },
    ])
  })
})
