import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInDetector } from '../../src/scan/built-in.ts'
import type { Detector, Span } from '../../src/scan/detector.ts'
import { spansIn } from '../../src/scan/spans.ts'

import { inventedSecret } from './invented-secrets.ts'

/** A text of the labelled set, with what is in it. */
export interface Labelled {
  readonly language: string
  readonly text: string
  /** Spans whose `rule` is not used. */
  readonly labels: readonly Omit<Span, 'rule'>[]
}

export type Part = 'development' | 'held-out' | 'hard'

/** Reads one part: `[[kind:value]]` is a label, `{{name}}` a secret that is made when it is read. */
export function labelled(part: Part): readonly Labelled[] {
  const lines = readFileSync(join(import.meta.dirname, 'labelled', `${part}.jsonl`), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { language, text }: { readonly language: string; readonly text: string } = JSON.parse(line)
      return {
        language,
        ...unmarked(text.replaceAll(/\{\{([\w-]+)\}\}/g, (_all, name: string) => inventedSecret(name))),
      }
    })
}

function unmarked(marked: string): Omit<Labelled, 'language'> {
  const labels: Omit<Span, 'rule'>[] = []
  let text = ''
  let from = 0
  for (const match of marked.matchAll(/\[\[([a-z-]+):([^]*?)\]\](?!\])/g)) {
    const [all, kind = '', value = ''] = match
    text += marked.slice(from, match.index)
    labels.push({ start: text.length, end: text.length + value.length, kind })
    text += value
    from = match.index + all.length
  }
  return { text: text + marked.slice(from), labels }
}

/** How often what is labelled was found, and how often what was found is labelled. */
export interface Score {
  readonly labels: number
  /** Labels that findings cover from end to end, whatever their kind. */
  readonly covered: number
  readonly findings: number
  /** Findings that touch a label. */
  readonly right: number
}

export interface Measurement {
  readonly texts: number
  /** By kind as labelled, or as found. */
  readonly byKind: ReadonlyMap<string, Score>
  readonly byLanguage: ReadonlyMap<string, Score>
  /** Of everything that is looked for. */
  readonly all: Score
  /** Texts without a label, and those of them with a finding. */
  readonly lookAlikes: number
  readonly flagged: number
}

/** Kinds that are labelled so that the page can say they are not found. */
export const NOT_LOOKED_FOR: readonly string[] = ['person', 'address']

/** Runs detectors over one part of the labelled set. */
export async function measure(part: Part, detectors: readonly Detector[] = [builtInDetector]): Promise<Measurement> {
  const byKind = new Map<string, Score>()
  const byLanguage = new Map<string, Score>()
  const texts = labelled(part)
  let flagged = 0
  for (const { language, text, labels } of texts) {
    const spans = await spansIn(text, detectors)
    if (labels.length === 0 && spans.length > 0) flagged++
    for (const label of labels) {
      const covered = spans.some(({ start, end }) => start <= label.start && end >= label.end) ? 1 : 0
      add(byKind, label.kind, { labels: 1, covered, findings: 0, right: 0 })
      if (!NOT_LOOKED_FOR.includes(label.kind)) add(byLanguage, language, { labels: 1, covered, findings: 0, right: 0 })
    }
    for (const span of spans) {
      const right = labels.some(({ start, end }) => start < span.end && end > span.start) ? 1 : 0
      add(byKind, span.kind, { labels: 0, covered: 0, findings: 1, right })
      add(byLanguage, language, { labels: 0, covered: 0, findings: 1, right })
    }
  }
  const all = [...byLanguage.values()].reduce(sum, NONE)
  return {
    texts: texts.length,
    byKind,
    byLanguage,
    all,
    lookAlikes: texts.filter(({ labels }) => labels.length === 0).length,
    flagged,
  }
}

const NONE: Score = { labels: 0, covered: 0, findings: 0, right: 0 }

function add(scores: Map<string, Score>, key: string, score: Score): void {
  scores.set(key, sum(scores.get(key) ?? NONE, score))
}

function sum(one: Score, other: Score): Score {
  return {
    labels: one.labels + other.labels,
    covered: one.covered + other.covered,
    findings: one.findings + other.findings,
    right: one.right + other.right,
  }
}
