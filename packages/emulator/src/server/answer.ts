import type { Answer } from './service.ts'

/** An answer of JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: { kind: 'json', value } }
}

/** An answer of bytes as they are. */
export function bytes(
  content: Uint8Array,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status: 200, headers: { 'content-type': contentType, ...headers }, body: { kind: 'bytes', bytes: content } }
}

/** A stream of server-sent events whose data is JSON, ended by `[DONE]`. */
export function eventStream(values: AsyncIterable<unknown>, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers, body: { kind: 'events', events: toEvents(values) } }
}

/** An answer without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: { kind: 'none' } }
}

/** The same answer with more headers. */
export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

async function* toEvents(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `data: ${JSON.stringify(value)}\n\n`
  yield 'data: [DONE]\n\n'
}
