/** What sends a request, as the global `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A request that the host sent on to a place where it must not go. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError'
  /** Scheme, host and port of the place; absent when none was named, or the host turned in a circle. */
  readonly origin: string | undefined
  /** `maybe` for a status that also follows what was done. */
  readonly reached: 'yes' | 'maybe'
  constructor(origin: string | undefined, status: number) {
    super(`redirected with status ${status}`)
    this.origin = origin
    this.reached = KEEPS_REQUEST.has(status) ? 'yes' : 'maybe'
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** The request is to be made again as it was; after the others, a look at another address is. */
const KEEPS_REQUEST: ReadonlySet<number> = new Set([307, 308])
const MOST_REDIRECTS = 5

/**
 * The same fetch, but what is sent goes to one origin alone. fetch would send the rows, and every header but the key, to whatever
 * place an answer names; nobody has agreed to that place. A download may lie elsewhere: it is fetched there without any of our headers.
 *
 * @throws RedirectError
 */
export function withinOrigin(fetch: Fetch): Fetch {
  return async (input, init) => {
    let target = new URL(input instanceof Request ? input.url : input)
    let request: RequestInit = { ...init, redirect: 'manual' }
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(redirects === 0 ? input : target, request)
      if (!REDIRECTS.has(response.status)) return response
      await response.body?.cancel()
      const next = URL.parse(response.headers.get('location') ?? '', target.href)
      // Of a Request, nobody here knows what it holds.
      const isEnd = next === null || redirects === MOST_REDIRECTS || input instanceof Request
      const followed = isEnd ? undefined : follow(target, next, request, response)
      if (next === null || followed === undefined) {
        throw new RedirectError(next?.origin === target.origin ? undefined : next?.origin, response.status)
      }
      target = next
      request = followed
    }
  }
}

/** What is sent to where an answer points; undefined when nothing may be. */
function follow(from: URL, to: URL, request: RequestInit, { status }: Response): RequestInit | undefined {
  const reads = (request.method ?? 'GET').toUpperCase() === 'GET'
  // A stream is gone once it was sent.
  const repeatable = reads || (KEEPS_REQUEST.has(status) && !(request.body instanceof ReadableStream))
  if (to.origin === from.origin) return repeatable ? request : undefined
  const accept = new Headers(request.headers).get('accept')
  const isSafe = to.protocol === 'https:' || to.protocol === from.protocol
  const isDownload = reads && accept === DOWNLOAD && isSafe
  return isDownload ? { ...request, headers: { accept } } : undefined
}

/** What the SDK asks a file's content by. */
const DOWNLOAD = 'application/binary'
