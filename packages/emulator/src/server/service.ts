import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Answerer } from '../chat/answerer.ts'
import type { Outcome } from '../training/outcome.ts'
import type { TrainingEngine } from '../training/engine.ts'
import type { Lag } from './shelf.ts'

/** The vendors whose protocols the emulator speaks. */
export type VendorName = 'openai' | 'azure'

/** A request that was received whole. */
export interface VendorRequest {
  readonly method: string
  /** As it was sent, percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Empty when there was none. */
  readonly body: Buffer
  /** Scheme, host and port that the client used, for links in answers. */
  readonly origin: string
  /** Aborted when the client is gone or the emulator closes. */
  readonly signal: AbortSignal
}

/** What is sent back; `json`, `bytes`, `events` and `empty` in answer.ts make one. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AnswerBody
}

export type AnswerBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Server-sent events, each with its blank line at the end. */
  | { readonly kind: 'events'; readonly events: AsyncIterable<string> }

/** What a request asks for, found without acting on it, so that faults and hooks come between. */
export interface Resolved {
  /** `files.create`, `jobs.get`, …; `unknown` for a route that the vendor does not have. */
  readonly operation: string
  /** The account's name, when the credentials are some account's. */
  readonly account?: string
  /** Does what was asked. A `Refusal` that it throws is the answer. */
  act(circumstances: Circumstances): Promise<Answer> | Answer
}

/** What a fault adds to an operation that makes something. */
export interface Circumstances {
  /** How long what is made stays out of sight; pass it to `Shelf.add`. */
  readonly lag: Lag
}

/** An error that is asked for, to be told in the vendor's own words. */
export interface ErrorWish {
  readonly status: number
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** The server side of one vendor's protocol. All state of its accounts is in memory. */
export interface Vendor {
  readonly name: VendorName
  /** The environment variables with which the vendor's SDKs and our adapters reach this account; `url` has no trailing slash. */
  env(url: string, account: string): Readonly<Record<string, string>>
  resolve(request: VendorRequest): Resolved
  /** An answer to this request with the vendor's own error body, which may depend on the API that it addresses. */
  refuse(wish: ErrorWish, request: VendorRequest): Answer
  /** Changes an account's settings; what the vendor does not know is an `EmulatorError`. */
  configure(account: string, settings: Readonly<Record<string, unknown>>): void
  /** Fills an account quickly; what the vendor does not know is an `EmulatorError`. Gives the ids that were made, by kind. */
  seed(account: string, seed: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly string[]>>
  /** How the account's next jobs go. */
  plan(account: string, outcome: Outcome): void
  /** Forgets one account, or all. */
  reset(account?: string): void
}

/** What the ground gives a vendor. */
export interface VendorContext {
  readonly clock: Clock
  readonly engine: TrainingEngine
  readonly answerer: Answerer
}
