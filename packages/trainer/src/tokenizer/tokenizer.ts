import { TrainerError } from '../errors.ts'
import { fitMerges, mergePair, type Merge } from './fit.ts'
import { fitPhrases, mostPhrases } from './phrases.ts'
import { splitPieces } from './pieces.ts'
import { byteToken, firstMergedId, specialCount } from './tokens.ts'

/** Turns text into token ids and back; every text has an encoding, since single bytes are tokens too. */
export interface Tokenizer {
  /** One more than the highest id in use. */
  readonly vocabulary: number
  /** Joins within words, in the order in which they apply. */
  readonly merges: readonly Merge[]
  /** Joins across words that apply afterwards, for wording that most answers share. */
  readonly phrases: readonly Merge[]
  /** Token ids of a well-formed text; never one of the special ids. A lone surrogate is refused with `invalid-example`. */
  encode(text: string): readonly number[]
  /** The UTF-8 bytes of a token, none for a special id. */
  bytes(id: number): Uint8Array
}

/** Texts to fit a tokenizer to; answers are counted as texts too. */
export interface FittingTexts {
  readonly texts: readonly string[]
  readonly answers: readonly string[]
}

/** A tokenizer whose tokens are what is frequent in these texts; the same texts in the same order give the same tokens. */
export function fitTokenizer({ texts, answers }: FittingTexts, vocabulary: number): Tokenizer {
  const merges = fitMerges(texts, vocabulary - mostPhrases)
  const words = createTokenizer(merges, [])
  return createTokenizer(merges, fitPhrases(answers.map(words.encode), words.vocabulary))
}

/** The tokenizer of these merges; none gives single bytes. */
export function createTokenizer(merges: readonly Merge[], phrases: readonly Merge[]): Tokenizer {
  const table = tokenBytes([...merges, ...phrases])
  const ranks = new Map(merges.map(([left, right], rank) => [rankKey(left, right), rank]))
  const known = new Map<string, readonly number[]>()
  const encoder = new TextEncoder()
  const encodePiece = (piece: string): readonly number[] => {
    const remembered = known.get(piece)
    if (remembered !== undefined) return remembered
    const ids = mergeAll(Array.from(encoder.encode(piece), byteToken), ranks)
    if (known.size < rememberedPieces) known.set(piece, ids)
    return ids
  }
  const firstPhrase = firstMergedId + merges.length
  return {
    vocabulary: firstPhrase + phrases.length,
    merges,
    phrases,
    encode(text) {
      if (!text.isWellFormed()) throw new TrainerError('invalid-example', loneSurrogate)
      const words = splitPieces(text).flatMap(encodePiece)
      return phrases.reduce((ids, [left, right], rank) => mergePair(ids, left, right, firstPhrase + rank), words)
    },
    bytes: (id) => table[id] ?? noBytes,
  }
}

const loneSurrogate =
  'The text holds half of a surrogate pair, which no UTF-8 file can hold. Remove or replace that character.'
const rememberedPieces = 100_000
const noBytes = new Uint8Array(0)

function tokenBytes(merges: readonly Merge[]): readonly Uint8Array[] {
  const table: Uint8Array[] = Array.from({ length: firstMergedId }, (_, id) =>
    id < specialCount ? noBytes : Uint8Array.of(id - specialCount),
  )
  for (const [left, right] of merges)
    table.push(Uint8Array.of(...(table[left] ?? noBytes), ...(table[right] ?? noBytes)))
  return table
}

function mergeAll(bytes: readonly number[], ranks: ReadonlyMap<number, number>): readonly number[] {
  let ids = bytes
  for (;;) {
    let best: number | undefined
    let at = 0
    for (let position = 0; position + 1 < ids.length; position++) {
      const rank = ranks.get(rankKey(ids[position] ?? 0, ids[position + 1] ?? 0))
      if (rank === undefined || (best !== undefined && rank >= best)) continue
      best = rank
      at = position
    }
    if (best === undefined) return ids
    ids = mergePair(ids, ids[at] ?? 0, ids[at + 1] ?? 0, firstMergedId + best)
  }
}

function rankKey(left: number, right: number): number {
  return left * 65_536 + right
}
