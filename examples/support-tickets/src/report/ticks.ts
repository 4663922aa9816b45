/** Round numbers from 0 until `highest` is reached or passed, at distances of 1, 2 or 5 times a power of ten, about `count` of them. */
export function ticksTo(highest: number, count: number): readonly number[] {
  if (!(highest > 0) || !Number.isFinite(highest)) return [0, 1]
  const wanted = highest / count
  const power = 10 ** Math.floor(Math.log10(wanted))
  const distance = power * ([1, 2, 5].find((factor) => factor * power >= wanted * (1 - 1e-9)) ?? 10)
  const last = Math.ceil(highest / distance - 1e-9)
  // Rounded, because multiples of a tenth are not exact.
  return Array.from({ length: last + 1 }, (_, index) => Number((index * distance).toPrecision(12)))
}

/** 1 and 3 times powers of ten, from the last at or below the lowest of the values to the first at or above the highest; values are above 0. */
export function logTicks(values: readonly number[]): readonly number[] {
  const lowest = values.reduce((one, other) => Math.min(one, other))
  const highest = values.reduce((one, other) => Math.max(one, other))
  const first = Math.floor(Math.log10(lowest))
  const powers = Array.from({ length: Math.ceil(Math.log10(highest)) - first + 2 }, (_, index) => first + index)
  const ticks = powers.flatMap((power) => [1, 3].map((factor) => Number(`${factor}e${power}`)))
  const from = ticks.findLastIndex((tick) => tick <= lowest)
  const to = ticks.findIndex((tick, index) => tick >= highest && index > from)
  return ticks.slice(from, to + 1)
}
