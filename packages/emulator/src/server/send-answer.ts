import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../faults.ts'
import { loggedBody, type LoggedBody } from './request-log.ts'
import type { Answer } from './service.ts'

/** Sends an answer, as a fault may disturb it; resolves with what was sent, when the client has left, too. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  signal: AbortSignal,
): Promise<LoggedBody> {
  const { body } = answer
  if (body.kind === 'events') return await sendEvents(response, answer, body.events, fault, signal)
  const content = contentOf(answer)
  response.writeHead(answer.status, { ...content.headers, ...answer.headers })
  if (fault?.kind === 'truncate') {
    await write(response, content.bytes.subarray(0, shareOf(content.bytes.length, fault.share)))
    response.destroy()
  } else {
    for (const piece of pieces(content.bytes, fault)) {
      if (signal.aborted) break
      await write(response, piece)
      await pauseFor(fault, signal)
    }
    response.end()
  }
  return loggedBody(answer.headers['content-type'] ?? content.headers['content-type'], content.bytes)
}

async function sendEvents(
  response: ServerResponse,
  answer: Answer,
  events: AsyncIterable<string>,
  fault: Fault | undefined,
  signal: AbortSignal,
): Promise<LoggedBody> {
  response.writeHead(answer.status, { 'content-type': 'text/event-stream; charset=utf-8', ...answer.headers })
  let sent = 0
  let count = 0
  for await (const event of events) {
    if (signal.aborted) break
    const encoded = Buffer.from(event)
    // A stream has no length to take a share of: it breaks within the event in which it is due.
    if (fault?.kind === 'truncate' && count >= (fault.events ?? 1)) {
      await write(response, encoded.subarray(0, shareOf(encoded.length, fault.share)))
      response.destroy()
      break
    }
    for (const piece of pieces(encoded, fault)) {
      await write(response, piece)
      await pauseFor(fault, signal)
    }
    sent += encoded.length
    count += 1
  }
  response.end()
  return { bytes: sent }
}

function contentOf({ status, body }: Answer): {
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
} {
  if (body.kind === 'json') {
    const bytes = Buffer.from(JSON.stringify(body.value))
    return { bytes, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) } }
  }
  if (body.kind === 'bytes') return { bytes: body.bytes, headers: { 'content-length': String(body.bytes.length) } }
  return { bytes: new Uint8Array(), headers: status === 204 ? {} : { 'content-length': '0' } }
}

function* pieces(content: Uint8Array, fault: Fault | undefined): Generator<Uint8Array> {
  const size = fault?.kind === 'slow' ? (fault.bytes ?? 16) : content.length
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size)
}

async function pauseFor(fault: Fault | undefined, signal: AbortSignal): Promise<void> {
  if (fault?.kind !== 'slow') return
  await delay(fault.everyMilliseconds ?? 20, undefined, { signal }).catch(() => undefined)
}

/** Waits until the client takes more, or has left. */
async function write(response: ServerResponse, content: Uint8Array): Promise<void> {
  if (content.length === 0 || response.destroyed || response.write(content)) return
  const left = new AbortController()
  const gone = () => left.abort()
  response.once('close', gone)
  await once(response, 'drain', { signal: left.signal }).catch(() => undefined)
  response.off('close', gone)
}

function shareOf(length: number, share = 0.5): number {
  return Math.floor(length * share)
}
