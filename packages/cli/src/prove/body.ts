import { mediaType } from './names.ts'
import { nothingSeen, see, type Seen } from './shape.ts'

/** What was seen of a body: its media type, and the form of what it holds where that is JSON, a form or a stream of JSON events. */
export type SeenBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly type: string; readonly seen: Seen }
  /** Parts by name: `file` for one with a file name, else the type of its text. */
  | { readonly kind: 'form'; readonly type: string; readonly parts: Readonly<Record<string, string>> }
  | { readonly kind: 'events'; readonly type: string; readonly seen: Seen }
  /** Anything else: rows, tables, bytes. Nothing of it is looked at. */
  | { readonly kind: 'opaque'; readonly type: string }

const UNKNOWN_TYPE = 'unknown'

/** Looks at a request's body as `fetch` was given it; a stream is left alone. */
export function requestBody(body: RequestInit['body'], contentType: string | null): SeenBody {
  if (body === null || body === undefined) return { kind: 'none' }
  const type = mediaType(contentType)
  if (typeof body === 'string') return textBody(body, type)
  if (body instanceof FormData) return { kind: 'form', type: type ?? 'multipart/form-data', parts: partsOf(body) }
  return { kind: 'opaque', type: type ?? UNKNOWN_TYPE }
}

/** More than this is nobody's answer to a small proof. */
const MOST_BYTES = 4 * 1024 * 1024

/** Reads a copy of a response to its end, or as far as it is worth looking at. Never fails: what cannot be read is opaque. */
export async function responseBody(copy: Response): Promise<SeenBody> {
  const type = mediaType(copy.headers.get('content-type'))
  const looksAt = type !== undefined && (isJson(type) || type === EVENT_STREAM)
  if (copy.body === null || !looksAt) {
    if (copy.body === null) return { kind: 'none' }
    leave(copy.body)
    return { kind: 'opaque', type: type ?? UNKNOWN_TYPE }
  }
  const text = await beginning(copy.body).catch(() => undefined)
  return text === undefined ? { kind: 'opaque', type } : textBody(text, type)
}

const EVENT_STREAM = 'text/event-stream'

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json')
}

function textBody(text: string, type: string | undefined): SeenBody {
  if (text === '') return { kind: 'none' }
  if (type === EVENT_STREAM) return eventBody(text, type)
  const value = parsed(text)
  if (value === undefined || (type !== undefined && !isJson(type)))
    return { kind: 'opaque', type: type ?? UNKNOWN_TYPE }
  const seen = nothingSeen()
  see(seen, value.json)
  return { kind: 'json', type: type ?? UNKNOWN_TYPE, seen }
}

/** Server-sent events whose data is JSON, all in one form; an end mark such as `[DONE]` is no event. */
function eventBody(text: string, type: string): SeenBody {
  const seen = nothingSeen()
  for (const line of text.split(/\r?\n/)) {
    const value = line.startsWith('data:') ? parsed(line.slice('data:'.length)) : undefined
    if (value !== undefined && typeof value.json === 'object') see(seen, value.json)
  }
  return { kind: 'events', type, seen }
}

function partsOf(form: FormData): Readonly<Record<string, string>> {
  return Object.fromEntries([...form].map(([name, value]) => [name, typeof value === 'string' ? 'string' : 'file']))
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The text of a stream, undefined when there is too much of it. */
async function beginning(stream: NonNullable<Response['body']>): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream.values({ preventCancel: true })) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES) {
      leave(stream)
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads no more of a copy. Not waited for: a copy is only done with when the original is. */
function leave(stream: NonNullable<Response['body']>): void {
  stream.cancel().catch(() => {})
}
