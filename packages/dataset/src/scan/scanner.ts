import { pathOf } from '../safe-path.ts'
import { builtInDetector } from './built-in.ts'
import { classOf, type Detector, type KindClass, type Span } from './detector.ts'
import { createFindingTally, type FindingTally, type ScanFindings } from './findings.ts'
import { rowTexts, type RowText } from './row-texts.ts'
import { spansIn } from './spans.ts'

/** What a scan found; free of row content, so it may be logged and kept. That nothing was found proves little. */
export interface ScanReport {
  /** Rows that were looked into. */
  readonly rows: number
  /** Rows that could not be, because they are not one JSON object. */
  readonly unreadable: number
  readonly secrets: ScanFindings
  readonly possibleSecrets: ScanFindings
  readonly personal: ScanFindings
}

/** How rows are looked into. */
export interface ScanOptions {
  /** Default: the built-in one alone. */
  readonly detectors?: readonly Detector[] | undefined
  /** How many findings of each class are listed; all are counted. Default 1000. */
  readonly maximumListed?: number | undefined
}

/** Looks into rows one by one, for whoever reads them anyway. */
export interface RowScanner {
  /**
   * Takes the text of one row, or undefined for a row that is not one JSON object. A promise only when a detector gave one: it must
   * be waited for before the next row.
   */
  readonly look: (json: string | undefined, line: number) => void | Promise<void>
  /** What was found so far. */
  readonly report: () => ScanReport
}

/** Starts a scan. `look` throws RangeError when a detector gives a span that is not in the text. */
export function createScanner(options: ScanOptions = {}): RowScanner {
  const { detectors = [builtInDetector], maximumListed = 1000 } = options
  const tallies: Readonly<Record<KindClass, FindingTally>> = {
    secret: createFindingTally(maximumListed),
    'possible-secret': createFindingTally(maximumListed),
    personal: createFindingTally(maximumListed),
  }
  let [rows, unreadable] = [0, 0]
  return {
    look(json, line) {
      if (json === undefined) {
        unreadable++
        return
      }
      rows++
      return eachText(rowTexts(json), detectors, (text, spans, field) => {
        for (const { kind, rule } of inValue(text.lead, spans)) tallies[classOf(kind)].add({ line, field, kind, rule })
      })
    },
    report: () => ({
      rows,
      unreadable,
      secrets: tallies.secret.findings(),
      possibleSecrets: tallies['possible-secret'].findings(),
      personal: tallies.personal.findings(),
    }),
  }
}

/** The spans that touch the value after a lead, as places in it. */
export function inValue(lead: number, spans: readonly Span[]): readonly Span[] {
  if (lead === 0) return spans
  return spans
    .filter(({ end }) => end > lead)
    .map((span) => ({ ...span, start: Math.max(0, span.start - lead), end: span.end - lead }))
}

type Visit = (text: RowText, spans: readonly Span[], field: string) => void

/** Detects in every text, in order. The field of a text inside another document is that of the document. */
function eachText(
  texts: readonly RowText[],
  detectors: readonly Detector[],
  visit: Visit,
  field?: string,
): void | Promise<void> {
  for (const [index, text] of texts.entries()) {
    const place = () => field ?? pathOf(text.literal.path)
    const done = text.inner
      ? eachText(text.inner, detectors, visit, place())
      : afterwards(spansIn(text.text, detectors), (spans) => {
          if (spans.length > 0) visit(text, spans, place())
        })
    if (done instanceof Promise) return done.then(() => eachText(texts.slice(index + 1), detectors, visit, field))
  }
}

function afterwards<T>(value: T | Promise<T>, then: (value: T) => void): void | Promise<void> {
  return value instanceof Promise ? value.then(then) : then(value)
}
