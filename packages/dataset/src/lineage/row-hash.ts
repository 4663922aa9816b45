import { createHmac, hash, type KeyObject } from 'node:crypto'
import type { Example } from '../example.ts'
import { canonicalRow } from './canonical-row.ts'

/** What rows are hashed as. Any change of {@link canonicalRow} has another name, because hashes are kept. */
export const ROW_HASH = 'anytune-row-1'

/** What rows are hashed with. A `KeyObject` (`createSecretKey`) is much faster where many are. */
export type RowKey = Uint8Array | KeyObject

/**
 * The identity of a row: the SHA-256 of `anytune-row-1`, a line feed and the row's canonical text, 32 bytes. With a key it is the
 * HMAC-SHA-256 of the same, without which the short rows behind kept hashes could be guessed.
 */
export function rowHash(example: Example, key?: RowKey): Buffer {
  return textHash(canonicalRow(example), key)
}

/** The same of a canonical text. */
export function textHash(canonical: string, key?: RowKey): Buffer {
  const text = `${ROW_HASH}\n${canonical}`
  // By way of a string, because a buffer of its own for each row is what the garbage collector spends its time on.
  if (key === undefined) return Buffer.from(hash('sha256', text, 'binary'), 'binary')
  return createHmac('sha256', key).update(text).digest()
}
