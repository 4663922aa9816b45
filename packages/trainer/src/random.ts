/** A small deterministic random source whose whole state is its seed and how often it was asked. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number
  /** The next number of the standard normal distribution. */
  normal(): number
}

/** A stream fixed by its seeds alone, so any position of a training can be drawn again without replaying the earlier ones. */
export function createRandom(...seeds: readonly number[]): Random {
  let state = seeds.reduce((hash, seed) => mix(hash ^ mix(seed | 0)), 0x9e3779b9)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    return (mix(state) >>> 0) / 2 ** 32
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return { next, normal }
}

/** The numbers 0..count-1 in an order fixed by the random source (Fisher-Yates). */
export function shuffledIndices(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(random.next() * (last + 1))
    const kept = order[last] ?? 0
    order[last] = order[chosen] ?? 0
    order[chosen] = kept
  }
  return order
}

/** The finalizer of splitmix32: every input bit reaches every output bit. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return hash ^ (hash >>> 15)
}
