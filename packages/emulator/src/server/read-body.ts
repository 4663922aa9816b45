import type { IncomingMessage } from 'node:http'

/** The whole body, or undefined when the client left before its end or sent more than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too-large' | 'aborted'> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      // What is too much is read to its end all the same: a client that is still sending would miss the answer.
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    }
  } catch {
    return 'aborted'
  }
  if (!request.complete) return 'aborted'
  return size > limit ? 'too-large' : Buffer.concat(chunks, size)
}

/** A body of JSON, or why it is none. */
export function readJson(body: Buffer): { readonly value: unknown } | { readonly problem: 'empty' | 'malformed' } {
  if (body.length === 0) return { problem: 'empty' }
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return { problem: 'malformed' }
  }
}
