import type { Judgement } from '@anytune/core'
import { safeLine } from './safe-text.ts'

/** What a policy said, for people: the verdict, what is in the way and what would satisfy it, what was let pass unknown, and what comes nearest. */
export function policyLines(judged: Judgement): readonly string[] {
  if (!judged.configured) return [judged.note.replace(/^policy: /, '')]
  const { note, reasons, nearest = [] } = judged
  const against = reasons.filter(({ result }) => result !== 'permit')
  const accepted = reasons.filter((reason) => reason.accepted === true)
  return [
    safeLine(note.replace(/^policy /, '')),
    ...against.flatMap(({ result, message, toSatisfy }) => [
      safeLine(`${result}: ${message}`),
      ...(toSatisfy === undefined ? [] : [safeLine(`  to satisfy it: ${toSatisfy}`)]),
    ]),
    ...accepted.map(({ message }) => safeLine(`not known, and accepted: ${message}`)),
    ...nearest.map(({ offering, missing }) =>
      safeLine(missing.length === 0 ? `${offering} would be permitted` : `${offering}: ${missing.length} not met`),
    ),
  ]
}
