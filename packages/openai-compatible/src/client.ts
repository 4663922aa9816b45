import { AnytuneError } from '@anytune/core/driver'
import { OpenAI } from 'openai'
import type { Fetch } from './redirects.ts'
import { safeFetch } from './safe-fetch.ts'

/** How a host is reached. */
export interface ConnectionOptions {
  readonly baseURL: string
  /** A key, or what fetches one before each request. */
  readonly apiKey: string | (() => Promise<string>)
  /** Of an administrator. The SDK then sends it with every request: only for a client that does nothing else. */
  readonly adminKey?: string | undefined
  readonly organization?: string | undefined
  readonly project?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Patience for one request that carries no file, in milliseconds. */
  readonly timeoutMs?: number | undefined
  readonly fetch?: typeof fetch | undefined
}

/** A look or a small change is answered within seconds, or never. */
export const REQUEST_TIMEOUT_MS = 60_000

/**
 * A client of the SDK that does nothing by itself: no retries (core decides about them), no logs (they would hold rows), and nothing
 * taken from the environment that the options leave out, but for `OPENAI_CUSTOM_HEADERS`, which the SDK reads in any case.
 */
export function makeClient(options: ConnectionOptions): OpenAI {
  const { baseURL, apiKey, adminKey = null, organization = null, project = null } = options
  const { headers, timeoutMs = REQUEST_TIMEOUT_MS } = options
  return new OpenAI({
    ...QUIET,
    baseURL,
    apiKey,
    organization,
    project,
    timeout: timeoutMs,
    adminAPIKey: adminKey,
    webhookSecret: null,
    ...(headers !== undefined && { defaultHeaders: { ...headers } }),
    fetch: safeFetch(options.fetch ?? globalThis.fetch),
  })
}

/**
 * A user's own client, without the retries and the logs that it may have, and as careful with what is sent and quoted as ours.
 *
 * @throws AnytuneError `configuration` for one that lets nobody else send its requests.
 */
export function quietClient(client: OpenAI): OpenAI {
  // Private in the SDK's types alone, and always there.
  const fetch = Reflect.get(client, 'fetch') as Fetch
  try {
    return client.withOptions({ ...QUIET, fetch: safeFetch(fetch) })
  } catch (cause) {
    throw unguarded(cause)
  }
}

function unguarded(cause: unknown): AnytuneError {
  return new AnytuneError('configuration', 'this client’s requests cannot be kept from other hosts and from logs', {
    hint: 'give a client without an X.509 identity, or in its place apiKey as a function that fetches a token',
    cause,
  })
}

const QUIET = { maxRetries: 0, logLevel: 'off' } as const
