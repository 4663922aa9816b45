import type { NextAction } from '@anytune/core'
import type { Cell, Result } from './run-cell.ts'

/** Faults of one request after which everything is the same. */
export interface Row {
  readonly operation: string
  readonly request: string
  readonly faults: readonly string[]
  /** What the caller gets: a result, the code of an error, or `aborted`. */
  readonly end: string
  /** Requests of this kind that the vendor saw; null where the vendor's time decides. */
  readonly requests: number | null
  /** What the vendor has more, or less, than before. */
  readonly left: string
  /** What the error says is to be done. */
  readonly advice?: string
  /** The same as data, where it is something that anytune does. */
  readonly next?: readonly NextAction[]
  /** What is left once the action that the error names for it was carried out. */
  readonly leftThen?: string
}

/** The cells as rows, those alike together, in the order of the first of them. */
export function toRows(done: readonly { readonly cell: Cell; readonly result: Result }[]): readonly Row[] {
  const rows = new Map<string, Row & { readonly faults: string[] }>()
  for (const { cell, result } of done) {
    const { operation, strike, fault, times } = cell
    const { end, requests, left, advice, next = [], leftThen } = result
    const row = {
      operation: operation.name,
      request: strike.request + (strike.after === undefined ? '' : ` (number ${strike.after + 1})`),
      end,
      requests: strike.polls === true && !result.failed ? null : requests,
      left,
      ...(advice !== undefined && { advice }),
      ...(next.length > 0 && { next }),
      ...(leftThen !== undefined && { leftThen }),
    }
    const key = JSON.stringify(row)
    const known = rows.get(key) ?? { ...row, faults: [] }
    known.faults.push(`${fault.name}${fault.times.length > 1 || times === 'once' ? `, ${times}` : ''}`)
    rows.set(key, known)
  }
  return [...rows.values()]
}

/** The rows for people. */
export function toMarkdown(title: string, rows: readonly Row[]): string {
  const sections = [...new Set(rows.map(({ operation }) => operation))].map((operation) =>
    section(
      operation,
      rows.filter((row) => row.operation === operation),
    ),
  )
  return `${[`# ${title}`, INTRODUCTION, ...sections].join('\n\n')}\n`
}

const INTRODUCTION = `Made by \`test/faults\`, which compares it at every run; \`UPDATE=1\` writes it anew.

A fault strikes one kind of request of an operation, once or always, through the real adapter over HTTP. **Caller**: what comes back, or
the error's code. **Requests**: how many of this kind the vendor saw. **Left**: what the vendor has more, or less, than before; in
brackets what remains of it once the action that the error names for it was carried out. **What to do**: the hint, and in braces the actions
that stand beside it as data. Faults after which everything is the same share a line.`

function section(operation: string, rows: readonly Row[]): string {
  const lines = rows.map(({ request, faults, end, requests, left, advice = '', next = [], leftThen }) => {
    const remains = leftThen === undefined ? left : `${left} (${leftThen})`
    const todo = [advice, ...next.map(actionText)].join(' ')
    return [`\`${request}\``, faults.join('; '), end, requests ?? 'polls', remains, todo].join(' | ')
  })
  return [
    `## ${operation}`,
    '',
    '| request | fault | caller | requests | left | what to do |',
    '|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n')
}

/** `{purge run RUN cancelJob}`: what it does, and the values of what it is done with. */
function actionText({ do: what, ...how }: NextAction): string {
  return `{${[what, ...Object.entries(how).flatMap(([name, value]) => wordsOf(name, value))].join(' ')}}`
}

function wordsOf(name: string, value: unknown): readonly string[] {
  if (value === true) return [name]
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([inner, more]) => wordsOf(inner, more))
    : [String(value)]
}
