/** The ids that mark structure; no text is ever encoded to one of them. */
export const special = {
  padding: 0,
  begin: 1,
  system: 2,
  user: 3,
  assistant: 4,
  end: 5,
} as const

/** Ids below this are reserved for structure, so that later versions can name more of them. */
export const specialCount = 16

/** The first id that is not a single byte. */
export const firstMergedId = specialCount + 256

/** The token id of a byte. */
export function byteToken(byte: number): number {
  return specialCount + byte
}
