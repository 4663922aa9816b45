import { pathOf } from '../safe-path.ts'
import type { Detector, Kind, Span } from '../scan/detector.ts'
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

/** A value that was taken out may have hidden another, up to so often; what a text still holds then is told as left. */
const MAXIMUM_PASSES = 16

/** The text without findings: looked into until there is nothing more, so that redacting it again changes nothing. */
async function redacted({ literal, text, lead }: RowText, redaction: RowRedaction, field: string): Promise<string> {
  const cue = text.slice(0, lead)
  let { value } = literal
  for (let pass = 0; ; pass++) {
    const found = spansIn(cue + value, redaction.detectors)
    const spans = inValue(lead, found instanceof Promise ? await found : found)
    const wanted = spans.filter(({ kind }) => redaction.wants(kind))
    if (wanted.length === 0) return value
    const taken = literal.role === 'value' && pass < MAXIMUM_PASSES
    for (const { kind, rule } of wanted) redaction.onFinding({ kind, rule, field }, taken)
    if (!taken) return value
    value = replaced(value, wanted, redaction.placeholders)
  }
}

function replaced(value: string, spans: readonly Span[], placeholders: Placeholders): string {
  let text = ''
  let from = 0
  for (const { start, end, kind } of spans) {
    text += value.slice(from, start) + placeholders.of(kind, value.slice(start, end))
    from = end
  }
  return text + value.slice(from)
}
