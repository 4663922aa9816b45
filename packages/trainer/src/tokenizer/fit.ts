import { splitPieces } from './pieces.ts'
import { byteToken, firstMergedId } from './tokens.ts'

/** Two neighbouring token ids that become one; the n-th merge makes the id `firstMergedId + n`. */
export type Merge = readonly [left: number, right: number]

interface Word {
  ids: number[]
  readonly count: number
}

/** Every pair seen, how often, and in which words. */
interface PairTable {
  readonly counts: Map<number, number>
  readonly words: Map<number, Set<number>>
}

/** A pair that occurs less often is not merged: too few examples would teach what the token means. */
const rareCount = 4

/** Byte-pair merges for these texts, most frequent pair first (ties: the lower ids), until the vocabulary is full or the rest is rare. */
export function fitMerges(texts: Iterable<string>, vocabulary: number): readonly Merge[] {
  const words = countWords(texts)
  const table = countPairs(words)
  const merges: Merge[] = []
  while (firstMergedId + merges.length < vocabulary) {
    const best = mostFrequent(table.counts)
    if (best === undefined) break
    const merge: Merge = [leftOf(best), rightOf(best)]
    applyMerge(words, table, merge, firstMergedId + merges.length)
    merges.push(merge)
  }
  return merges
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const piece of splitPieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  const encoder = new TextEncoder()
  return [...counts].map(([piece, count]) => ({ ids: Array.from(encoder.encode(piece), byteToken), count }))
}

function countPairs(words: readonly Word[]): PairTable {
  const table: PairTable = { counts: new Map(), words: new Map() }
  for (const [index, word] of words.entries()) addPairs(table, word, index, 1)
  return table
}

/** Adds (sign 1) or takes away (sign -1) the pairs of one word. */
function addPairs(table: PairTable, word: Word, index: number, sign: 1 | -1): void {
  for (let position = 0; position + 1 < word.ids.length; position++) {
    const pair = pairOf(word.ids[position] ?? 0, word.ids[position + 1] ?? 0)
    const count = (table.counts.get(pair) ?? 0) + sign * word.count
    if (count > 0) table.counts.set(pair, count)
    else table.counts.delete(pair)
    if (sign < 0) continue
    const holders = table.words.get(pair)
    if (holders === undefined) table.words.set(pair, new Set([index]))
    else holders.add(index)
  }
}

function mostFrequent(counts: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined
  let bestCount = rareCount - 1
  for (const [pair, count] of counts) {
    if (count < bestCount || (count === bestCount && (best === undefined || pair > best))) continue
    best = pair
    bestCount = count
  }
  return best
}

function applyMerge(words: readonly Word[], table: PairTable, [left, right]: Merge, merged: number): void {
  const pair = pairOf(left, right)
  const holders = table.words.get(pair) ?? []
  table.words.delete(pair)
  for (const index of holders) {
    const word = words[index]
    if (word === undefined) continue
    addPairs(table, word, index, -1)
    word.ids = mergePair(word.ids, left, right, merged)
    addPairs(table, word, index, 1)
  }
}

/** Replaces every left-right neighbourhood, from the start on, by the merged id. */
export function mergePair(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = []
  for (let position = 0; position < ids.length; position++) {
    const id = ids[position] ?? 0
    const found = id === left && ids[position + 1] === right
    result.push(found ? merged : id)
    if (found) position++
  }
  return result
}

const shift = 65_536

function pairOf(left: number, right: number): number {
  return left * shift + right
}

function leftOf(pair: number): number {
  return Math.floor(pair / shift)
}

function rightOf(pair: number): number {
  return pair % shift
}
