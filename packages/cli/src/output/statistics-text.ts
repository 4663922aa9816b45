import type { DatasetStatistics, Distribution, TokenStatistics } from '@anytune/dataset'
import { linesText } from './lines-text.ts'
import { safeLine } from './safe-text.ts'
import type { Paint } from './style.ts'
import { fields } from './table.ts'
import { integer } from './units.ts'

/** A file that was measured. */
interface Measured {
  readonly file: string
  readonly role: string
  readonly told: DatasetStatistics
  /** All files that were measured with it, in their order. */
  readonly names: readonly string[]
}

/** The statistics of a file for people. */
export function statisticsText({ file, role, told, names }: Measured, paint: Paint): string {
  const { format, examples, rejected, messages, repeated, tokens } = told
  const facts = {
    format: format ?? 'none: the file has no rows',
    examples: `${integer(examples)}${rejected > 0 ? `, ${integer(rejected)} of them rejected and in no count below` : ''}`,
    turns: spread(messages, 'messages'),
    'with images': told.imageExamples === 0 ? undefined : integer(told.imageExamples),
    ...(tokens && tokenFields(tokens)),
    repeated: repeatedText(repeated, names),
  }
  const cut = tokens && cutText(tokens)
  return [
    paint('bold', `${file} (${role})`),
    fields(facts, '  '),
    ...(tokens && tokens.total > 0 ? histogramLines(tokens) : []),
    ...(cut === undefined ? [] : [paint('yellow', `  ${cut}`)]),
  ].join('\n')
}

function tokenFields(tokens: TokenStatistics): Readonly<Record<string, string | readonly string[] | undefined>> {
  const { method, byPart, attachments } = tokens
  const exact = method.kind === 'exact'
  const parts = Object.entries(byPart).map(([part, count]) => `${part.replaceAll('-', ' ')} ${integer(count)}`)
  return {
    tokens: [
      `${exact ? '' : 'about '}${spread(tokens, exact ? `tokens of ${method.encoding}` : `tokens, counted in ${method.standIn} for want of the model’s own: ${method.low} to ${method.high} times as many over a file`)}`,
      ...(parts.length === 0 ? [] : [parts.join(', ')]),
    ],
    'not counted':
      attachments === 0 ? undefined : `${integer(attachments)} images, audio or files: their tokens are not known here`,
  }
}

function spread({ total, p50, p95, max, maxLine }: Distribution, what: string): string {
  if (maxLine === undefined) return `none`
  const each = `half of the examples have at most ${integer(p50)}, 95 % at most ${integer(p95)}`
  return `${integer(total)} ${what}; ${each}, the longest ${integer(max)} (line ${integer(maxLine)})`
}

function repeatedText({ rows, elsewhere, first }: DatasetStatistics['repeated'], names: readonly string[]): string {
  if (rows === 0) return 'no row says what an earlier row says'
  const shown = first.slice(0, SHOWN).map(({ line, of }) => {
    const where = names[of.dataset] ?? ''
    return `line ${integer(line)} as line ${integer(of.line)} of ${safeLine(where)}`
  })
  const more = rows - shown.length
  const list = `${shown.join(', ')}${more > 0 ? `, … (${integer(more)} more)` : ''}`
  const overlap = elsewhere === 0 ? '' : `, ${integer(elsewhere)} of them in an earlier file`
  return `${integer(rows)} ${rows === 1 ? 'row says' : 'rows say'} what an earlier row says${overlap}: ${list}`
}

const SHOWN = 5

function cutText({ truncated }: TokenStatistics): string | undefined {
  if (truncated === undefined || truncated.rows === 0) return undefined
  const { limit, rows, tokens, lines } = truncated
  const many = rows === 1 ? '1 example is' : `${integer(rows)} examples are`
  return `warning: ${many} longer than the ${integer(limit)} tokens that are trained on; ${integer(tokens)} tokens are cut off without a word, ${linesText(lines, rows)}`
}

const BAR = 40

function histogramLines({ histogram }: Distribution): readonly string[] {
  const most = Math.max(...histogram.map(({ count }) => count))
  const labels = histogram.map(({ from, to }) => `${integer(from)} to ${integer(to)}`)
  const width = Math.max(...labels.map((label) => label.length))
  return [
    '  tokens of an example',
    ...histogram.map(({ count }, index) => {
      const bar = '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR)))
      return `    ${(labels[index] ?? '').padStart(width)}  ${bar} ${integer(count)}`.trimEnd()
    }),
  ]
}
