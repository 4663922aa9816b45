import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ErrorInfo } from '@anytune/core/driver'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

// Each question is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

/** Key and certificate of a localhost that nobody trusts, made for this test. */
const CERTIFICATE = fileURLToPath(new URL('fixtures/localhost.pem', import.meta.url))

/** Asks a host for its models, and writes what came of it. Node.js reads proxy and certificates from its environment as it starts. */
const PROGRAM = `
  import { classifyApiError, makeClient } from '@anytune/openai-compatible'
  const client = makeClient({ baseURL: process.env.HOST, apiKey: 'k' })
  const told = await client.models.list().then(({ data }) => data, (error) => classifyApiError(error, 'jobs.create'))
  console.log(JSON.stringify(told))
`

/** What is told with these variables. */
async function told(variables: Readonly<Record<string, string>>): Promise<unknown> {
  const { PATH, HOME } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@anytune/source', '--input-type=module', '--eval', PROGRAM],
    { cwd: import.meta.dirname, env: { PATH, HOME, ...variables } },
  )
  return JSON.parse(stdout)
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port
}

describe('a proxy that makes no way through', () => {
  /** What is told of one that answers every request for a way through with one status. */
  async function toldBehind(status: number): Promise<unknown> {
    const proxy = createServer()
    proxy.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
    const HTTPS_PROXY = `http://127.0.0.1:${await portOf(proxy)}`
    try {
      return await told({ HOST: 'https://host.invalid/v1', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY })
    } finally {
      proxy.close()
    }
  }

  it('wants a login', async () => {
    expect(await toldBehind(407)).toMatchObject({
      code: 'configuration',
      reached: 'no',
      hint: expect.stringContaining('user and password') as string,
    } satisfies Partial<ErrorInfo>)
  })

  it('does not let the host be reached', async () => {
    expect(await toldBehind(403)).toMatchObject({
      code: 'unavailable',
      reached: 'no',
      message: 'the proxy refused the connection with status 403',
    } satisfies Partial<ErrorInfo>)
  })
})

describe('a host with a certificate of an organisation’s own', () => {
  const certificate = readFileSync(CERTIFICATE)
  const host = createTlsServer({ key: certificate, cert: certificate }, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[{"id":"small"}]}')
  })
  /** Ways that were asked for, by host and port. */
  const ways: string[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url = '' }, socket) => {
    ways.push(url)
    const through = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Go\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => socket.destroy())
    socket.on('error', () => through.destroy())
  })
  let way = ''
  let variables: Readonly<Record<'HOST' | 'HTTPS_PROXY', string>>

  beforeAll(async () => {
    way = `localhost:${await portOf(host)}`
    variables = { HOST: `https://${way}/v1`, HTTPS_PROXY: `http://127.0.0.1:${await portOf(proxy)}` }
  })
  afterAll(() => {
    host.closeAllConnections()
    host.close()
    proxy.closeAllConnections()
    proxy.close()
  })

  it('is not trusted, and the hint says what makes it so', async () => {
    expect(await told(variables)).toMatchObject({
      code: 'configuration',
      reached: 'no',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    } satisfies Partial<ErrorInfo>)
  })

  it('is reached through a proxy, as the guide says', async () => {
    ways.splice(0)
    const given = { ...variables, NODE_EXTRA_CA_CERTS: CERTIFICATE, NODE_USE_ENV_PROXY: '1' }
    expect(await told(given)).toEqual([{ id: 'small' }])
    expect(ways).toEqual([way])
  })

  it.each([
    ['NO_PROXY names it', { NODE_USE_ENV_PROXY: '1', NO_PROXY: 'localhost' }],
    ['NODE_USE_ENV_PROXY is not set', {}],
  ])('is reached without the proxy where %s', async (_, more) => {
    ways.splice(0)
    expect(await told({ ...variables, NODE_EXTRA_CA_CERTS: CERTIFICATE, ...more })).toEqual([{ id: 'small' }])
    expect(ways).toEqual([])
  })
})
