import { parseExactly } from './exact-number.ts'
import type { JsonObject, JsonValue } from './example.ts'
import { isList, isObject } from './formats/shape.ts'
import { parseByHand } from './json-by-hand.ts'
import { duplicateKeyPath, syntaxErrorAt } from './json-scan.ts'
import { isDigit, scanKeys, type KeyScan } from './key-scan.ts'
import type { Fault } from './rules.ts'
import { pathOf } from './safe-path.ts'

/** Deepest nesting accepted; no chat row or tool schema seen in the wild comes near it. */
const MAXIMUM_DEPTH = 64

/** A row's JSON, or the rule it breaks before any format is asked. */
export type ParsedRow = { readonly row: JsonObject } | { readonly fault: Fault }

/** A text in a row that is long enough to be worth copying. */
export interface LongText {
  readonly value: string
  /** Index of its literal's opening quote in the text of the row. */
  readonly start: number
}

/** Texts from this length on, in UTF-16 code units, are long. */
export const LONG_TEXT = 48

/**
 * Reads one row so that nothing is lost: no shadowed key, no rounded number, no half character. `JSON.parse` does the
 * work and cheap tests of the text say when a slow, exact look is needed. Adds to `longTexts` those that are the value
 * of a key, where their places are beyond doubt and their literals are what `JSON.stringify` writes.
 */
export function parseRow(text: string, longTexts?: LongText[]): ParsedRow {
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch {
    // The engine's message quotes the row, so it is never passed on.
    return { fault: explainSyntax(text) }
  }
  const starts: number[] | undefined = longTexts && []
  const scan = scanKeys(text, starts)
  if (scan.escaped) {
    const byHand = parseByHand(text, MAXIMUM_DEPTH)
    if (byHand === undefined) return { fault: TOO_DEEP }
    value = byHand
  }
  if (!isObject(value)) return { fault: NOT_AN_OBJECT }
  const tally = createTally(scan, longTexts && [])
  count(value, 1, tally)
  if (tally.tooDeep) return { fault: TOO_DEEP }
  if (tally.forbidden) return { fault: FORBIDDEN_KEY }
  if (scan.keys !== tally.keys) {
    const path = duplicateKeyPath(text)
    if (path) return { fault: { ...DUPLICATE_KEY, field: pathOf(path) } }
  }
  const unicodeEscapes = text.includes('\\u')
  if (longTexts && scan.keys === tally.keys && !tally.reordered && !unicodeEscapes && !escapesSlash(text)) {
    for (const { value: said, index } of tally.long ?? []) longTexts.push({ value: said, start: starts?.[index] ?? 0 })
  }
  if (unicodeEscapes && SURROGATE_ESCAPE.test(text)) {
    const path = loneSurrogatePath(value)
    if (path) return { fault: { ...LONE_SURROGATE, field: pathOf(path) } }
  }
  if (!scan.escaped && mayBeInexact(text, scan, tally)) {
    const exact = parseExactly(text)
    if (isObject(exact)) return { row: exact }
  }
  return { row: value }
}

const NOT_AN_OBJECT: Fault = {
  rule: 'not-an-object',
  message: 'the row is JSON, but not an object',
  hint: 'each line must be one object in braces',
}
const TOO_DEEP: Fault = { rule: 'too-deep', message: `the row nests deeper than ${MAXIMUM_DEPTH} levels` }
const FORBIDDEN_KEY: Fault = { rule: 'forbidden-key', message: 'an object has the key "__proto__"', hint: 'rename it' }
const DUPLICATE_KEY: Fault = {
  rule: 'duplicate-key',
  message: 'the object has a key twice',
  hint: 'keep the one that is meant',
}
const LONE_SURROGATE: Fault = {
  rule: 'lone-surrogate',
  message: 'the text holds half of a surrogate pair, which is no character',
  hint: 'the text was probably cut inside a character; remove the half',
}

/** `JSON.stringify` never does. */
function escapesSlash(text: string): boolean {
  for (let at = text.indexOf('/'); at !== -1; at = text.indexOf('/', at + 1)) if (text[at - 1] === '\\') return true
  return false
}

const LATE_MARK: Fault = {
  rule: 'invalid-json',
  message: 'a byte order mark stands before the row: files were put together that each began with one',
  hint: 'remove the bytes EF BB BF from the beginning of the row; at the beginning of a file they are read over',
}

/** An escape that may be half of a pair; whether it is, the decoded text tells. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** In a `u` expression a well-formed pair is one character, so only halves match. */
const LONE_SURROGATES = /\p{Surrogate}/u

/** May match inside a string, which only costs the slow path: -0, a fraction or exponent, more than 15 digits. */
const INEXACT_NUMBER = /[[:,\s](?:-0|-?\d+[.eE]|-?\d{16})/

/** Numbers in lists were not seen by the scan; then the whole text is looked at. */
function mayBeInexact(text: string, scan: KeyScan, tally: Tally): boolean {
  if (tally.numbers === 0) return false
  const seenAll = scan.keys === tally.keys && scan.numbers === tally.numbers
  return seenAll ? scan.inexact : INEXACT_NUMBER.test(text)
}

interface Tally {
  /** What is counted was not read by the engine, so there may be exact numbers in it. */
  readonly byHand: boolean
  /** Long texts, each with its index among all texts that are the value of a key; undefined when nobody asks. */
  readonly long: { readonly value: string; readonly index: number }[] | undefined
  keys: number
  numbers: number
  /** Those that are the value of a key. */
  texts: number
  tooDeep: boolean
  forbidden: boolean
  /** A key may be an index, and JavaScript puts those first. */
  reordered: boolean
}

function createTally({ escaped }: KeyScan, long: Tally['long']): Tally {
  return { byHand: escaped, long, keys: 0, numbers: 0, texts: 0, tooDeep: false, forbidden: false, reordered: false }
}

function count(value: object, depth: number, tally: Tally): void {
  if (depth > MAXIMUM_DEPTH) {
    tally.tooDeep = true
    return
  }
  if (Array.isArray(value)) {
    for (const item of value) countValue(item, depth, tally)
    return
  }
  // Not Object.keys: the list it makes costs more than the rest. A parsed JSON object has no keys but its own.
  for (const key in value) {
    tally.keys++
    if (key === '__proto__') tally.forbidden = true
    else countMember(key, (value as JsonObject)[key] ?? null, depth, tally)
  }
}

function countMember(key: string, value: JsonValue, depth: number, tally: Tally): void {
  if (tally.long && isDigit(key.charCodeAt(0))) tally.reordered = true
  if (typeof value !== 'string') return countValue(value, depth, tally)
  if (value.length >= LONG_TEXT) tally.long?.push({ value, index: tally.texts })
  tally.texts++
}

/** To JavaScript it is an object with a key of its own. */
function isExactNumber(value: JsonValue, { byHand }: Tally): boolean {
  return byHand && !isList(value) && !isObject(value)
}

function countValue(value: JsonValue, depth: number, tally: Tally): void {
  if (typeof value === 'number') tally.numbers++
  else if (typeof value === 'object' && value !== null && !isExactNumber(value, tally)) count(value, depth + 1, tally)
}

function loneSurrogatePath(value: JsonValue): (string | number)[] | undefined {
  if (typeof value === 'string') return LONE_SURROGATES.test(value) ? [] : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    if (LONE_SURROGATES.test(key)) return []
    const inner = loneSurrogatePath(item)
    if (inner) return [Array.isArray(value) ? Number(key) : key, ...inner]
  }
  return undefined
}

function explainSyntax(text: string): Fault {
  if (text.includes('\0')) {
    return {
      rule: 'nul-byte',
      message: 'the row holds a raw NUL byte',
      hint: 'remove it, or check how the file was written',
    }
  }
  if (text.startsWith('\ufeff')) return LATE_MARK
  const at = syntaxErrorAt(text, MAXIMUM_DEPTH)
  if (at === 'too-deep') return TOO_DEEP
  if (at >= text.length) {
    const hint = 'the row or the file was cut off, or the value is spread over several lines; write it on one line'
    return { rule: 'invalid-json', message: 'the row ends before its JSON value is complete', hint }
  }
  if (text[at] === '\ufeff') {
    const hint =
      'remove the bytes EF BB BF there; where one file was put behind another, put a line feed in their place'
    return { rule: 'invalid-json', message: `a byte order mark stands at character ${at + 1} of the row`, hint }
  }
  const hint = 'write each row with a JSON library'
  return { rule: 'invalid-json', message: `the row is not valid JSON from character ${at + 1} on`, hint }
}
