import { type Encoding, type EncodingId, ENCODINGS } from './encodings.ts'
import { countMerged, type Ranks } from './merge.ts'

/** Counts tokens of texts in one vocabulary. */
export interface TokenCounter {
  readonly encoding: EncodingId
  /**
   * How many tokens the text comes to. What looks like a special token (`<|endoftext|>`) is text, as it is in a dataset. Exact, but for
   * runs of more than 262,144 bytes that nothing breaks, no space, digit or sign: they are counted in slices, each up to one token more.
   */
  readonly count: (text: string) => number
}

/** A counter of this vocabulary, made once a process; loading it takes a quarter of a second and some 20 MB of memory. */
export function loadTokenCounter(encoding: EncodingId): Promise<TokenCounter> {
  loading[encoding] ??= ENCODINGS[encoding]().then((made) => createCounter(encoding, made))
  return loading[encoding]
}

const loading: Partial<Record<EncodingId, Promise<TokenCounter>>> = {}

/** Pieces whose count is remembered, mostly words: several megabytes at most. */
const REMEMBERED = 65_536
/** Longer pieces seldom come twice. */
const REMEMBERED_CHARACTERS = 48
const SLICE_BYTES = 262_144
/** Text that the pattern is tried on at once where it runs out of stack: no run that nothing breaks is near as long in real text. */
const SLICE_CHARACTERS = 262_144

function createCounter(encoding: EncodingId, { tokens, pieces }: Encoding): TokenCounter {
  const ranks = ranksOf(tokens)
  const remembered = new Map<string, number>()
  const countPiece = (piece: string) => {
    const known = remembered.get(piece)
    if (known !== undefined) return known
    const count = countAnew(piece, ranks)
    if (piece.length <= REMEMBERED_CHARACTERS) {
      if (remembered.size >= REMEMBERED) remembered.clear()
      remembered.set(ownText(piece), count)
    }
    return count
  }
  const countRun = (text: string) => {
    let count = 0
    pieces.lastIndex = 0
    for (let found = pieces.exec(text); found !== null; found = pieces.exec(text)) count += countPiece(found[0])
    return count
  }
  return { encoding, count: (text) => withinStack(countRun, text) }
}

/** The pattern needs stack for each character of a run; millions of them without a break exhaust it. */
function withinStack(count: (text: string) => number, text: string): number {
  try {
    return count(text)
  } catch (error) {
    if (!(error instanceof RangeError) || text.length <= SLICE_CHARACTERS) throw error
    let sum = 0
    for (let start = 0; start < text.length; start += SLICE_CHARACTERS) {
      sum += count(text.slice(start, start + SLICE_CHARACTERS))
    }
    return sum
  }
}

function countAnew(piece: string, ranks: Ranks): number {
  const bytes = latin1(piece)
  if (ranks.has(bytes)) return 1
  let count = 0
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    count += countMerged(bytes.slice(start, start + SLICE_BYTES), ranks)
  }
  return count
}

function ranksOf(tokens: Encoding['tokens']): Ranks {
  const ranks = new Map<string, number>()
  // Skips ranks that are not used.
  tokens.forEach((token, rank) => {
    ranks.set(typeof token === 'string' ? latin1(token) : Buffer.from(token).toString('latin1'), rank)
  })
  return ranks
}

/** The text's UTF-8, each byte as one character: most text is ASCII, and then it is the text itself. */
function latin1(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text).toString('latin1')
}

// oxlint-disable-next-line no-control-regex -- every ASCII character is meant
const ASCII = /^[\x00-\x7f]*$/

/** A copy: a part of a string keeps the whole string, here a row, in memory. */
function ownText(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le')
}
