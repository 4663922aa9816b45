import type { ScanRuleId } from '../scan-rules.ts'

/** Takes one finding: `text.slice(start, end)`. */
export type Found = (rule: ScanRuleId, start: number, end: number) => void

/**
 * Looks through a text once. Its work must grow with the length of the text and no faster, whatever the text: every quantifier
 * is bounded, or reads what no other start reads again.
 */
export type Finder = (text: string, found: Found) => void

/** True when one of these words stands in the text before an index, at most `reach` characters away. */
export function cueBefore(text: string, start: number, cue: RegExp, reach = 40): boolean {
  return cue.test(text.slice(Math.max(0, start - reach), start))
}
