/** The same object without its undefined members: `exactOptionalPropertyTypes` asks for it at every optional field. */
export function present<T extends object>(value: T): Present<T> {
  // The filter removes exactly what the type says may be absent.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>
}

export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** A word of an open set, by a table of those that are known; another one is `unknown`: services send more than their SDKs say. */
export function word<T extends string>(table: Readonly<Record<string, T>>, vendorWord: string): T | 'unknown' {
  return (Object.hasOwn(table, vendorWord) ? table[vendorWord] : undefined) ?? 'unknown'
}

/** As many seconds are five thousand years, and as many milliseconds were over in 1973. */
const SURELY_MILLISECONDS = 1e11
const ZONED_TIME = /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:?\d\d)$/

/**
 * A time in seconds since 1970, as this wire format tells it. Hosts that speak it tell milliseconds, numbers in quotation marks, and
 * ISO 8601 as well. Anything that is no time is absent, and so is one that leaves its zone open.
 */
export function seconds(told: unknown): number | undefined {
  const number = typeof told === 'string' ? numberOf(told) : told
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  const value = number >= SURELY_MILLISECONDS ? number / 1000 : number
  return Number.isNaN(new Date(value * 1000).getTime()) ? undefined : value
}

function numberOf(written: string): number {
  if (/^\d+(?:\.\d+)?$/.test(written)) return Number(written)
  return ZONED_TIME.test(written) ? Date.parse(written) / 1000 : Number.NaN
}

/** The same as a date. */
export function date(told: unknown): Date | undefined {
  const value = seconds(told)
  return value === undefined ? undefined : new Date(value * 1000)
}

/** A number, and nothing that only looks like one. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A text with something in it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** An answer of the service as it may really be: every member may be absent or null, whatever the schema says. */
export type Tolerant<T> = { readonly [K in keyof T]?: T[K] | null }

/** True for a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
