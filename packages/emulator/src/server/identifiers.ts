import { randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A random identifier of letters and digits behind a prefix, as most vendors make them. */
export function newId(prefix: string, length = 24): string {
  return prefix + Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
