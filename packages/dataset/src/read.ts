import { isBlank } from './containers/line.ts'
import { resolveFormat } from './detect.ts'
import type { Example, JsonObject } from './example.ts'
import type { Codec } from './formats/codec.ts'
import { CODECS, type FormatId } from './formats/formats.ts'
import { parseRow, type LongText } from './json-row.ts'
import { lineBatches, type Line, type LineOptions } from './lines.ts'
import type { Fault, Rejection, RuleId } from './rules.ts'
import type { DatasetSource } from './source.ts'

export { isBlank } from './containers/line.ts'

/** A demand beyond the format's own, such as a vendor's limit or "longer than the model's context". */
export interface ExampleRule {
  readonly id: RuleId
  /** What the rule demands, in one sentence. */
  readonly summary: string
  /** Looks at one example; the rejection must carry this line and no row content. */
  readonly check: (example: Example, line: number) => Rejection | undefined
}

/** How rows are read and judged. */
export interface ReadOptions extends LineOptions {
  /** Overrides detection. */
  readonly format?: FormatId | undefined
  readonly rules?: readonly ExampleRule[] | undefined
}

/** A row that was accepted. */
export interface ExampleRow {
  /** 1-based number of the physical line on which the row starts; in Parquet, of the row. */
  readonly line: number
  readonly example: Example
  readonly rejection?: undefined
}

/** A row that was refused. */
export interface RejectedRow {
  /** 1-based number of the physical line on which the row starts; in Parquet, of the row. */
  readonly line: number
  readonly rejection: Rejection
  readonly example?: undefined
}

/**
 * Every row that is not blank, in order, accepted or refused. Throws DatasetError when the source cannot be read or
 * its format is unknown and, once aborted, the signal's reason.
 */
export async function* readExamples(
  source: DatasetSource,
  options: ReadOptions = {},
): AsyncGenerator<ExampleRow | RejectedRow> {
  const format = await resolveFormat(source, options.format, options)
  if (format === undefined) return
  for await (const lines of lineBatches(source, options)) {
    for (const line of lines) {
      if (isBlank(line)) continue
      const judged = judge(line, CODECS[format], options.rules)
      const { number } = line
      yield judged.example ? { line: number, example: judged.example } : { line: number, rejection: judged.rejection }
    }
  }
}

/** What became of one line; `text` is the row's own text, absent when that is not one JSON object. */
export type Judged =
  | { readonly example: Example; readonly text: string; readonly rejection?: undefined }
  | { readonly rejection: Rejection; readonly text?: string; readonly example?: undefined }

/** Turns one line that is not blank into an example or the first reason against it; fills `longTexts` as `parseRow` does. */
export function judge(
  line: Line,
  codec: Codec,
  rules: readonly ExampleRule[] | undefined,
  longTexts?: LongText[],
): Judged {
  const read = readRow(line, longTexts)
  if (read.rejection) return read
  const decoded = codec.decode(read.row)
  if ('fault' in decoded) return { rejection: reject(line.number, decoded.fault), text: read.text }
  if (rules) {
    for (const rule of rules) {
      const rejection = rule.check(decoded.example, line.number)
      if (rejection) return { rejection, text: read.text }
    }
  }
  return { example: decoded.example, text: read.text }
}

/** The JSON object of one line that is not blank, with its text; or why there is none, whatever the format. */
export function readRow(
  line: Line,
  longTexts?: LongText[],
):
  | { readonly row: JsonObject; readonly text: string; readonly rejection?: undefined }
  | { readonly rejection: Rejection } {
  if (line.broken !== undefined) return { rejection: reject(line.number, line.broken) }
  const text = line.bytes.toString('utf8', line.start, line.end)
  const parsed = parseRow(text, longTexts)
  return 'fault' in parsed ? { rejection: reject(line.number, parsed.fault) } : { row: parsed.row, text }
}

/** The fault as a rejection of this line. */
export function reject(line: number, fault: Fault): Rejection {
  return { line, ...fault }
}
