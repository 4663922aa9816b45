import type { IncomingHttpHeaders } from 'node:http'
import type { Fault } from '../faults.ts'
import type { VendorName } from './service.ts'

/** A request and what came of it, as far as it has come. */
export interface Exchange {
  /** Counts from 1 over all vendors. */
  readonly number: number
  readonly vendor: VendorName
  /** By the emulator's clock. */
  readonly at: string
  readonly method: string
  /** As it was sent, percent-encoded. */
  readonly path: string
  /** Without the question mark; empty when there was none. */
  readonly query: string
  readonly operation: string
  /** The account's name, when the credentials were some account's. */
  readonly account?: string
  /** Without credentials. */
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: LoggedBody
  /** The fault that struck it. */
  readonly fault?: Fault['kind']
  /** Of the vendor's answer, whether it reached the client or not; absent when the vendor did not act. A fault's status in its place. */
  readonly status?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  /** Of a stream, what was sent before the end. */
  readonly responseBody?: LoggedBody
  /** True once the answer is out, or never will be. */
  readonly over: boolean
  /** A mistake in the emulator itself; it answered 500. */
  readonly emulatorFailure?: string
}

/** JSON as it was read, or how many bytes of something else. */
export type LoggedBody = { readonly json: unknown } | { readonly bytes: number }

/** The last exchanges. */
export interface RequestLog {
  begin(exchange: Omit<Exchange, 'number' | 'over'>): Exchange
  /** Adds to an exchange what is known by now. */
  update(exchange: Exchange, news: Partial<Exchange>): void
  all(): readonly Exchange[]
  clear(account?: string): void
}

/** Makes a log of the last `capacity` exchanges. */
export function createRequestLog(capacity: number): RequestLog {
  let exchanges: Exchange[] = []
  let count = 0
  return {
    begin(exchange) {
      const begun: Exchange = { ...exchange, number: ++count, over: false }
      exchanges.push(begun)
      // In steps, so that a full log does not move all of its entries for each new one.
      if (exchanges.length > capacity * 2) exchanges = exchanges.slice(-capacity)
      return begun
    },
    update: (exchange, news) => void Object.assign(exchange, news),
    all: () => exchanges.slice(-capacity),
    clear(account) {
      exchanges = account === undefined ? [] : exchanges.filter((exchange) => exchange.account !== account)
    },
  }
}

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'cookie', 'proxy-authorization'])

/** Headers as they may be kept; a credential is shown as present, not as it is. */
export function loggedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return []
      return [[name, CREDENTIALS.has(name) || name.endsWith('authorization-auxiliary') ? 'present' : String(value)]]
    }),
  )
}

/** A body as it may be kept. */
export function loggedBody(contentType: string | undefined, body: Uint8Array): LoggedBody {
  if (body.length === 0 || !/\bjson\b/i.test(contentType ?? '')) return { bytes: body.length }
  try {
    return { json: JSON.parse(Buffer.from(body).toString('utf8')) }
  } catch {
    return { bytes: body.length }
  }
}
