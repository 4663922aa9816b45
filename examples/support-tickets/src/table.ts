import type { Scores } from './evaluate.ts'
import { FIELDS } from './tickets.ts'

/** Who answered, and how well. */
export interface Result {
  readonly name: string
  readonly scores: Scores
}

/** The columns of every table of results: a heading, and what stands under it. */
export const COLUMNS: readonly { readonly heading: string; readonly value: (scores: Scores) => number }[] = [
  { heading: 'valid JSON', value: ({ validJson }) => validJson },
  { heading: 'exact match', value: ({ exact }) => exact },
  ...FIELDS.map((field) => ({ heading: field as string, value: ({ fields }: Scores) => fields[field] })),
]

/** The results as text, figures to the right. */
export function resultsTable(results: readonly Result[]): string {
  const rows = [
    ['', ...COLUMNS.map(({ heading }) => heading)],
    ...results.map(({ name, scores }) => [name, ...COLUMNS.map(({ value }) => percent(value(scores)))]),
  ]
  const widths = [0, ...COLUMNS.keys().map((column) => column + 1)].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) => line(row, widths)).join('\n')
}

/** A fraction with one decimal, such as `51.7 %`. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

/** How many of how many, such as `31 of 60`. */
export function outOf({ examples }: Scores, fraction: number): string {
  return `${Math.round(fraction * examples)} of ${examples}`
}

function line(row: readonly string[], widths: readonly number[]): string {
  const [name = '', ...figures] = row
  const cells = figures.map((figure, index) => figure.padStart(widths[index + 1] ?? 0))
  return ['', name.padEnd(widths[0] ?? 0), ...cells].join('  ').trimEnd()
}
