import { classOf, type Detector, type KindClass, type Span } from './detector.ts'

/**
 * What the detectors find in a text, in order and without overlap. A promise only when a detector gave one.
 * Throws RangeError when a detector gives a span that is not in the text.
 */
export function spansIn(text: string, detectors: readonly Detector[]): readonly Span[] | Promise<readonly Span[]> {
  const found: Span[] = []
  for (const [index, detector] of detectors.entries()) {
    const spans = detector.detect(text)
    if (spans instanceof Promise) return continueWith(text, detectors, index, spans, found)
    take(found, spans, text, detector)
  }
  return settle(found, text)
}

async function continueWith(
  text: string,
  detectors: readonly Detector[],
  from: number,
  first: Promise<readonly Span[]>,
  found: Span[],
): Promise<readonly Span[]> {
  for (const [index, detector] of detectors.entries()) {
    if (index < from) continue
    take(found, await (index === from ? first : detector.detect(text)), text, detector)
  }
  return settle(found, text)
}

function take(found: Span[], spans: readonly Span[], text: string, { id }: Detector): void {
  for (const span of spans) {
    const { start, end } = span
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start >= end || end > text.length) {
      throw new RangeError(`the detector ${id} gave a span that is not in the text`)
    }
    found.push(span)
  }
}

/** What stands for a value that was taken out; see `placeholder.ts`. */
const PLACEHOLDER = /<[A-Z][A-Z0-9_]{0,40}_\d{1,12}>/g

/**
 * Overlapping spans become one that covers them all, of the kind that matters most, so that no part of a finding is left; those
 * that touch a placeholder are none.
 */
function settle(found: readonly Span[], text: string): readonly Span[] {
  if (found.length === 0) return found
  const taken = text.includes('<') ? [...text.matchAll(PLACEHOLDER)] : []
  const merged: Span[] = []
  for (const span of [...found].sort((one, other) => one.start - other.start || other.end - one.end)) {
    if (taken.some((match) => match.index < span.end && match.index + match[0].length > span.start)) continue
    const last = merged.at(-1)
    if (last === undefined || span.start >= last.end) merged.push(span)
    else merged[merged.length - 1] = united(last, span)
  }
  return merged
}

const WEIGHT: Readonly<Record<KindClass, number>> = { secret: 2, 'possible-secret': 1, personal: 0 }

function united(one: Span, other: Span): Span {
  const heavier = WEIGHT[classOf(other.kind)] - WEIGHT[classOf(one.kind)]
  const longer = other.end - other.start > one.end - one.start
  const { kind, rule } = heavier > 0 || (heavier === 0 && longer) ? other : one
  return { start: one.start, end: Math.max(one.end, other.end), kind, rule }
}
