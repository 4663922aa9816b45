import type { JsonObject, JsonValue } from '../example.ts'
import { isList, type Check } from './shape.ts'

/**
 * Rows of one dataset mostly repeat a member, such as the tools offered. A check of such a member, and the value that
 * passed it first in place of an equal one: what follows from the value is then worked out once, by `rememberLast`.
 */
export interface Repeated {
  readonly check: Check
  /** The earlier value where this one passed as its equal; otherwise this one. */
  readonly first: (value: JsonValue) => JsonValue
}

/** Remembers the last value that passed. */
export function repeated(check: Check): Repeated {
  let passed: JsonValue | undefined
  let latest: JsonValue | undefined
  return {
    check(value) {
      const known = passed !== undefined && isSame(value, passed)
      const found = known ? undefined : check(value)
      if (found) return found
      latest = value
      if (!known) passed = value
      return undefined
    },
    first: (value) => (value === latest && passed !== undefined ? passed : value),
  }
}

/** The same work, done once for a key that comes several times in a row. */
export function rememberLast<Key extends object | string, Result>(work: (key: Key) => Result): (key: Key) => Result {
  let last: { readonly key: Key; readonly result: Result } | undefined
  return (key) => {
    if (last?.key !== key) last = { key, result: work(key) }
    return last.result
  }
}

/** True when both would be written alike: the order of keys is part of it. */
function isSame(one: JsonValue, other: JsonValue): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (isList(one) || isList(other)) return isList(one) && isList(other) && isSameList(one, other)
  // An exact number looks like an object, but for its prototype.
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  return isSameObject(one as JsonObject, other as JsonObject)
}

function isSameList(one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (!isSame(one[at] ?? null, other[at] ?? null)) return false
  return true
}

function isSameObject(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(other)
  let at = 0
  for (const key in one) {
    if (key !== keys[at] || !isSame(one[key] ?? null, other[key] ?? null)) return false
    at++
  }
  return at === keys.length
}
