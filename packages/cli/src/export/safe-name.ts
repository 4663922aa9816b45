import { createHash } from 'node:crypto'

/** Names that Windows gives to devices, whatever their ending. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/
const LONGEST = 80
const DIGEST_DIGITS = 10

/**
 * A file name made of an id, legal on every system and the same each time. Where the id cannot stand as it is, or could be taken for
 * another by a file system that does not tell capitals apart, a digest of it follows.
 */
export function safeName(id: string): string {
  const kept = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, LONGEST)
  if (kept === id && kept !== '' && !RESERVED.test(id)) return id
  const digest = createHash('sha256').update(id).digest('hex').slice(0, DIGEST_DIGITS)
  return kept === '' ? digest : `${RESERVED.test(kept) ? 'id-' : ''}${kept}-${digest}`
}
