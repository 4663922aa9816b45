import { createHash } from 'node:crypto'
import { safeLine } from '../output/safe-text.ts'
import type { Diagnosis } from './diagnose.ts'
import type { Finding, FindingKind } from './finding.ts'
import { basisText } from './words.ts'

/** Kinds of findings that are the end of something, and so belong into a calendar. */
const DEADLINES: ReadonlySet<FindingKind> = new Set([
  'model-ends',
  'deployment-ends',
  'closing',
  'training-ends',
  'file-expires',
])

/** The commands for what to do about an account. */
export type Say = (diagnosis: Diagnosis, actions: Finding['commands']) => readonly string[]

/**
 * All deadlines that are still to come, as an RFC 5545 calendar: one event each, with the same UID from one calendar to the next, so that
 * an event moves when its day does. The same findings and the same `now` give the same bytes.
 */
export function calendarOf(diagnoses: readonly Diagnosis[], now: Date, say: Say): string {
  const events = diagnoses.flatMap((diagnosis) =>
    diagnosis.findings
      .filter(({ kind, daysLeft = 0 }) => DEADLINES.has(kind) && daysLeft > 0)
      .flatMap((finding) => event(diagnosis, finding, now, say)),
  )
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//anytune//doctor//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...events,
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

function event(diagnosis: Diagnosis, finding: Finding, now: Date, say: Say): readonly string[] {
  const { profile, provider, scope } = diagnosis
  const { what, when, basis, commands } = finding
  if (when === undefined) return []
  const details = [`Profile ${profile} (${provider}, ${scope})`, basisText(basis), ...say(diagnosis, commands)]
  return [
    'BEGIN:VEVENT',
    `UID:${uidOf(diagnosis, finding)}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(when)}`,
    `SUMMARY:${escaped(`${profile}: ${what}`)}`,
    `DESCRIPTION:${details
      .filter((detail) => detail !== '')
      .map(escaped)
      .join(String.raw`\n`)}`,
    // It takes none of anybody's time.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]
}

/** Made of what the event is about, not of its day; only a provider that closes in steps has one for each. */
function uidOf({ provider, scope }: Diagnosis, { id }: Finding): string {
  const digest = createHash('sha256').update([provider, scope, id].join('\0')).digest('hex')
  return `${digest.slice(0, 32)}@anytune`
}

/** `20270114T000000Z` */
function utc(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** A text on one line with what has a meaning in a calendar escaped. */
function escaped(text: string): string {
  return safeLine(text).replaceAll(/[\\;,]/g, String.raw`\$&`)
}

const LONGEST_LINE_OCTETS = 75

/** A line in pieces of at most 75 octets, none of which ends within a character; each piece but the first begins with a space. */
function folded(line: string): string {
  let text = ''
  let octets = 0
  for (const character of line) {
    const length = Buffer.byteLength(character)
    if (octets + length > LONGEST_LINE_OCTETS) {
      text += '\r\n '
      octets = 1
    }
    text += character
    octets += length
  }
  return text
}
