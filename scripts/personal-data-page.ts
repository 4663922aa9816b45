import { KINDS, SCAN_RULES } from '../packages/dataset/src/index.ts'
import {
  labelled,
  measure,
  NOT_LOOKED_FOR,
  type Measurement,
  type Part,
  type Score,
} from '../packages/dataset/test/scan/measure.ts'

type Table = (header: readonly string[], rows: readonly (readonly string[])[]) => string

const PARTS: Readonly<Record<Part, string>> = {
  development:
    'The rules were written with these texts in sight, so its figures say only that they do what they were written for.',
  'held-out': 'Written before any rule, and not looked at while they were made; but by the hand that then made them.',
  hard: 'Written after the rules, of what people write and rules do not expect. This is the part to go by. When it was first run, 38 % were found; some rules were changed after that, so it is not held out any more for those.',
}

/** What the built-in detector looks for, and how much of a labelled set it finds. */
export async function personalDataPage(table: Table): Promise<string> {
  const parts = Object.keys(PARTS) as Part[] // The keys of the table are the parts.
  const measured = await Promise.all(parts.map(async (part) => [part, await measure(part)] as const))
  return [
    '**A clean scan proves little.** Names and addresses of persons are not looked for at all, and of the rest rules find what is written as rules expect. What the scan finds is there; what it does not find may be there, too.',
    '## What is looked for',
    table(
      ['kind', 'class', 'meaning'],
      Object.entries(KINDS).map(([kind, { class: of, summary }]) => [`\`${kind}\``, of, summary]),
    ),
    'A `secret` refuses a plan, and nothing allows it. `personal` and `possible-secret` warn.',
    '## How much is found',
    `${labelledText(parts)} A label counts as found when findings cover it from its first character to its last; a finding is right when it touches a label. All persons, numbers and keys are invented or published as examples. So small a set is good for ten per cent, not for one.`,
    table(
      ['part', 'found', 'right', 'look-alikes flagged', 'names and addresses found'],
      measured.map(([part, { all, byKind, lookAlikes, flagged }]) => [
        part,
        share(all.covered, all.labels),
        share(all.right, all.findings),
        `${flagged} of ${lookAlikes}`,
        share(...unlooked(byKind)),
      ]),
    ),
    parts.map((part) => `- **${part}**: ${PARTS[part]}`).join('\n'),
    '### By kind',
    scores(table, measured, ({ byKind }) => byKind, [...Object.keys(KINDS), ...NOT_LOOKED_FOR]),
    '### By language',
    scores(table, measured, ({ byLanguage }) => byLanguage),
    '## Rules',
    table(
      ['rule', 'kind', 'what it takes'],
      Object.entries(SCAN_RULES).map(([id, { kind, summary }]) => [`\`${id}\``, `\`${kind}\``, summary]),
    ),
  ].join('\n\n')
}

function labelledText(parts: readonly Part[]): string {
  const texts = parts.flatMap(labelled)
  const spans = texts.flatMap(({ labels }) => labels).length
  return `${texts.length} texts in nine languages and a few more, with ${spans} labels, written for this project (\`packages/dataset/test/scan/labelled\`).`
}

function scores(
  table: Table,
  measured: readonly (readonly [Part, Measurement])[],
  of: (measurement: Measurement) => ReadonlyMap<string, Score>,
  known?: readonly string[],
): string {
  const names = known ?? [...new Set(measured.flatMap(([, measurement]) => [...of(measurement).keys()]))]
  const cells = (score: Score | undefined) =>
    score === undefined ? ['–', '–'] : [share(score.covered, score.labels), share(score.right, score.findings)]
  return table(
    ['', ...measured.flatMap(([part]) => [`${part}: found`, 'right'])],
    names.map((name) => [name, ...measured.flatMap(([, measurement]) => cells(of(measurement).get(name)))]),
  )
}

function unlooked(byKind: Measurement['byKind']): readonly [number, number] {
  const found = NOT_LOOKED_FOR.map((kind) => byKind.get(kind))
  return [total(found, 'covered'), total(found, 'labels')]
}

function total(found: readonly (Score | undefined)[], member: 'covered' | 'labels'): number {
  return found.reduce((sum, score) => sum + (score?.[member] ?? 0), 0)
}

/** `26 of 61 (43 %)`. */
function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`
}
