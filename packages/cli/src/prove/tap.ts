import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { requestBody, responseBody, type SeenBody } from './body.ts'

/** One request and what came back. Bodies are forms; the rest is as it was sent, to be scrubbed before it is written anywhere. */
export interface Exchange {
  /** What was being done. */
  readonly operation: string
  readonly method: string
  readonly url: URL
  readonly request: SeenBody
  readonly requestHeaders: Headers
  /** Absent when no answer came. */
  readonly answer?: { readonly status: number; readonly headers: Headers; readonly body: SeenBody }
}

type Target = Parameters<typeof globalThis.fetch>[0]

/** A listener on everything that goes through `fetch`. */
export interface Tap {
  /** All exchanges so far, once their answers have been read to the end. */
  exchanges(): Promise<readonly Exchange[]>
  /** Requests that went another way, so that their forms are not among the exchanges. */
  besides(): number
  /** Gives `fetch` back as it was. */
  remove(): void
}

/**
 * Listens on the process's own `fetch`. It must be in place before a driver is made: clients take `fetch` when they are constructed.
 * Requests and answers pass unchanged; of an answer a copy is read, so that a stream still streams.
 */
export function tapFetch(operation: () => string): Tap {
  const original = globalThis.fetch
  const seen: { readonly asked: Exchange; readonly settled: Promise<Exchange> }[] = []
  const counted = countRequests()
  let tapped = 0

  async function listening(input: Target, init?: RequestInit): Promise<Response> {
    const answer = original(input, init)
    const asked = askedFor(input, init, operation())
    // SDKs try out what `fetch` can do with addresses that go nowhere.
    if (asked.url.protocol !== 'https:' && asked.url.protocol !== 'http:') return answer
    tapped++
    const settled = answer.then((response) => answered(asked, response.clone())).catch(() => asked)
    seen.push({ asked, settled })
    return answer
  }
  globalThis.fetch = listening

  return {
    async exchanges() {
      const patience = new AbortController()
      const late = (asked: Exchange) => sleep(PATIENCE_MS, asked, { signal: patience.signal }).catch(() => asked)
      try {
        return await Promise.all(seen.map(({ asked, settled }) => Promise.race([settled, late(asked)])))
      } finally {
        patience.abort()
      }
    },
    besides: () => Math.max(0, counted.total() - tapped),
    remove() {
      // Somebody who has put his own in between keeps it.
      if (globalThis.fetch === listening) globalThis.fetch = original
      counted.stop()
    },
  }
}

/** An answer that is not over by then, when everything else is, is one that somebody gave up. */
const PATIENCE_MS = 5_000

function askedFor(input: Target, init: RequestInit | undefined, operation: string): Exchange {
  const request = input instanceof Request ? input : undefined
  const headers = new Headers(init?.headers ?? request?.headers)
  const contentType = headers.get('content-type')
  // The body of a Request is a stream: reading it would take it away from its receiver.
  const body: SeenBody =
    init?.body === undefined && request?.body
      ? { kind: 'opaque', type: 'unknown' }
      : requestBody(init?.body, contentType)
  return {
    operation,
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: new URL(input instanceof Request ? input.url : input),
    request: body,
    requestHeaders: headers,
  }
}

async function answered(asked: Exchange, copy: Response): Promise<Exchange> {
  const { status, headers } = copy
  return { ...asked, answer: { status, headers, body: await responseBody(copy) } }
}

/** What Node.js tells of requests: those of `fetch`, and those of its older client, which some SDKs and identity libraries use. */
const CHANNELS = ['undici:request:create', 'http.client.request.created'] as const

function countRequests(): { readonly total: () => number; readonly stop: () => void } {
  let total = 0
  const count = () => void total++
  for (const channel of CHANNELS) subscribe(channel, count)
  return {
    total: () => total,
    stop() {
      for (const channel of CHANNELS) unsubscribe(channel, count)
    },
  }
}
