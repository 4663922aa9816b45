/** Where the first object with a repeated key lies; `text` must be valid JSON of bounded depth. */
export function duplicateKeyPath(text: string): (string | number)[] | undefined {
  const open: Container[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at]
    const top = open.at(-1)
    if (character === '"') {
      const end = stringEnd(text, at)
      if (top?.keys && top.expectsKey) {
        // Valid JSON, so this is a string literal; two spellings of one key are one key.
        const key: string = JSON.parse(text.slice(at, end))
        if (top.keys.has(key)) return open.slice(0, -1).map((container) => container.at)
        top.keys.add(key)
        top.at = key
        top.expectsKey = false
      }
      at = end
      continue
    }
    if (character === '{') open.push({ keys: new Set(), at: '', expectsKey: true })
    else if (character === '[') open.push({ at: 0, expectsKey: false })
    else if (character === '}' || character === ']') open.pop()
    else if (character === ',' && top) {
      if (top.keys) top.expectsKey = true
      else if (typeof top.at === 'number') top.at++
    }
    at++
  }
  return undefined
}

interface Container {
  readonly keys?: Set<string>
  /** Key or index of the member being read. */
  at: string | number
  expectsKey: boolean
}

/** Index after the closing quote of the string literal that starts at `start`. */
export function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/**
 * Index of the first character at which the text stops being the start of a JSON value, `text.length` when it merely
 * ends too early; `too-deep` when it nests beyond the bound first. For text that `JSON.parse` refused.
 */
export function syntaxErrorAt(text: string, maximumDepth: number): number | 'too-deep' {
  const scan: Scan = { text, maximumDepth, open: [], expected: 'value', at: 0 }
  while (scan.error === undefined) {
    while (isWhiteSpace(text[scan.at])) scan.at++
    const character = text[scan.at]
    if (character === undefined) return text.length
    STEPS[scan.expected](scan, character)
  }
  return scan.error
}

type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'nothing'

interface Scan {
  readonly text: string
  readonly maximumDepth: number
  readonly open: ('{' | '[')[]
  expected: Expected
  at: number
  error?: number | 'too-deep'
}

const STEPS: Readonly<Record<Expected, (scan: Scan, character: string) => void>> = {
  value: readValue,
  'value-or-close': (scan, character) => (character === ']' ? close(scan) : readValue(scan, character)),
  key: readKey,
  'key-or-close': (scan, character) => (character === '}' ? close(scan) : readKey(scan, character)),
  colon: (scan, character) => step(scan, character === ':', 'value'),
  'comma-or-close': (scan, character) => {
    const container = scan.open.at(-1)
    if (character === (container === '{' ? '}' : ']')) close(scan)
    else step(scan, character === ',', container === '{' ? 'key' : 'value')
  },
  nothing: (scan) => {
    scan.error = scan.at
  },
}

function step(scan: Scan, fits: boolean, next: Expected): void {
  if (!fits) {
    scan.error = scan.at
    return
  }
  scan.at++
  scan.expected = next
}

function close(scan: Scan): void {
  scan.open.pop()
  step(scan, true, afterValue(scan))
}

function afterValue(scan: Scan): Expected {
  return scan.open.length === 0 ? 'nothing' : 'comma-or-close'
}

function readKey(scan: Scan, character: string): void {
  if (character === '"') readString(scan, 'colon')
  else scan.error = scan.at
}

function readValue(scan: Scan, character: string): void {
  if (character === '"') return readString(scan, afterValue(scan))
  if (character === '{' || character === '[') {
    scan.open.push(character)
    if (scan.open.length > scan.maximumDepth) scan.error = 'too-deep'
    else step(scan, true, character === '{' ? 'key-or-close' : 'value-or-close')
    return
  }
  const end = scalarEnd(scan.text, scan.at)
  if (end === scan.at) scan.error = literalErrorAt(scan.text, scan.at)
  scan.at = end
  scan.expected = afterValue(scan)
}

function readString(scan: Scan, next: Expected): void {
  const end = validStringEnd(scan.text, scan.at)
  if (end.error) scan.error = end.at
  scan.at = end.at
  scan.expected = next
}

function isWhiteSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

/** After the string literal, or where it breaks. */
function validStringEnd(text: string, start: number): { readonly at: number; readonly error: boolean } {
  let at = start + 1
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '"') return { at: at + 1, error: false }
    if (character < ' ') return { at, error: true }
    if (character === '\\') {
      const length = escapeLength(text, at)
      if (length === 0) return { at: CUT_ESCAPE.test(text.slice(at, at + 6)) ? text.length : at, error: true }
      at += length
    } else at++
  }
  return { at: text.length, error: true }
}

/** Six characters were asked for; fewer mean that the text ends inside the escape. */
const CUT_ESCAPE = /^\\(?:u[0-9a-fA-F]{0,3})?$/

function escapeLength(text: string, at: number): number {
  const kind = text.charAt(at + 1)
  if (kind === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 0
  return kind !== '' && '"\\/bfnrt'.includes(kind) ? 2 : 0
}

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y

function scalarEnd(text: string, at: number): number {
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : at
}

/** A literal that the end of the text cuts short is an early end; any other is wrong where it starts. */
function literalErrorAt(text: string, at: number): number {
  const rest = text.slice(at)
  const cutShort = rest === '-' || ['true', 'false', 'null'].some((literal) => literal.startsWith(rest))
  return cutShort ? text.length : at
}
