const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A duration for people: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / SECOND))
  if (seconds < 60) return `${seconds} s`
  if (milliseconds < HOUR) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(milliseconds / MINUTE)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A size for people, in powers of 1024: `812 B`, `1.4 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log(count) / Math.log(1024)))
  const value = count / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** A number with thousands separated, always in the same way: output must not depend on the machine's language. */
export function integer(value: number): string {
  return new Intl.NumberFormat('en').format(value)
}

/** Four significant digits, as losses need. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const magnitude = Math.abs(value)
  return magnitude !== 0 && (magnitude < 0.001 || magnitude >= 1e6)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)))
}

/** A moment in ISO 8601, to the second, in UTC. */
export function moment(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** `12/400`, or `12` while the total is not known. */
export function outOf(count: number, total: number | undefined): string {
  return total === undefined ? integer(count) : `${integer(count)}/${integer(total)}`
}
