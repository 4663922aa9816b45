/** What a cheap look at the text of a JSON object tells of its keys and of the numbers behind them. */
export interface KeyScan {
  /**
   * At least the number of keys: colons that follow a closing quote. More only when a string starts with a colon, so
   * equality with the keys that were parsed proves that none was shadowed, and that the other members here are right.
   */
  readonly keys: number
  /** A key holds an escape. */
  readonly escaped: boolean
  /** Numbers that are the value of a key; those in lists are not among them. */
  readonly numbers: number
  /** One of these numbers may be another as a double: -0, a fraction or exponent, more than 15 digits. */
  readonly inexact: boolean
}

/** Looks at every colon of the text, which must be valid JSON; adds to `texts` where the literal of each member's text starts. */
export function scanKeys(text: string, texts?: number[]): KeyScan {
  let keys = 0
  let numbers = 0
  let escaped = false
  let inexact = false
  let slash = indexOfSlash(text, 0)
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1
    while (isWhiteSpace(text.charCodeAt(before))) before--
    if (text.charCodeAt(before) !== QUOTE) continue
    // No escape since the colon before: most keys need no closer look.
    if (slash < before) {
      slash = indexOfSlash(text, before)
      if (isEscaped(text, before)) continue
      escaped ||= holdsEscape(text, before)
    }
    keys++
    let after = colon + 1
    while (isWhiteSpace(text.charCodeAt(after))) after++
    const code = text.charCodeAt(after)
    if (code === QUOTE) texts?.push(after)
    if (!startsNumber(code)) continue
    numbers++
    inexact ||= mayBeInexact(text, after)
  }
  return { keys, escaped, numbers, inexact }
}

const QUOTE = 0x22
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c
const SMALL_E = 0x65
/** Added to a capital letter, it makes a small one of it. */
const SMALL = 0x20
/** More digits may not fit in a double. */
const EXACT_DIGITS = 15

/** The end of the text when there is none. */
function indexOfSlash(text: string, from: number): number {
  const at = text.indexOf('\\', from)
  return at === -1 ? text.length : at
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

/** Index after the closing quote of the literal that starts at `start`, whose text has so many UTF-16 code units. */
export function literalEnd(text: string, start: number, length: number): number {
  // A literal has at least as many characters as its text.
  let quote = text.indexOf('"', start + 1 + length)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote + 1
}

function isEscaped(text: string, at: number): boolean {
  let slash = at - 1
  while (text.charCodeAt(slash) === BACKSLASH) slash--
  return (at - slash) % 2 === 0
}

/** Looks back from the closing quote of a key to a backslash, or to a quote: an opening one follows none. */
function holdsEscape(text: string, closing: number): boolean {
  for (let at = closing - 1; at >= 0; at--) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) return true
    if (code === QUOTE) return text.charCodeAt(at - 1) === BACKSLASH
  }
  return false
}

/** True for the code of 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

function startsNumber(code: number): boolean {
  return isDigit(code) || code === MINUS
}

function mayBeInexact(text: string, start: number): boolean {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start
  let end = first
  while (isDigit(text.charCodeAt(end))) end++
  const next = text.charCodeAt(end)
  const minusZero = first > start && text.charCodeAt(first) === ZERO
  return minusZero || end - first > EXACT_DIGITS || next === DOT || (next | SMALL) === SMALL_E
}
