/** How often each length of something came, such as tokens of an example. */
export interface Distribution {
  readonly total: number
  /** Half of all are at most this long; 0 when there is none. */
  readonly p50: number
  /** 95 of 100 are at most this long. */
  readonly p95: number
  readonly max: number
  /** 1-based line of the first example of that length; absent when there is none. */
  readonly maxLine?: number
  /** Counts by powers of two, from the shortest to the longest: lengths of `from` up to and including `to`. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[]
}

/** Gathers lengths: whole numbers, 0 or more. */
export interface DistributionTally {
  readonly add: (length: number, line: number) => void
  readonly result: () => Distribution
}

/**
 * Percentiles are exact, by nearest rank. Memory holds each different length once: for n of them the lengths add up to n²/2 at least,
 * so that even 100,000 million tokens have no more than half a million different ones.
 */
export function tallyDistribution(): DistributionTally {
  const counts = new Map<number, number>()
  const longest = { length: -1, line: 0 }
  return {
    add(length, line) {
      counts.set(length, (counts.get(length) ?? 0) + 1)
      if (length > longest.length) Object.assign(longest, { length, line })
    },
    result() {
      const sorted = [...counts].toSorted(([one], [other]) => one - other)
      return {
        total: sorted.reduce((sum, [length, count]) => sum + length * count, 0),
        p50: percentile(sorted, 0.5),
        p95: percentile(sorted, 0.95),
        max: Math.max(0, longest.length),
        ...(longest.length >= 0 && { maxLine: longest.line }),
        histogram: histogram(sorted),
      }
    },
  }
}

type Counted = readonly (readonly [length: number, count: number])[]

function percentile(sorted: Counted, share: number): number {
  const all = sorted.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [length, count] of sorted) {
    seen += count
    if (seen >= share * all) return length
  }
  return 0
}

function histogram(sorted: Counted): Distribution['histogram'] {
  const buckets = new Map<number, number>()
  for (const [length, count] of sorted) {
    const power = powerOf(length)
    buckets.set(power, (buckets.get(power) ?? 0) + count)
  }
  const powers = [...buckets.keys()]
  const [first, last] = [powers.at(0) ?? 0, powers.at(-1) ?? -1]
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const power = first + index
    return { from: power === 0 ? 0 : 2 ** (power - 1), to: 2 ** power - 1, count: buckets.get(power) ?? 0 }
  })
}

/** 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7. */
function powerOf(length: number): number {
  return length === 0 ? 0 : Math.floor(Math.log2(length)) + 1
}
