/** What all four vendors need alike; candidates for `@anytune/core/driver`, kept this small on purpose. */
import { createHash } from 'node:crypto'
import { AnytuneError, type FormatId } from '@anytune/core/driver'
import type { z } from 'zod'

/** The same object without its undefined members: `exactOptionalPropertyTypes` asks for it at every optional field. */
export function present<T extends object>(value: T): Present<T> {
  // The filter removes exactly what the type says may be absent.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** One part of an upload. */
export interface Part {
  /** From 0. */
  readonly index: number
  /** Of its first byte in the whole file. */
  readonly offset: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Lower-case hex. */
  readonly sha256: string
}

/**
 * Cuts a stream in parts of `size` bytes, the last one shorter; an empty stream has no part.
 * A part is cut when the byte after it is there, or the end: where sending the last part commits, it is sent only after the stream
 * has ended well.
 */
export async function* parts(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Part> {
  let offset = 0
  let filled = 0
  let buffer = new Uint8Array(size)
  const cut = (): Part => {
    const bytes = buffer.subarray(0, filled)
    const part = { index: offset / size, offset, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
    offset += filled
    filled = 0
    buffer = new Uint8Array(size)
    return part
  }
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) {
      if (filled === size) yield cut()
      const taken = chunk.subarray(at, at + size - filled)
      buffer.set(taken, filled)
      filled += taken.length
      at += taken.length
    }
  }
  if (filled > 0) yield cut()
}

/** A word that the table lacks is `unknown`: services send more than their SDKs say. */
export function word<T extends string>(table: Readonly<Record<string, T>>, vendorWord: string): T | 'unknown' {
  return (Object.hasOwn(table, vendorWord) ? table[vendorWord] : undefined) ?? 'unknown'
}

/** Seconds since 1970, as OpenAI and Azure tell time. */
export function date(seconds: number | null | undefined): Date | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1000) : undefined
}

/** A parser for `options.job` and `options.deployment`. */
export function strict<S extends z.ZodType<object>>(provider: string, schema: S): (value: unknown) => z.output<S> {
  return (value) => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new AnytuneError('invalid-argument', `providerOptions.${provider}: ${faults.join('; ')}`, { provider })
  }
}

/** A row format that `@anytune/dataset` has no codec for yet; the adapter cannot be finished before it has. */
export function formatToCome(id: string): FormatId {
  return id as FormatId
}
