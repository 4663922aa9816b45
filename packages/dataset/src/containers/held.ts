import { constants } from 'node:buffer'

/** Bytes of one row that arrive in pieces: a copy, because a source may use its chunk again. */
export interface Held {
  readonly maximum: number
  bytes: Buffer
  length: number
  /** More than the maximum arrived: nothing is kept. */
  overflown: boolean
}

/** Holds rows of so many bytes at most. */
export function createHeld(maximum: number): Held {
  if (!(maximum >= 1)) throw new RangeError('maximumLineBytes must be at least 1')
  // A longer row could not become a string.
  return { maximum: Math.min(maximum, constants.MAX_STRING_LENGTH), bytes: NOTHING, length: 0, overflown: false }
}

/** Appends; grows by doubling, so that tiny chunks stay cheap. */
export function hold(held: Held, bytes: Buffer): void {
  if (held.overflown) return
  const length = held.length + bytes.length
  if (length > held.maximum) {
    held.overflown = true
    held.length = 0
    held.bytes = NOTHING
    return
  }
  if (length > held.bytes.length) {
    const grown = Buffer.allocUnsafe(Math.max(length, 2 * held.bytes.length))
    held.bytes.copy(grown, 0, 0, held.length)
    held.bytes = grown
  }
  bytes.copy(held.bytes, held.length)
  held.length = length
}

/** True when nothing arrived since the last `takeHeld`. */
export function isEmpty(held: Held): boolean {
  return held.length === 0 && !held.overflown
}

/** Gives away what is held; undefined when it was too much. */
export function takeHeld(held: Held): Buffer | undefined {
  const { bytes, length, overflown } = held
  held.bytes = NOTHING
  held.length = 0
  held.overflown = false
  return overflown ? undefined : bytes.subarray(0, length)
}

const NOTHING = Buffer.alloc(0)
