import { type Fetch, withinOrigin } from './redirects.ts'
import { shownText } from './shown-text.ts'
import { isObject } from './values.ts'

/** What a client of this package sends its requests with: {@link withinOrigin}, {@link withoutQuotations}. */
export function safeFetch(fetch: Fetch): Fetch {
  return withoutQuotations(withinOrigin(fetch))
}

/**
 * The same fetch, but what an error answer quotes is taken out of it. The SDK makes its error of such an answer, whoever logs an error
 * logs its cause, and the service quotes the beginning of a line that it cannot read.
 */
function withoutQuotations(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response.status < 400) return response
    const headers = new Headers(response.headers)
    // They were true of the text as it came.
    headers.delete('content-length')
    headers.delete('content-encoding')
    const { status, statusText } = response
    return new Response(fit(await beginning(response).catch(() => '')), { status, statusText, headers })
  }
}

/** More than any error of a service says: what is longer is no JSON that could be read, and need not be held. */
const LONGEST_ERROR_BYTES = 1024 * 1024

async function beginning({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body ?? []) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > LONGEST_ERROR_BYTES) break
  }
  return Buffer.concat(pieces).toString()
}

/** A page is of no use to anybody. */
function fit(body: string): string {
  try {
    return JSON.stringify(shown(JSON.parse(body)))
  } catch {
    return ''
  }
}

/** Names and numbers stay; of sentences, what may be shown. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return /[\s"'`{]/.test(value) ? shownText(value) : value
  if (Array.isArray(value)) return value.map(shown)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)])) : value
}
