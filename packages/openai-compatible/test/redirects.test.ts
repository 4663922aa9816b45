import type { Driver } from '@anytune/core/driver'
import { openaiCompatible, quietClient, withinOrigin } from '@anytune/openai-compatible'
import { OpenAI } from 'openai'
import { describe, expect, it } from 'vitest'
import { requestPermit } from '../../core/src/policy/gate.ts'
import { NOT_CONFIGURED } from '../../core/src/policy/judgement.ts'
import type { RedirectError } from '../src/redirects.ts'
import { contextOf, scriptedHost, type Answer, type Script } from './scripted-host.ts'
import { stagingFile } from './uploads-host.ts'
import { vendorJob } from './vendor-job.ts'

const to = (location: string, status = 307): Answer => ({ status, text: '', headers: { location } })
const ATTEMPT = { key: 'run-abc-job', since: new Date(0) }
const SPEC = {
  baseModel: 'small',
  method: 'supervised',
  training: 'file-1',
  hyperparameters: {},
  providerOptions: {},
} as const
const ROWS = stagingFile('{"messages":[]}\n')

const stage = ({ datasets }: Driver) =>
  datasets.create(ROWS, ATTEMPT, requestPermit({ purpose: 'stage', sha256: ROWS.sha256 }, NOT_CONFIGURED), contextOf())
const train = ({ jobs }: Driver) => jobs.create(SPEC, ATTEMPT, contextOf())

/** A host that was asked for, and one that it sends requests on to, which would take them all. */
async function twoHosts(script: (elsewhere: string) => Script) {
  const elsewhere = await scriptedHost({
    'POST /files': () => ({ id: 'file-1' }),
    'POST /fine_tuning/jobs': () => vendorJob({ id: 'ftjob-1' }),
    'GET /fine_tuning/jobs': () => ({ object: 'list', data: [], has_more: false }),
    'GET /files/file-1/content': () => ({ status: 200, text: 'step,loss', type: 'text/csv' }),
  })
  const host = await scriptedHost(script(elsewhere.baseURL))
  const driver = openaiCompatible({ baseURL: host.baseURL, apiKey: 'a-key', headers: { 'x-team': 'ours' } })
  const failure = async (call: (driver: Driver) => Promise<unknown>) => {
    const error = await call(driver).catch((thrown: unknown) => thrown)
    return driver.classify(error, 'any')
  }
  return {
    host,
    elsewhere,
    driver,
    failure,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await elsewhere[Symbol.asyncDispose]()
    },
  }
}

describe('a host that sends requests on to another one', () => {
  it.each([301, 302, 303, 307, 308])('gets no row there with status %i', async (status) => {
    await using at = await twoHosts((elsewhere) => ({ 'POST /files': () => to(`${elsewhere}/files`, status) }))
    expect(await at.failure(stage)).toMatchObject({
      code: 'configuration',
      message: `the host sends the request on to ${at.elsewhere.baseURL}, which was not asked`,
      hint: expect.stringContaining('base URL') as string,
    })
    expect(at.elsewhere.asked).toEqual([])
  })

  it.each([
    [307, 'yes'],
    [308, 'yes'],
    // These may also say where to look at what was made.
    [301, 'maybe'],
    [302, 'maybe'],
    [303, 'maybe'],
  ])('has made no job for sure only where the request was to be repeated: %i, reached: %s', async (status, reached) => {
    await using at = await twoHosts((elsewhere) => ({
      'POST /fine_tuning/jobs': () => to(`${elsewhere}/fine_tuning/jobs`, status),
    }))
    expect(await at.failure(train)).toMatchObject({ reached })
    expect(at.elsewhere.asked).toEqual([])
  })

  it('is not believed about jobs', async () => {
    await using at = await twoHosts((elsewhere) => ({
      'GET /fine_tuning/jobs': () => to(`${elsewhere}/fine_tuning/jobs`, 302),
    }))
    expect(await at.failure(({ jobs }) => jobs.list({ limit: 1 }, contextOf()))).toMatchObject({
      code: 'configuration',
    })
    expect(at.elsewhere.asked).toEqual([])
  })

  it('may keep files elsewhere: they are fetched there without key and headers', async () => {
    await using at = await twoHosts((elsewhere) => ({
      'GET /files/file-1/content': () => to(`${elsewhere}/files/file-1/content`, 302),
    }))
    const bytes = await Array.fromAsync(at.driver.datasets.read('file-1', contextOf()))
    expect(Buffer.concat(bytes).toString()).toBe('step,loss')
    const [asked] = at.elsewhere.asked
    expect(Object.keys(asked?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']))
    expect(JSON.stringify(asked?.headers)).not.toMatch(/a-key|ours/)
  })

  it.each([
    ['https://storage.example/a', 'a file'],
    ['http://storage.example/a', 'https is left for http://storage.example'],
    ['ftp://storage.example/a', 'https is left for ftp://storage.example'],
  ])('is asked over TLS: for a file at %s there is %s', async (location, told) => {
    let asked = 0
    const fetch = withinOrigin(async () => {
      asked += 1
      return asked === 1 ? new Response(null, { status: 302, headers: { location } }) : new Response('a file')
    })
    const got = await fetch('https://host.example/files/1', { headers: { accept: 'application/binary' } }).then(
      (response) => response.text(),
      (error: RedirectError) => `https is left for ${error.origin}`,
    )
    expect(got).toBe(told)
  })

  it('is guarded against with a client of one’s own, too', async () => {
    await using at = await twoHosts((elsewhere) => ({ 'POST /files': () => to(`${elsewhere}/files`) }))
    const client = quietClient(new OpenAI({ baseURL: at.host.baseURL, apiKey: 'a-key' }))
    const sent = client.files.create({ file: new File(['a row'], 'a'), purpose: 'fine-tune' })
    await expect(sent).rejects.toMatchObject({ cause: { origin: at.elsewhere.baseURL } })
    expect(at.elsewhere.asked).toEqual([])
  })
})

describe('a host that sends requests on within itself', () => {
  it('is followed with all that was sent', async () => {
    await using host = await scriptedHost({
      'POST /files': () => to('/files/'),
      'POST /files/': () => ({ id: 'file-1' }),
    })
    const driver = openaiCompatible({ baseURL: host.baseURL, apiKey: 'a-key' })
    expect(await stage(driver)).toEqual({ id: 'file-1' })
    expect(host.asked[1]?.headers.authorization).toBe('Bearer a-key')
    expect(host.asked[1]?.body.toString()).toContain('{"messages":[]}')
  })

  it('has made something, perhaps, when it names what to look at instead', async () => {
    await using at = await twoHosts(() => ({ 'POST /fine_tuning/jobs': () => to('/fine_tuning/jobs', 303) }))
    expect(await at.failure(train)).toMatchObject({ code: 'configuration', reached: 'maybe' })
    expect(at.host.asked).toHaveLength(1)
  })

  it.each(['/files', ''])('without end, or without a place ("%s"), is an error', async (location) => {
    await using at = await twoHosts(() => ({ 'POST /files': () => to(location) }))
    expect(await at.failure(stage)).toMatchObject({ code: 'configuration', reached: 'yes' })
    expect(at.host.asked.length).toBeLessThan(10)
  })
})
