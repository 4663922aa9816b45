import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { ErrorInfo } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'

/** Asks a host for its models, and writes what the error means. Node.js reads the proxy from its environment as it starts. */
const PROGRAM = `
  import { classifyApiError, makeClient } from '@anytune/openai-compatible'
  const client = makeClient({ baseURL: 'https://host.invalid/v1', apiKey: 'k' })
  const error = await client.models.list().catch((thrown) => thrown)
  console.log(JSON.stringify(classifyApiError(error, 'jobs.create')))
`

/** What is told of a proxy that answers every request for a way through with one status. */
async function toldBehind(status: number): Promise<ErrorInfo> {
  const proxy = createServer()
  proxy.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  const { port } = proxy.address() as AddressInfo
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@anytune/source', '--input-type=module', '--eval', PROGRAM],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '' },
      },
    )
    return JSON.parse(stdout) as ErrorInfo // As the program wrote it.
  } finally {
    proxy.close()
  }
}

describe('a proxy that makes no way through', () => {
  it('wants a login', async () => {
    expect(await toldBehind(407)).toMatchObject({
      code: 'configuration',
      reached: 'no',
      hint: expect.stringContaining('user and password') as string,
    })
  }, 60_000)

  it('does not let the host be reached', async () => {
    expect(await toldBehind(403)).toMatchObject({
      code: 'unavailable',
      reached: 'no',
      message: 'the proxy refused the connection with status 403',
    })
  }, 60_000)
})
