import { hash } from 'node:crypto'

const BYTES = 6

/** The distance between two neighbouring places. */
export const NEXT_PLACE = 2 ** (-8 * BYTES)

/**
 * Where a row falls on the line from 0 (included) to 1 (excluded): the first 48 bits of the SHA-256 of
 * `["anytune-place-1",seed,identity,occurrence]` as JSON. It depends on what the row says and on the seed alone, not on the rows
 * around it; several rows that say the same are told apart by how many of them came before.
 */
export function placeOf(seed: string, identity: Buffer, occurrence = 0): number {
  const text = JSON.stringify(['anytune-place-1', seed, identity.toString('hex'), occurrence])
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 2 * BYTES), 16) * NEXT_PLACE
}
