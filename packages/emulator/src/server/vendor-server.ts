import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refusal } from '../errors.ts'
import { lagOf, momentOf, type Fault, type Faults } from '../faults.ts'
import type { Clock } from '../clock.ts'
import { faultAnswer } from './fault-answer.ts'
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
  const server = createServer((request, response) => {
    serve(vendor, ground, request, response, closing.signal).catch((error: unknown) => {
      // Whatever was sent is answered; what gets here is a mistake of the emulator's, which must not go unseen.
      process.emitWarning(describe(error), { code: 'ANYTUNE_EMULATOR' })
      breakOff(response)
    })
  })
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
  const tooLarge = () => vendor.refuse({ status: 413, message: 'Request entity too large' }, request)
  const resolved = body === 'too-large' ? { operation: 'unknown', act: tooLarge } : vendor.resolve(request)
  const visit = receive(vendor, ground, request, resolved, response)
  ground.log.update(visit.exchange, { ...(await handle(visit)), over: true })
}

/** A request on its way. */
interface Visit {
  readonly vendor: Vendor
  readonly ground: Ground
  readonly request: VendorRequest
  readonly resolved: Resolved
  readonly response: ServerResponse
  readonly fault: Fault | undefined
  readonly exchange: Exchange
}

/** Counts a request for the faults, and writes it down. */
function receive(
  vendor: Vendor,
  ground: Ground,
  request: VendorRequest,
  resolved: Resolved,
  response: ServerResponse,
): Visit {
  const { operation, account } = resolved
  const fault = ground.faults.take({ vendor: vendor.name, operation, account })
  const exchange = ground.log.begin({
    vendor: vendor.name,
    at: new Date(ground.clock.now()).toISOString(),
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    operation,
    ...(account === undefined ? {} : { account }),
    requestHeaders: loggedHeaders(request.headers),
    requestBody: loggedBody(request.headers['content-type'], request.body),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  })
  return { vendor, ground, request, resolved, response, fault, exchange }
}

/** The life of one request: hook, fault, effect, hook, fault, answer. Gives what is then known of it. */
async function handle(visit: Visit): Promise<Partial<Exchange>> {
  const { vendor, ground, request, response, fault, exchange } = visit
  const moment = momentOf(fault)
  if (!(await notify(ground, 'before', exchange))) return breakOff(response)
  let answer = moment === 'before' ? undefined : await act(visit)
  if (answer !== undefined) ground.log.update(exchange, { status: answer.status })
  if (!(await notify(ground, 'after', exchange))) return breakOff(response)
  if (fault !== undefined && moment !== undefined) answer = await faultAnswer(vendor, request, fault)
  if (answer === undefined) return breakOff(response)
  ground.log.update(exchange, { status: answer.status, responseHeaders: answer.headers })
  try {
    return { responseBody: await sendAnswer(response, answer, fault, request.signal) }
  } catch (error) {
    // A stream may fail, or be given up, in its middle, when its status is long out.
    breakOff(response)
    return failureOf(error, request)
  }
}

/** What the vendor answers; undefined when the client has left in the middle, and nobody is there to be answered. */
async function act({ vendor, ground, request, resolved, fault, exchange }: Visit): Promise<Answer | undefined> {
  try {
    return await resolved.act({ lag: lagOf(fault) })
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    const failure = failureOf(error, request)
    ground.log.update(exchange, failure)
    if (failure.emulatorFailure === undefined) return undefined
    return vendor.refuse({ status: 500, message: 'The emulator failed; its request log says how.' }, request)
  }
}

/** An error that nobody meant is the emulator's own; a client that left is not. */
function failureOf(error: unknown, { signal }: VendorRequest): Pick<Partial<Exchange>, 'emulatorFailure'> {
  return signal.aborted && error === signal.reason ? {} : { emulatorFailure: describe(error) }
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
