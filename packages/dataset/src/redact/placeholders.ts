import { createHmac, randomBytes } from 'node:crypto'
import type { Kind } from '../scan/detector.ts'

/** What stands for values that were taken out: `<EMAIL_1>`, the same for the same value. */
export interface Placeholders {
  readonly of: (kind: Kind, value: string) => string
  /** How many different values there were. */
  readonly count: () => number
}

/**
 * Numbers go on from the highest one of each name, which is noted in the map. Values are not kept, only a keyed digest of each, about
 * a hundred bytes; the key dies with this object.
 */
export function createPlaceholders(highest: Map<string, number>): Placeholders {
  const key = randomBytes(32)
  const known = new Map<string, string>()
  return {
    of(kind, value) {
      const digest = createHmac('sha256', key)
        .update(`${kind}\0${spelledOneWay(kind, value)}`)
        .digest('base64')
      const before = known.get(digest)
      if (before !== undefined) return before
      const name = nameOf(kind)
      const number = (highest.get(name) ?? 0) + 1
      highest.set(name, number)
      const placeholder = `<${name}_${number}>`
      known.set(digest, placeholder)
      return placeholder
    },
    count: () => known.size,
  }
}

const PLACEHOLDERS = /<([A-Z][A-Z0-9_]{0,40})_(\d{1,12})>/g

/** Notes the placeholders that a text already has. */
export function noteHighest(highest: Map<string, number>, text: string): void {
  for (const [, name = '', number] of text.matchAll(PLACEHOLDERS)) {
    highest.set(name, Math.max(highest.get(name) ?? 0, Number(number)))
  }
}

const KIND = /^[a-z][a-z0-9-]{0,40}$/

/** @throws RangeError for a kind of a plug-in that is not in lower case with hyphens. */
function nameOf(kind: Kind): string {
  if (!KIND.test(kind)) throw new RangeError('the kinds of a detector are written in lower case with hyphens')
  return kind.toUpperCase().replaceAll('-', '_')
}

/** Kinds that people write with spaces, points or hyphens, or without. */
const GROUPED: ReadonlySet<Kind> = new Set(['phone', 'card', 'iban', 'national-id'])

function spelledOneWay(kind: Kind, value: string): string {
  const plain = value.normalize('NFKC')
  if (kind === 'email') return plain.toLowerCase()
  return GROUPED.has(kind) ? plain.replaceAll(/[^\p{L}\p{N}+]/gu, '').toUpperCase() : plain
}
