import { integer } from './units.ts'

const SHOWN = 5

/** `line 3`, `lines 3, 7`, `lines 3, 7, … (20 more)`: the first lines of so many. */
export function linesText(lines: readonly number[], count: number): string {
  const shown = lines.slice(0, SHOWN)
  const more = count - shown.length
  const list = shown.map(integer).join(', ')
  return `line${count === 1 ? '' : 's'} ${list}${more > 0 ? `, … (${integer(more)} more)` : ''}`
}
