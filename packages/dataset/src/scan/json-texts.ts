/** One text of a JSON document, where it is written. */
export interface JsonText {
  /** The literal in the document, quotation marks included: `document.slice(start, end)`. */
  readonly start: number
  readonly end: number
  /** What the literal means; of a number, its digits. */
  readonly value: string
  readonly role: 'key' | 'value' | 'number'
  /** The way to it: of a key, to the object that has it. */
  readonly path: readonly (string | number)[]
}

/** Shorter numbers are counts, and hold no number of a person that could be told from one. */
const LONG_NUMBER = 13

/** Every text of a JSON document in the order in which it is written, shadowed keys included; `json` must be valid. */
export function jsonTexts(json: string): readonly JsonText[] {
  const texts: JsonText[] = []
  const open: Container[] = []
  let at = 0
  while (at < json.length) {
    const top = open.at(-1)
    switch (json.charCodeAt(at)) {
      case QUOTE: {
        const start = at
        at = stringEnd(json, start)
        const value = meaning(json, start, at)
        if (top?.key === AWAITED) {
          texts.push({ start, end: at, value, role: 'key', path: pathTo(open).slice(0, -1) })
          top.key = value
        } else texts.push({ start, end: at, value, role: 'value', path: pathTo(open) })
        break
      }
      case OPEN_BRACE:
        open.push({ isObject: true, key: AWAITED, index: 0 })
        at++
        break
      case OPEN_BRACKET:
        open.push({ isObject: false, key: undefined, index: 0 })
        at++
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop()
        at++
        break
      case COMMA:
        if (top?.isObject) top.key = AWAITED
        else if (top) top.index++
        at++
        break
      default: {
        const end = numberEnd(json, at)
        if (end - at >= LONG_NUMBER) {
          texts.push({ start: at, end, value: json.slice(at, end), role: 'number', path: pathTo(open) })
        }
        at = Math.max(end, at + 1)
      }
    }
  }
  return texts
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** In place of the key that comes next. */
const AWAITED = Symbol('awaited')

interface Container {
  readonly isObject: boolean
  key: string | typeof AWAITED | undefined
  index: number
}

function pathTo(open: readonly Container[]): (string | number)[] {
  return open.map(({ isObject, key, index }) => (isObject ? (typeof key === 'string' ? key : '') : index))
}

/** Index after the closing quotation mark. */
function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(json, end, start)) end = json.indexOf('"', end + 1)
  return end === -1 ? json.length : end + 1
}

function isEscaped(json: string, at: number, start: number): boolean {
  let slash = at - 1
  while (slash > start && json.charCodeAt(slash) === BACKSLASH) slash--
  return (at - slash) % 2 === 0
}

function meaning(json: string, start: number, end: number): string {
  const inner = json.slice(start + 1, end - 1)
  // Valid JSON, so this is a string literal.
  return inner.includes('\\') ? (JSON.parse(json.slice(start, end)) as string) : inner
}

function numberEnd(json: string, start: number): number {
  let end = start
  while (isNumberPart(json.charCodeAt(end))) end++
  return end
}

function isNumberPart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b || code === 0x45 || code === 0x65
  )
}
