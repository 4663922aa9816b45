import { metricName } from './metrics.ts'

/** One line of a result file; a cell without a number is absent. */
export interface ResultRow {
  readonly step: number
  /** By our names of metrics, as in events. */
  readonly values: Readonly<Record<string, number>>
}

/**
 * Reads a job's result file: a table of metrics by step, as plain CSV (Azure) or that in base64 (OpenAI). Columns are known by their
 * header, wherever they stand.
 *
 * @throws SyntaxError when it is no such table; the message holds nothing of it.
 */
export function parseResults(file: Uint8Array): readonly ResultRow[] {
  const [header, ...lines] = decoded(file)
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(cells)
  const names = (header ?? []).map((name) => name.trim())
  const stepAt = names.indexOf('step')
  if (stepAt === -1) throw new SyntaxError('the result file has no column "step"')
  return lines.map((line, index) => {
    const step = number(line[stepAt])
    if (step === undefined) throw new SyntaxError(`line ${index + 2} of the result file has no step`)
    const values = names.flatMap((name, at) => {
      const value = at === stepAt ? undefined : number(line[at])
      return value === undefined ? [] : [[metricName(name), value] as const]
    })
    return { step, values: Object.fromEntries(values) }
  })
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** A header with a comma is no base64, and base64 has no comma. */
function decoded(file: Uint8Array): string {
  const plain = new TextDecoder().decode(file)
  return BASE64.test(plain) && !plain.startsWith('step') ? Buffer.from(plain, 'base64').toString('utf8') : plain
}

/** Cells hold numbers and names: nothing in them needs quoting, but some writers quote all the same. */
function cells(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.replaceAll(/^\s*"|"\s*$/g, ''))
}

function number(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined
  const value = Number(cell)
  return Number.isFinite(value) ? value : undefined
}
