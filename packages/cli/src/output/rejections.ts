import { integer } from './units.ts'

/** A rejected row as far as it is shown: never with content. */
export interface ListedRejection {
  readonly line: number
  readonly rule: string
  readonly field?: string
  readonly message: string
  readonly hint?: string
}

const SHOWN = 20

/** The first rejected rows, a line each, and how many more there are. */
export function rejectionLines(rejected: {
  readonly count: number
  readonly first: readonly ListedRejection[]
}): string[] {
  const shown = rejected.first.slice(0, SHOWN)
  const lines = shown.map(line)
  const more = rejected.count - shown.length
  return more > 0 ? [...lines, `  … and ${integer(more)} more`] : lines
}

function line({ line, rule, field, message, hint }: ListedRejection): string {
  const what = field === undefined ? message : `${field}: ${message}`
  return `  line ${line}  ${rule}  ${hint === undefined ? what : `${what}; ${hint}`}`
}
