/** Azure Resource Manager 2026-07-01 by plain fetch: the vendor's own client refuses a local server, and three verbs are all it takes. */
import { shownText, UnexpectedAnswerError, withinOrigin } from '@anytune/openai-compatible'
import { APIConnectionError, APIConnectionTimeoutError } from 'openai'
import { z } from 'zod'
import type { TokenSource } from './credential.ts'

export const RESOURCE_MANAGER = 'https://management.azure.com'
const RESOURCE_MANAGER_VERSION = '2026-07-01'

/** An answer of Azure Resource Manager takes seconds; longer work is polled for. */
const TIMEOUT_MS = 60_000

/** The resource as Azure Resource Manager knows it. */
export interface ResourceManagerSettings {
  /** Without a slash at its end. */
  readonly base: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly account: string
  readonly token: TokenSource
  readonly fetch: typeof globalThis.fetch
  /** Patience for one request, in milliseconds. Default: a minute. */
  readonly timeoutMs?: number | undefined
}

export interface ResourceManagerAnswer {
  /** The JSON value; undefined for an empty body. */
  readonly body: unknown
  readonly headers: Headers
}

export interface ResourceManagerRequest {
  readonly signal: AbortSignal
  readonly body?: object
  readonly query?: Readonly<Record<string, string>>
}

/** Requests under the resource; a path such as `/deployments/NAME`, each part already encoded. */
export interface ResourceManager {
  /** `/subscriptions/…/accounts/…` */
  readonly id: string
  request(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    request: ResourceManagerRequest,
  ): Promise<ResourceManagerAnswer>
  /** Reads a resource of another kind under this one, such as its metrics; `query` names that kind's API version. */
  extension(path: string, request: ResourceManagerRequest): Promise<ResourceManagerAnswer>
  /** Reads an address that an answer named; undefined for one that is not of this service, where the token must not go. */
  follow(address: string, signal: AbortSignal): Promise<ResourceManagerAnswer | undefined>
}

/** A refusal of Azure Resource Manager. */
export class ResourceManagerError extends Error {
  override readonly name = 'ResourceManagerError'
  /** HTTP status. */
  readonly status: number
  readonly code: string | undefined
  readonly headers: Headers
  constructor({ status, headers }: Pick<Response, 'status' | 'headers'>, error?: { code?: string; message?: string }) {
    super(error?.message === undefined ? `Azure Resource Manager answered ${status}` : shownText(error.message))
    this.status = status
    this.code = error?.code
    this.headers = headers
  }
}

/** What an answer must be. @throws UnexpectedAnswerError when it is something else. */
export function expected<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new UnexpectedAnswerError('the answer is not of the documented shape')
}

const failureSchema = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }) })

/** Requests with tokens of the settings' identity. @throws ResourceManagerError, CredentialError, UnexpectedAnswerError, or the `openai` package's connection errors. */
export function resourceManager(settings: ResourceManagerSettings): ResourceManager {
  const { base, subscriptionId, resourceGroup, account, token, timeoutMs = TIMEOUT_MS } = settings
  // A redirect would take the token elsewhere.
  const fetch = withinOrigin(settings.fetch)
  const origin = new URL(base).origin
  const parts = ['subscriptions', subscriptionId, 'resourceGroups', resourceGroup]
  const id = `/${[...parts, 'providers', 'Microsoft.CognitiveServices', 'accounts', account].map(encodeURIComponent).join('/')}`

  async function send(method: string, url: URL, { signal, body }: ResourceManagerRequest) {
    const headers = {
      authorization: `Bearer ${await token(scopeOf(base))}`,
      ...(body && { 'content-type': 'application/json' }),
    }
    const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const answer = await connected(signal, async () => {
      const init = { method, headers, signal: patience, ...(body && { body: JSON.stringify(body) }) }
      const response = await fetch(url, init)
      return { response, text: await response.text() }
    })
    return read(answer.response, answer.text)
  }

  const at = (path: string, query: Readonly<Record<string, string>>) => {
    const url = new URL(`${base}${id}${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }
  return {
    id,
    request: (method, path, request) =>
      send(method, at(path, { 'api-version': RESOURCE_MANAGER_VERSION, ...request.query }), request),
    extension: (path, request) => send('GET', at(path, request.query ?? {}), request),
    async follow(address, signal) {
      const url = URL.parse(address)
      return url?.origin === origin ? send('GET', url, { signal }) : undefined
    },
  }
}

/** Tokens are for the cloud they are used in; a server on this computer stands for the public one. */
function scopeOf(base: string): string {
  const { protocol, origin } = new URL(base)
  return `${protocol === 'https:' ? origin : RESOURCE_MANAGER}/.default`
}

/** Failures of the connection as the `openai` package tells them, so that both APIs' are understood alike. */
async function connected<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof Error && cause.name === 'TimeoutError') throw new APIConnectionTimeoutError()
    throw new APIConnectionError({ ...(cause instanceof Error && { cause }) })
  }
}

function read(response: Response, text: string): ResourceManagerAnswer {
  const body = parsed(text)
  if (!response.ok) throw new ResourceManagerError(response, failure(body?.value))
  if (body === undefined) throw new UnexpectedAnswerError('the answer is not JSON')
  return { body: body.value, headers: response.headers }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === '') return { value: undefined }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function failure(body: unknown): { code?: string; message?: string } {
  const { code, message } = failureSchema.safeParse(body).data?.error ?? {}
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
}
