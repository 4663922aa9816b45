import { safeLine } from './safe-text.ts'
import { integer } from './units.ts'

/** A rejected row as far as it is shown: never with content. */
export interface ListedRejection {
  /** Told where there are several. */
  readonly file?: string
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

/** What was left out because it was rejected; nothing where nothing was. */
export function rejectedText(rejected: Parameters<typeof rejectionLines>[0]): string[] {
  if (rejected.count === 0) return []
  const what =
    rejected.count === 1 ? '1 rejected row was left out' : `${integer(rejected.count)} rejected rows were left out`
  return [what, ...rejectionLines(rejected)]
}

function line({ file, line, rule, field, message, hint }: ListedRejection): string {
  const what = field === undefined ? message : `${field}: ${message}`
  const where = file === undefined ? `line ${line}` : `${safeLine(file)} line ${line}`
  return `  ${where}  ${rule}  ${hint === undefined ? what : `${what}; ${hint}`}`
}
