import { EmulatorError } from './errors.ts'
import { checkShape, list, object, optional, text, whole, choice, variants, type Shape } from './server/shape.ts'
import type { VendorName } from './server/service.ts'
import type { Lag } from './server/shelf.ts'

/**
 * Something that goes wrong with requests of an operation. It lets `after` matching requests pass, then strikes `times` requests.
 * A request is struck by one fault at most, the one given first.
 */
export type Fault = FaultTarget & FaultKind

export interface FaultTarget {
  /** An operation (`jobs.create`), all of a kind (`jobs.*`), or all (`*`). */
  readonly operation: string
  /** Default: any. */
  readonly vendor?: VendorName
  /** The name of an account. Default: any, and requests of none. */
  readonly account?: string
  /** How many requests it strikes. Default 1. */
  readonly times?: number
  /** How many matching requests pass first. Default 0. */
  readonly after?: number
}

/** `before`: the vendor has not acted; `after`: it has, and only its answer is lost. */
export type Moment = 'before' | 'after'

export type FaultKind =
  /** An answer of this status with the vendor's own error body. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly code?: string
      readonly message?: string
      readonly headers?: Readonly<Record<string, string>>
      /** Default `before`. */
      readonly when?: Moment
    }
  /** 429 before the vendor acts. */
  | {
      readonly kind: 'rate-limit'
      /** The value of Retry-After: seconds or a date. Default `1`. */
      readonly retryAfter?: string
    }
  /** The connection breaks. After the effect it is the lost answer to a create. Default `before`. */
  | { readonly kind: 'reset'; readonly when?: Moment }
  /** No answer, until the client leaves or the emulator closes. Default `before`. */
  | { readonly kind: 'hang'; readonly when?: Moment }
  /** The body comes in pieces of `bytes`, default 16, one each `everyMilliseconds`, default 20. */
  | { readonly kind: 'slow'; readonly bytes?: number; readonly everyMilliseconds?: number }
  /** The body ends after this share of it, default half, and the connection breaks. A stream does so within the event after `events`, default 1. */
  | { readonly kind: 'truncate'; readonly share?: number; readonly events?: number }
  /** A page that is no JSON, as a proxy makes it, instead of the answer. Default status 502, before the vendor acts. */
  | { readonly kind: 'not-json'; readonly status?: number; readonly when?: Moment }
  /** What the request makes is missed by `lists` lists, default 1, or by all for a time of the emulator's clock. */
  | { readonly kind: 'list-lag'; readonly lists?: number; readonly milliseconds?: number }
  /** What the request makes is not found the first `looks` times, default 1, that it is asked for by id. */
  | { readonly kind: 'get-lag'; readonly looks?: number }

/** The faults that are still to come. */
export interface Faults {
  add(...faults: readonly Fault[]): void
  /** All, or those of one account. */
  clear(account?: string): void
  /** Those that have not struck as often as they should. */
  pending(): readonly Fault[]
  /** The fault that strikes this request, counted. */
  take(request: { vendor: VendorName; operation: string; account: string | undefined }): Fault | undefined
}

/** Makes an empty list of faults. */
export function createFaults(): Faults {
  let armed: Armed[] = []
  return {
    add(...faults) {
      armed.push(...parseFaults(faults).map((fault) => ({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 })))
    },
    clear: (account) => void (armed = armed.filter(({ fault }) => account !== undefined && fault.account !== account)),
    pending: () => armed.filter(({ left }) => left > 0).map(({ fault }) => fault),
    take(request) {
      let struck: Fault | undefined
      for (const entry of armed.filter(({ fault, left }) => left > 0 && matches(fault, request))) {
        if (entry.pass > 0) entry.pass--
        else if (struck === undefined) {
          entry.left--
          struck = entry.fault
        }
      }
      return struck
    },
  }
}

/** How long what a struck request makes stays out of sight. */
export function lagOf(fault: Fault | undefined): Lag {
  if (fault?.kind === 'get-lag') return { looks: fault.looks ?? 1 }
  if (fault?.kind !== 'list-lag') return {}
  const { lists, milliseconds } = fault
  return { lists: lists ?? (milliseconds === undefined ? 1 : 0), listMilliseconds: milliseconds }
}

/** When a struck request is answered by the fault instead of the vendor; undefined for one that the vendor answers. */
export function momentOf(fault: Fault | undefined): Moment | undefined {
  if (fault === undefined) return undefined
  if (fault.kind === 'rate-limit') return 'before'
  return 'when' in fault || ANSWERED_INSTEAD.has(fault.kind) ? ('when' in fault && fault.when) || 'before' : undefined
}

const ANSWERED_INSTEAD: ReadonlySet<Fault['kind']> = new Set(['status', 'reset', 'hang', 'not-json'])

interface Armed {
  readonly fault: Fault
  pass: number
  left: number
}

function matches(
  fault: Fault,
  request: { vendor: VendorName; operation: string; account: string | undefined },
): boolean {
  if (fault.vendor !== undefined && fault.vendor !== request.vendor) return false
  if (fault.account !== undefined && fault.account !== request.account) return false
  if (fault.operation === '*') return true
  if (fault.operation.endsWith('.*')) return request.operation.startsWith(fault.operation.slice(0, -1))
  return fault.operation === request.operation
}

/** Faults from outside, such as a file; throws an `EmulatorError` that says what is wrong with which. */
export function parseFaults(value: unknown): readonly Fault[] {
  const violation = checkShape(list(FAULT), value)
  if (violation !== undefined) throw new EmulatorError(`faults${violation.path}: ${violation.expected}`)
  return value as readonly Fault[] // the shape says so
}

const target = {
  operation: text(),
  vendor: optional(choice('openai', 'azure')),
  account: optional(text()),
  times: optional(whole({ minimum: 1 })),
  after: optional(whole({ minimum: 0 })),
}
const when = optional(choice('before', 'after'))

const FAULT = variants('kind', {
  status: object({
    ...target,
    status: whole({ minimum: 200, maximum: 599 }),
    code: optional(text()),
    message: optional(text()),
    headers: optional({ kind: 'map', values: text() }),
    when,
  }),
  'rate-limit': object({ ...target, retryAfter: optional(text()) }),
  reset: object({ ...target, when }),
  hang: object({ ...target, when }),
  slow: object({
    ...target,
    bytes: optional(whole({ minimum: 1 })),
    everyMilliseconds: optional(whole({ minimum: 0 })),
  }),
  truncate: object({
    ...target,
    share: optional({ kind: 'number', minimum: 0, maximum: 1 }),
    events: optional(whole({ minimum: 0 })),
  }),
  'not-json': object({ ...target, status: optional(whole({ minimum: 200, maximum: 599 })), when }),
  'list-lag': object({
    ...target,
    lists: optional(whole({ minimum: 0 })),
    milliseconds: optional(whole({ minimum: 0 })),
  }),
  'get-lag': object({ ...target, looks: optional(whole({ minimum: 1 })) }),
} satisfies Record<Fault['kind'], Shape>)
