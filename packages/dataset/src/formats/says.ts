import type { JsonValue } from '../example.ts'
import type { Feature, Unsaid } from './features.ts'
import { isList, isObject } from './shape.ts'

/** What a format says, with the values it says only in part. */
export interface Says extends Limits {
  readonly has: (feature: Feature) => boolean
}

/** What a format says of a feature only for some values. */
export interface Limits {
  /** Media types the format has a name for. */
  readonly mediaType?: (mediaType: string) => boolean
  /** Addresses of images and other media, where they are neither inside the row nor in S3. */
  readonly address?: RegExp
  readonly callId?: RegExp
  /** Names of tools called. */
  readonly callName?: RegExp
  /** Names of tools offered. */
  readonly toolName?: RegExp
}

/** The same thing seen from its container. */
export function under(segment: string, inner: Unsaid | undefined): Unsaid | undefined {
  return inner && { ...inner, field: inner.field === undefined ? segment : `${segment}.${inner.field}` }
}

/** The first of a list that cannot be said. */
export function firstOf<Item>(
  name: string,
  items: readonly Item[],
  check: (item: Item, index: number) => Unsaid | undefined,
): Unsaid | undefined {
  let index = 0
  for (const item of items) {
    const found = check(item, index)
    if (found) return under(`${name}[${index}]`, found)
    index++
  }
  return undefined
}

/** The feature, unless the format says it. */
export function unless(says: Says, feature: Feature, field?: string): Unsaid | undefined {
  if (says.has(feature)) return undefined
  return field === undefined ? { feature } : { feature, field }
}

/** Rows nest 64 levels at most; every format wraps the user's own JSON in fewer than the rest. */
const DEEP = 48

/** JSON of the user's own that would nest a row too deep. */
export function ofJson(value: JsonValue, says: Says): Unsaid | undefined {
  return !says.has('deep-json') && nestsDeeper(value, DEEP) ? { feature: 'deep-json' } : undefined
}

function nestsDeeper(value: JsonValue, levels: number): boolean {
  if (isList(value)) return levels === 0 || value.some((item) => nestsDeeper(item, levels - 1))
  if (!isObject(value)) return false
  if (levels === 0) return true
  // Not Object.values, which makes a list.
  for (const key in value) if (nestsDeeper(value[key] ?? null, levels - 1)) return true
  return false
}
