import { pathOf } from '../safe-path.ts'
import type { Detector, Kind, Span } from '../scan/detector.ts'
import type { JsonText } from '../scan/json-texts.ts'
import { rowTexts, type RowText } from '../scan/row-texts.ts'
import { inValue } from '../scan/scanner.ts'
import { spansIn } from '../scan/spans.ts'
import type { Placeholders } from './placeholders.ts'

/** How a row is redacted. */
export interface RowRedaction {
  readonly detectors: readonly Detector[]
  readonly wants: (kind: Kind) => boolean
  readonly placeholders: Placeholders
  /** Hears of every finding, and whether it could be taken out: keys and numbers are never changed. */
  readonly onFinding: (
    finding: { readonly kind: Kind; readonly rule: string; readonly field: string },
    taken: boolean,
  ) => void
}

/** The row with its findings replaced; every other character stays as it is, but in strings that change. */
export async function redactRow(json: string, redaction: RowRedaction): Promise<string> {
  return rewrite(json, rowTexts(json), redaction, undefined)
}

async function rewrite(
  json: string,
  texts: readonly RowText[],
  redaction: RowRedaction,
  outerField: string | undefined,
): Promise<string> {
  let written = ''
  let from = 0
  for (const text of texts) {
    const { literal, inner } = text
    const field = outerField ?? pathOf(literal.path)
    const value =
      inner === undefined
        ? await redacted(text, redaction, field)
        : await rewrite(literal.value, inner, redaction, field)
    if (value === literal.value) continue
    written += json.slice(from, literal.start) + JSON.stringify(value)
    from = literal.end
  }
  return written + json.slice(from)
}

async function redacted(text: RowText, redaction: RowRedaction, field: string): Promise<string> {
  const { literal } = text
  const found = spansIn(text.text, redaction.detectors)
  const spans = found instanceof Promise ? await found : found
  if (spans.length === 0) return literal.value
  const wanted = inValue(text, spans).filter(({ kind }) => redaction.wants(kind))
  const changeable = literal.role === 'value'
  for (const { kind, rule } of wanted) redaction.onFinding({ kind, rule, field }, changeable)
  return changeable ? replaced(literal, wanted, redaction.placeholders) : literal.value
}

function replaced({ value }: JsonText, spans: readonly Span[], placeholders: Placeholders): string {
  let text = ''
  let from = 0
  for (const { start, end, kind } of spans) {
    text += value.slice(from, start) + placeholders.of(kind, value.slice(start, end))
    from = end
  }
  return text + value.slice(from)
}
