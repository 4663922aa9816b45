import { KINDS, type Span, type SyncDetector } from './detector.ts'
import { findAssignments } from './find/assignment.ts'
import { findBirthDates } from './find/birth-date.ts'
import { findCards } from './find/card.ts'
import { findConnectionStrings } from './find/connection-string.ts'
import { findEmails } from './find/email.ts'
import type { Finder } from './find/finder.ts'
import { findIbans } from './find/iban.ts'
import { findIpAddresses } from './find/ip-address.ts'
import { findNationalIds } from './find/national-ids.ts'
import { findPhones } from './find/phone.ts'
import { findPrivateKeys } from './find/private-key.ts'
import { findTokens } from './find/tokens.ts'
import { findVendorKeys } from './find/vendor-keys.ts'
import { SCAN_RULES } from './scan-rules.ts'

/**
 * Looks for everything in `KINDS` by the rules in `SCAN_RULES`, with nothing but the text: no model, no service, no list of names.
 * Its work grows with the length of the text, whatever the text.
 */
export const builtInDetector: SyncDetector = {
  id: 'built-in',
  kinds: Object.keys(KINDS),
  detect(text) {
    if (text.length < SHORTEST) return NOTHING
    const spans: Span[] = []
    const plain = inPlainCharacters(text)
    const hasNumber = DIGITS.test(plain)
    for (const { find, needsNumber } of FINDERS) {
      if (needsNumber && !hasNumber) continue
      find(plain, (rule, start, end) => spans.push({ start, end, kind: SCAN_RULES[rule].kind, rule }))
    }
    return spans
  },
}

/** No rule finds anything in less. */
const SHORTEST = 6
const NOTHING: readonly Span[] = []

/** What no number of a person, and no IPv4 address, is without. */
const DIGITS = /\d/

const FINDERS: readonly { readonly find: Finder; readonly needsNumber: boolean }[] = [
  { find: findEmails, needsNumber: false },
  { find: findPhones, needsNumber: true },
  { find: findCards, needsNumber: true },
  { find: findIbans, needsNumber: true },
  { find: findIpAddresses, needsNumber: true },
  { find: findNationalIds, needsNumber: true },
  { find: findBirthDates, needsNumber: true },
  { find: findVendorKeys, needsNumber: false },
  { find: findTokens, needsNumber: false },
  { find: findPrivateKeys, needsNumber: false },
  { find: findConnectionStrings, needsNumber: false },
  { find: findAssignments, needsNumber: false },
]

/**
 * The same text, unit for unit, in the characters that the rules are written in: full-width forms and other digits as ASCII, hyphens
 * and spaces of typography as plain ones, and an escape of a quoted text (`\n`) as white space, so that no finding begins inside one.
 */
function inPlainCharacters(text: string): string {
  return UNUSUAL.test(text) ? text.replaceAll(UNUSUAL_ALL, plainCharacter) : text
}

const PATTERN = String.raw`\\(?:u[0-9a-fA-F]{4}|["/bfnrt])|[\u00A0\u2000-\u200A\u202F\u3000\u2010-\u2015\u2212\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\uFF01-\uFF5E]`
const UNUSUAL = new RegExp(PATTERN)
const UNUSUAL_ALL = new RegExp(PATTERN, 'g')

function plainCharacter(found: string): string {
  if (found.length > 1) return ' '.repeat(found.length)
  const code = found.charCodeAt(0)
  if (code >= 0xff01) return String.fromCharCode(code - 0xfee0)
  if (code >= 0x0660 && code < 0x0970)
    return String((code - (code < 0x06f0 ? 0x0660 : code < 0x0966 ? 0x06f0 : 0x0966)) % 10)
  return code === 0x2212 || (code >= 0x2010 && code <= 0x2015) ? '-' : ' '
}
