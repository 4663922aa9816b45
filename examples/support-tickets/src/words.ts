import type { Plan } from '@anytune/core'
import type { Judgement } from './evaluate.ts'

/** Says what kind of run this is, to somebody who sees one for the first time. */
export const REHEARSAL =
  'This is a rehearsal: every step is real, the model is a toy. This tiny model starts empty: all it will ever know\n' +
  'is in the training tickets. Real base models do not start empty: they can read before the first ticket.'

/** Says what left the computer, and how that is known. */
export function privacy({ offering, leaves, provider }: Plan): string {
  if (offering.egress !== 'none' || leaves.length > 0) return `What left this computer: ${leaves.join('; ')}.`
  return (
    `Nothing left this computer: the provider "${provider}" trains and answers in processes on this machine,\n` +
    'and its plan, which lists whatever leaves before anything does, lists nothing (egress: none).'
  )
}

/** The first held-out ticket, with what was answered to it before and after the training, and what is right. */
export function beforeAndAfter([before]: readonly Judgement[], [after]: readonly Judgement[]): string {
  if (before === undefined || after === undefined) return ''
  const { ticket, answer, exact } = after
  return [
    `ticket  ${readable(ticket.text, 200)}`,
    `before  ${readable(before.answer, 40)}`,
    `after   ${readable(answer, 100)}`,
    `right   ${exact ? 'exactly that' : ticket.target}`,
  ].join('\n')
}

/** A duration for people, such as `0.4 s`, `48 s` or `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/**
 * An answer on one line, cut to so many characters: an untrained model writes whatever it likes, long and with characters
 * that would steer a terminal.
 */
export function readable(answer: string, longest: number): string {
  const text = answer.trim().replace(/\s+/g, ' ').replace(/\p{C}/gu, escaped)
  if (text === '') return '(nothing)'
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`
}

/** A character that cannot be shown, as programmers write it: `\x1d`, `\u{200b}`. */
function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`
}
