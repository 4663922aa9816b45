import { pathOf } from '../safe-path.ts'
import { builtInDetector } from './built-in.ts'
import { classOf, type Detector, type Kind, type KindClass, type Span } from './detector.ts'
import { rowTexts, type RowText } from './row-texts.ts'
import { spansIn } from './spans.ts'

/** One thing found: where and what, never the text. */
export interface ScanFinding {
  /** 1-based number of the physical line. */
  readonly line: number
  /** Path of known key names and indices; `*` stands for a key that is the user's own. */
  readonly field: string
  readonly kind: Kind
  readonly rule: string
}

/** What was found of one class. */
export interface ScanFindings {
  readonly count: number
  /** Rows that hold at least one. */
  readonly rows: number
  /** Kinds without a finding are absent. */
  readonly byKind: Readonly<Record<string, number>>
  readonly byRule: Readonly<Record<string, number>>
  /** The first ones in the order of the file. */
  readonly first: readonly ScanFinding[]
}

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
  const tally: Tally = {
    rows: 0,
    unreadable: 0,
    classes: { secret: empty(), 'possible-secret': empty(), personal: empty() },
  }
  return {
    look(json, line) {
      if (json === undefined) {
        tally.unreadable++
        return
      }
      tally.rows++
      const seen = new Set<KindClass>()
      const add = (text: RowText, spans: readonly Span[], field: string) => {
        for (const { kind, rule } of inValue(text, spans)) {
          const found = tally.classes[classOf(kind)]
          if (!seen.has(classOf(kind))) found.rows++
          seen.add(classOf(kind))
          count(found, { line, field, kind, rule }, maximumListed)
        }
      }
      return eachText(rowTexts(json), detectors, add)
    },
    report() {
      const { rows, unreadable, classes } = tally
      const { secret, personal } = classes
      return {
        rows,
        unreadable,
        secrets: told(secret),
        possibleSecrets: told(classes['possible-secret']),
        personal: told(personal),
      }
    },
  }
}

/** The spans that touch the value itself, as places in it. */
export function inValue({ lead, literal }: RowText, spans: readonly Span[]): readonly Span[] {
  if (lead === 0) return spans
  return spans
    .filter(({ end }) => end > lead)
    .map((span) => ({
      ...span,
      start: Math.max(0, span.start - lead),
      end: Math.min(literal.value.length, span.end - lead),
    }))
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

interface Tally {
  rows: number
  unreadable: number
  readonly classes: Readonly<Record<KindClass, ClassTally>>
}

interface ClassTally {
  count: number
  rows: number
  readonly byKind: Map<string, number>
  readonly byRule: Map<string, number>
  readonly first: ScanFinding[]
}

function empty(): ClassTally {
  return { count: 0, rows: 0, byKind: new Map(), byRule: new Map(), first: [] }
}

function count(tally: ClassTally, finding: ScanFinding, maximumListed: number): void {
  tally.count++
  tally.byKind.set(finding.kind, (tally.byKind.get(finding.kind) ?? 0) + 1)
  tally.byRule.set(finding.rule, (tally.byRule.get(finding.rule) ?? 0) + 1)
  if (tally.first.length < maximumListed) tally.first.push(finding)
}

function told({ byKind, byRule, first, ...counts }: ClassTally): ScanFindings {
  return { ...counts, byKind: Object.fromEntries(byKind), byRule: Object.fromEntries(byRule), first: [...first] }
}
