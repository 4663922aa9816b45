import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refusal } from '../errors.ts'
import { lagOf, momentOf, type Fault, type Faults } from '../faults.ts'
import type { Clock } from '../clock.ts'
import { readBody } from './read-body.ts'
import { loggedBody, loggedHeaders, type Exchange, type RequestLog } from './request-log.ts'
import { sendAnswer } from './send-answer.ts'
import type { Answer, Resolved, Vendor, VendorRequest } from './service.ts'

/**
 * Called with a request that was received whole and not yet acted on (`before`), and when its effect is done and its answer not
 * yet sent (`after`); both are awaited. When it throws, the connection breaks at that moment.
 */
export type RequestListener = (phase: 'before' | 'after', exchange: Exchange) => void | Promise<void>

/** What all vendors' servers share. */
export interface Ground {
  readonly clock: Clock
  readonly faults: Faults
  readonly log: RequestLog
  readonly listeners: ReadonlySet<RequestListener>
  /** Answers the emulator's own routes; undefined for a path that is none. */
  control(request: VendorRequest): Answer | undefined
}

export interface VendorServer {
  readonly url: string
  close(): Promise<void>
}

export const CONTROL_PREFIX = '/__emulator/'

/** Starts a vendor's server; it rejects with the system's error when the port or host cannot be had. */
export async function startVendorServer(
  vendor: Vendor,
  ground: Ground,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<VendorServer> {
  const closing = new AbortController()
  const server = createServer((request, response) => void serve(vendor, ground, request, response, closing.signal))
  // A hang must hang: the server's own patience would end it.
  server.requestTimeout = 0
  server.headersTimeout = 0
  server.keepAliveTimeout = 60_000
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo // it listens on a port, not on a pipe
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** More than the largest file that any vendor takes in one request, with its form around it. */
const LARGEST_BODY = 600 * 1024 * 1024

async function serve(
  vendor: Vendor,
  ground: Ground,
  incoming: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.on('error', () => gone.abort())
  const body = await readBody(incoming, LARGEST_BODY)
  if (body === 'aborted') return
  const signal = AbortSignal.any([gone.signal, closing])
  const request = toRequest(incoming, body === 'too-large' ? Buffer.alloc(0) : body, signal)
  const control = ground.control(request)
  if (control !== undefined) {
    await sendAnswer(response, control, undefined, signal)
    return
  }
  const resolved: Resolved =
    body === 'too-large'
      ? {
          operation: 'unknown',
          act: () => vendor.refuse({ status: 413, message: 'Request entity too large' }, request),
        }
      : vendor.resolve(request)
  const { account } = resolved
  const fault = ground.faults.take({ vendor: vendor.name, operation: resolved.operation, account })
  const exchange = ground.log.begin({
    vendor: vendor.name,
    at: new Date(ground.clock.now()).toISOString(),
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    operation: resolved.operation,
    ...(account === undefined ? {} : { account }),
    requestHeaders: loggedHeaders(request.headers),
    requestBody: loggedBody(request.headers['content-type'], request.body),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  })
  const news = await handle(vendor, ground, request, resolved, fault, exchange, response, signal)
  ground.log.update(exchange, { ...news, over: true })
}

/** The life of one request: hook, fault, effect, hook, fault, answer. */
async function handle(
  vendor: Vendor,
  ground: Ground,
  request: VendorRequest,
  resolved: Resolved,
  fault: Fault | undefined,
  exchange: Exchange,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Partial<Exchange>> {
  const moment = momentOf(fault)
  if (!(await notify(ground, 'before', exchange))) return breakOff(response)
  let news: Partial<Exchange> = {}
  let answer = moment === 'before' ? undefined : await act(vendor, resolved, fault)
  if (answer instanceof Error) {
    // A client that left in the middle is no mistake of the emulator's.
    if (signal.aborted) return {}
    news = { emulatorFailure: describe(answer) }
    answer = vendor.refuse({ status: 500, message: 'The emulator failed; its request log says how.' }, request)
  }
  if (answer !== undefined) ground.log.update(exchange, { status: answer.status })
  if (!(await notify(ground, 'after', exchange))) return breakOff(response)
  if (fault !== undefined && moment !== undefined) answer = await faultAnswer(vendor, request, fault)
  if (answer === undefined) return breakOff(response)
  ground.log.update(exchange, { status: answer.status, responseHeaders: answer.headers })
  try {
    return { ...news, responseBody: await sendAnswer(response, answer, fault, signal) }
  } catch (error) {
    // A stream may fail, or be given up, in its middle, when its status is long out.
    breakOff(response)
    return signal.aborted ? news : { emulatorFailure: describe(error) }
  }
}

async function act(vendor: Vendor, resolved: Resolved, fault: Fault | undefined): Promise<Answer | Error> {
  try {
    return await resolved.act({ lag: lagOf(fault) })
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    return error instanceof Error ? error : new Error(describe(error))
  }
}

/** What a fault answers instead of the vendor; undefined for a connection that breaks. */
async function faultAnswer(vendor: Vendor, request: VendorRequest, fault: Fault): Promise<Answer | undefined> {
  switch (fault.kind) {
    case 'status': {
      const { status, code, message, headers = {} } = fault
      const answer = vendor.refuse({ status, code, message }, request)
      return { ...answer, headers: { ...answer.headers, ...headers } }
    }
    case 'rate-limit': {
      const answer = vendor.refuse({ status: 429 }, request)
      return { ...answer, headers: { ...answer.headers, 'retry-after': fault.retryAfter ?? '1' } }
    }
    case 'not-json':
      return {
        status: fault.status ?? 502,
        headers: { 'content-type': 'text/html' },
        body: { kind: 'bytes', bytes: Buffer.from('<html><body><h1>502 Bad Gateway</h1></body></html>\n') },
      }
    case 'hang':
      await aborted(request.signal)
      return undefined
    case 'reset':
    case 'slow':
    case 'truncate':
    case 'list-lag':
    case 'get-lag':
      return undefined
  }
}

async function notify(ground: Ground, phase: 'before' | 'after', exchange: Exchange): Promise<boolean> {
  try {
    for (const listener of ground.listeners) await listener(phase, exchange)
    return true
  } catch {
    return false
  }
}

/** A reset, not a polite end: a client must see that its connection broke. */
function breakOff(response: ServerResponse): Partial<Exchange> {
  response.socket?.resetAndDestroy()
  return {}
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'something was thrown that is no error'
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

function toRequest(incoming: IncomingMessage, body: Buffer, signal: AbortSignal): VendorRequest {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers: incoming.headers,
    body,
    origin: `http://${incoming.headers.host ?? 'localhost'}`,
    signal,
  }
}
