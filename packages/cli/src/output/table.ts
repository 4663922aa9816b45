import stringWidth from 'string-width'

/** Rows under headings, each column as wide as its widest cell; wide characters count as the two columns they take. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ''))))
  return all.map((row) => line(row, widths)).join('\n')
}

/** What a name stands for: one line, several below each other, or nothing, which leaves the name out. */
export type FieldValue = string | readonly string[] | undefined

/** `name  value` lines, the names padded to one width. */
export function fields(pairs: Readonly<Record<string, FieldValue>>, indent = ''): string {
  const present = Object.entries(pairs).flatMap(([name, value]) => {
    const values = typeof value === 'string' ? [value] : (value ?? [])
    return values.map((text, index) => ({ name: index === 0 ? name : '', text }))
  })
  const width = Math.max(0, ...present.map(({ name }) => stringWidth(name)))
  return present.map(({ name, text }) => `${indent}${pad(name, width)}  ${text}`).join('\n')
}

function line(row: readonly string[], widths: readonly number[]): string {
  return widths
    .map((width, column) => pad(row[column] ?? '', width))
    .join('  ')
    .trimEnd()
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}
