/** Ranks of tokens by their bytes, each byte one character of the key (latin-1). */
export type Ranks = ReadonlyMap<string, number>

/**
 * How many tokens a piece comes to: the pair of neighbours with the lowest rank is merged, the leftmost of equals first, until none is
 * left. `bytes` is the piece's UTF-8 as latin-1. A heap of pairs makes it n log n; looking for the lowest pair anew after each merge,
 * as tokenizers in JavaScript do, takes minutes for a piece of a hundred thousand characters.
 */
export function countMerged(bytes: string, ranks: Ranks): number {
  const parts = createParts(bytes)
  const heap: Pair[] = []
  for (let start = 0; start + 1 < bytes.length; start++) pushPair(heap, parts, ranks, start)
  let count = bytes.length
  for (let pair = pop(heap); pair !== undefined; pair = pop(heap)) {
    if (!isCurrent(pair, parts)) continue
    count--
    merge(pair, parts)
    pushPair(heap, parts, ranks, pair.start)
    const before = parts.previous[pair.start] ?? NONE
    if (before !== NONE) pushPair(heap, parts, ranks, before)
  }
  return count
}

/** The piece as it is merged: a part begins at `start` where `end[start]` is past it, and its neighbours are linked. */
interface Parts {
  readonly bytes: string
  readonly end: Int32Array
  readonly previous: Int32Array
}

/** Two neighbours that make a token of this rank: `bytes[start, middle)` and `bytes[middle, end)`. */
interface Pair {
  readonly rank: number
  readonly start: number
  readonly middle: number
  readonly end: number
}

const NONE = -1

function createParts(bytes: string): Parts {
  const end = Int32Array.from(bytes, (_, index) => index + 1)
  return { bytes, end, previous: end.map((after) => after - 2) }
}

function pushPair(heap: Pair[], { bytes, end }: Parts, ranks: Ranks, start: number): void {
  const middle = end[start] ?? bytes.length
  if (middle >= bytes.length) return
  const after = end[middle] ?? bytes.length
  const rank = ranks.get(bytes.slice(start, after))
  if (rank !== undefined) push(heap, { rank, start, middle, end: after })
}

/** A pair stays in the heap when one of its parts has grown or gone; both must be as they were. */
function isCurrent({ start, middle, end: after }: Pair, { end }: Parts): boolean {
  return end[start] === middle && end[middle] === after
}

function merge({ start, middle, end: after }: Pair, { bytes, end, previous }: Parts): void {
  end[start] = after
  end[middle] = NONE
  if (after < bytes.length) previous[after] = start
}

function push(heap: Pair[], pair: Pair): void {
  let at = heap.push(pair) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (above === undefined || !isBefore(pair, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = pair
}

function pop(heap: Pair[]): Pair | undefined {
  const [first] = heap
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return first
  let at = 0
  for (;;) {
    const child = lesserChild(heap, at)
    const below = heap[child]
    if (below === undefined || !isBefore(below, last)) break
    heap[at] = below
    at = child
  }
  heap[at] = last
  return first
}

function lesserChild(heap: readonly Pair[], at: number): number {
  const left = 2 * at + 1
  const [one, other] = [heap[left], heap[left + 1]]
  return one !== undefined && other !== undefined && isBefore(other, one) ? left + 1 : left
}

function isBefore(one: Pair, other: Pair): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.start < other.start)
}
