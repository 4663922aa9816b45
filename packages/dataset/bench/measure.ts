/** What one piece of work took. */
export interface Cost {
  readonly wallMs: number
  /** Processor time of all threads, which other programs on the machine do not touch. */
  readonly cpuMs: number
}

/** Ratios of two pieces of work that were done in turns: how many times faster the first is than the second. */
export interface Ratio {
  readonly wall: Spread
  readonly cpu: Spread
}

interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** What work costs. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { wallMs, cpuMs: (user + system) / 1000 }
}

/** Does both in turns, so that a neighbour's load hits both alike; the first round warms up and does not count. */
export async function inTurns(
  rounds: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ readonly one: Cost; readonly other: Cost; readonly ratio: Ratio }> {
  const pairs: { readonly one: Cost; readonly other: Cost }[] = []
  for (let round = 0; round <= rounds; round++) {
    const pair = { one: await costOf(one), other: await costOf(other) }
    if (round > 0) pairs.push(pair)
  }
  const ratios = (of: (cost: Cost) => number) => spread(pairs.map((pair) => of(pair.one) / of(pair.other)))
  return {
    one: middle(pairs.map((pair) => pair.one)),
    other: middle(pairs.map((pair) => pair.other)),
    ratio: { wall: ratios(({ wallMs }) => wallMs), cpu: ratios(({ cpuMs }) => cpuMs) },
  }
}

/** Two digits are all that such a figure is good for. */
export function rounded({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
}

function middle(costs: readonly Cost[]): Cost {
  return {
    wallMs: spread(costs.map(({ wallMs }) => wallMs)).median,
    cpuMs: spread(costs.map(({ cpuMs }) => cpuMs)).median,
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  return {
    median: sorted[sorted.length >> 1] ?? NaN,
    least: sorted[0] ?? NaN,
    most: sorted.at(-1) ?? NaN,
  }
}
