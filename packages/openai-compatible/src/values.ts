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

/** Seconds since 1970, as this wire format tells time; anything that is no time is absent. */
export function date(seconds: unknown): Date | undefined {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? undefined : time
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
