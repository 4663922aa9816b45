import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { makeClient } from '@anytune/openai-compatible'
import type { Context } from '@anytune/core/driver'
import type { OpenAI } from 'openai'

/** A request as it arrived. */
export interface Asked {
  /** Such as `GET /fine_tuning/jobs`. */
  readonly route: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** JSON with status 200, or what is said. */
export type Answer =
  | object
  | {
      readonly status: number
      readonly text: string
      readonly type?: string
      readonly headers?: Readonly<Record<string, string>>
    }

/** What answers a route; one that is not there is 404. */
export type Script = Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>>

/** A host that answers as a test says: for what a real one does only now and then. */
export async function scriptedHost(script: Script): Promise<{
  readonly baseURL: string
  readonly client: OpenAI
  readonly asked: readonly Asked[]
  [Symbol.asyncDispose](): Promise<void>
}> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const answer = async () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://host')
      const one = {
        route: `${request.method} ${pathname}`,
        query: searchParams,
        headers: request.headers,
        body: await bodyOf(request),
      }
      asked.push(one)
      const found = await script[one.route]?.(one)
      const { status, text, type, headers } = rendered(found ?? MISSING)
      response.writeHead(status, { 'content-type': type, ...headers }).end(text)
    }
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server has an address and a port.
  const { port } = server.address() as AddressInfo
  const baseURL = `http://127.0.0.1:${port}`
  return {
    baseURL,
    client: makeClient({ baseURL, apiKey: 'a-key' }),
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const MISSING: Answer = { status: 404, text: '{"error":{"message":"no such route"}}' }

function rendered(answer: Answer): {
  readonly status: number
  readonly text: string
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
} {
  if ('status' in answer && 'text' in answer) return { type: 'application/json', ...answer }
  return { status: 200, text: JSON.stringify(answer), type: 'application/json' }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A context that remembers what was saved, and repeats a part that failed as often as core would. */
export function contextOf(
  given: Partial<Context> = {},
): Context & { readonly saved: unknown[]; readonly sent: number[] } {
  const saved: unknown[] = []
  const sent: number[] = []
  return {
    signal: new AbortController().signal,
    async retry(part) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await part()
        } catch (error) {
          if (attempt === 3 || !(error instanceof Error && 'status' in error && error.status === 500)) throw error
        }
      }
    },
    until: () => Promise.reject(new Error('nothing here waits')),
    save: async (state) => void saved.push(JSON.parse(JSON.stringify(state))),
    progress: (bytes) => void sent.push(bytes),
    ...given,
    saved,
    sent,
  }
}
