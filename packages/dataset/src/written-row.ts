import { DatasetError } from './dataset-error.ts'
import type { Example } from './example.ts'
import { FEATURES, type Unsaid } from './formats/features.ts'
import { CODECS, formatsThatSay, type FormatId } from './formats/formats.ts'
import type { LongText } from './json-row.ts'
import type { Line } from './lines.ts'
import { judge, type ExampleRule } from './read.ts'
import { rowQuote } from './row-quote.ts'
import type { Rejection } from './rules.ts'

/** What became of one line that is not blank: its row in the target format, without a line end. */
export type WrittenRow =
  | {
      readonly example: Example
      /** The row where it had to be written; absent where it stands in the line as it is. */
      readonly text?: string
      readonly rejection?: undefined
    }
  | { readonly rejection: Rejection; readonly example?: undefined }

/** Judges one line and writes it in the target format; a row that stays in its format keeps its own text. */
export function writtenRow(
  line: Line,
  {
    from,
    to,
    rules,
  }: { readonly from: FormatId; readonly to: FormatId; readonly rules?: readonly ExampleRule[] | undefined },
): WrittenRow {
  const longTexts: LongText[] | undefined = from === to ? undefined : []
  const judged = judge(line, CODECS[from], rules, longTexts)
  if (!judged.example) return judged
  const { example, text } = judged
  if (longTexts === undefined) {
    // Between tokens these are white space to JSON, and line ends to readers of lines.
    const spread = text.includes('\r') || text.includes('\n')
    return spread ? { example, text: text.replaceAll(/[\r\n]/g, ' ') } : { example }
  }
  const encoded = CODECS[to].encode(example, rowQuote(text, longTexts))
  return encoded.unsaid
    ? { rejection: notRepresentable(line.number, encoded.unsaid, to) }
    : { example, text: encoded.text }
}

/** The error of an encoding that was told to fail at the first refused row. */
export function rowRejected(name: string, rejection: Rejection): DatasetError {
  const { line, rule, field, message, hint } = rejection
  const where = field === undefined ? '' : `${field}: `
  const text = `line ${line} of ${name} is rejected by ${rule}: ${where}${message}`
  return new DatasetError('row-rejected', text, hint ?? 'correct the row, or choose to skip rejected rows', {
    rejection,
  })
}

/** Why an example cannot be written in a format, and which formats could. */
export function notRepresentable(line: number, { feature, field }: Unsaid, to: FormatId): Rejection {
  const others = formatsThatSay(feature).filter((id) => id !== to)
  const able = others.map((id) => [id, CODECS[id].partly?.[feature]].filter(Boolean).join(': '))
  return {
    line,
    rule: 'not-representable',
    feature,
    ...(field !== undefined && { field }),
    message: `${FEATURES[feature]} cannot be written as ${to}`,
    hint: `${able.length === 0 ? 'no other format can say it' : `formats that can say it: ${able.join('; ')}`}${otherReading(feature, to)}`,
  }
}

/** A text and its continuation look as a question and its answer do, and only who wrote them knows which they are. */
function otherReading(feature: Unsaid['feature'], to: FormatId): string {
  const mayBeChat = feature === 'completion' && CODECS[to].says.has('chat')
  return mayBeChat ? '; if the rows are questions and answers, name their format: flat' : ''
}
