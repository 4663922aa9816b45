import { describeInstant, type Instant } from './instants.ts'

/** What came of a process that died at an instant, once the next one went on. */
export interface Outcome {
  readonly scenario: string
  readonly condition: string
  readonly instant: Instant
  readonly end: Ending
}

/** One of each without a word; the same with something left over until it is purged or expires; or a question, and its answer. */
export const ENDINGS = [
  'one of each',
  'file staged twice',
  'empty upload stays',
  'asks; job adopted',
  'asks; job made again',
] as const
export type Ending = (typeof ENDINGS)[number]

/** Outcomes as Markdown: how many there were of each, and every instant that did not end with one of each. */
export function renderOutcomes(outcomes: readonly Outcome[]): string {
  const others = outcomes.filter(({ end }) => end !== 'one of each')
  const lines = [...Map.groupBy(others, ({ instant, end }) => `${describeInstant(instant)} | ${end}`)].map(
    ([died, some]) =>
      `| ${died} | ${namesAmong(some, outcomes, 'scenario')} | ${namesAmong(some, outcomes, 'condition')} |`,
  )
  return [
    renderCounts(outcomes),
    '## Where it did not end with one of each at once',
    '',
    '| the process died | so | with | while |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

/** The numbers alone. */
export function renderCounts(outcomes: readonly Outcome[]): string {
  const lines = [...Map.groupBy(outcomes, ({ scenario, condition }) => `${scenario} | ${condition}`)]
  return [
    `| provider | while | died | ${ENDINGS.join(' | ')} |`,
    `|---|---|---:|${ENDINGS.map(() => '---:').join('|')}|`,
    ...lines.map(([name, some]) => renderLine(name, some)),
    renderLine('all | ', outcomes),
    '',
  ].join('\n')
}

function renderLine(name: string, outcomes: readonly Outcome[]): string {
  const counts = ENDINGS.map((ending) => outcomes.filter(({ end }) => end === ending).length)
  return `| ${[name, outcomes.length, ...counts].join(' | ')} |`
}

function namesAmong(some: readonly Outcome[], all: readonly Outcome[], what: 'scenario' | 'condition'): string {
  const names = new Set(some.map((outcome) => outcome[what]))
  const every = new Set(all.map((outcome) => outcome[what]))
  return names.size === every.size ? `any ${WORDS[what]}` : [...names].join('; ')
}

const WORDS = { scenario: 'provider', condition: 'of these' } as const
