import { linesText } from './lines-text.ts'
import type { Judgement, JudgedFinding } from '../offline/judge.ts'
import { safeLine } from './safe-text.ts'
import type { Paint } from './style.ts'
import { bytes, integer } from './units.ts'

/** For whom a dataset was judged, for `fields`. */
export function judgementFields(judgement: Judgement): Readonly<Record<string, string | undefined>> {
  const { provider, baseModel, method, encoded, tokens } = judgement
  const exact = tokens?.method.kind === 'exact'
  return {
    for: safeLine(`${provider}, ${baseModel}, ${method}`),
    'sent as': encoded
      ? `${encoded.format}, ${integer(encoded.rows)} rows, about ${bytes(encoded.bytes)}`
      : 'unknown: no format is on record for it',
    tokens: tokens && `${exact ? '' : 'about '}${integer(tokens.total)}, an example at most ${integer(tokens.max)}`,
  }
}

/** What is on record against the dataset, and which rows break rules that only warn. */
export function judgementLines(judgement: Judgement, paint: Paint): readonly string[] {
  const { byRule, first } = judgement.warnings
  const unnamed = `  warning: no record names ${judgement.baseModel}: only what holds for all base models was judged`
  return [
    ...(judgement.modelOnRecord ? [] : [paint('yellow', safeLine(unnamed).replace(/^ */, '  '))]),
    ...judgement.findings.map((finding) => findingLine(finding, judgement, paint)),
    ...Object.entries(byRule).map(([rule, count]) => {
      const lines = first.filter((warning) => warning.rule === rule).map(({ line }) => line)
      return paint('yellow', `  warning: ${rule} ×${integer(count)}, ${linesText(lines, count)}`)
    }),
  ]
}

function findingLine(finding: JudgedFinding, { tokens }: Judgement, paint: Paint): string {
  const { id, severity, message, hint, evidence } = finding
  const { grade, source, age } = evidence
  const known = `${grade.replaceAll('-', ' ')}, ${source.pageDate ?? source.readOn}${age.state === 'fresh' ? '' : `, ${age.state.replace('-', ' ')}`}`
  const cut = id === 'maximum-example-tokens' ? tokens?.truncated : undefined
  const which =
    cut && cut.rows > 0 ? `: ${integer(cut.tokens)} tokens are cut off, ${linesText(cut.lines, cut.rows)}` : ''
  const text = `${severity}: ${id}: ${message}${which}; ${hint} [${known}]`
  return paint(
    severity === 'error' ? 'red' : 'yellow',
    safeLine(text)
      .replace(/^/, '  ')
      .replace(/^ {2} +/, '  '),
  )
}
