import { isKnownKey } from '../safe-path.ts'
import { jsonTexts, type JsonText } from './json-texts.ts'

/** A text of a row as detectors see it, and where it stands. */
export interface RowText {
  /** What detectors are given: `lead`, then the value. */
  readonly text: string
  /** Length of what stands before the value: a key of the user's own is a cue, as in `"password": "…"`. */
  readonly lead: number
  /** The literal in the document that holds it. */
  readonly literal: JsonText
  /** Texts of the JSON document that the value is, such as a tool call's arguments; then detectors look at those instead. */
  readonly inner?: readonly RowText[]
}

/** A document inside a document inside a document: deeper ones are text. */
const DEEPEST = 4

/** Everything in a row that could hold a finding; `json` is the row's own text, which must be valid JSON. */
export function rowTexts(json: string, depth = 1): readonly RowText[] {
  const texts: RowText[] = []
  for (const literal of jsonTexts(json)) {
    const { value, role, path } = literal
    if (role === 'key' ? isKnownKey(value) || value.length < SHORTEST_KEY : isBinary(value)) continue
    const inner = role === 'value' && depth < DEEPEST && isJson(value) ? rowTexts(value, depth + 1) : undefined
    const lead = role === 'value' ? leadOf(path) : ''
    texts.push({ text: lead + value, lead: lead.length, literal, ...(inner !== undefined && { inner }) })
  }
  return texts
}

const SHORTEST_KEY = 6
const LONGEST_LEAD = 64

/** The nearest key that is the user's own; those of the formats say nothing of what stands there. */
function leadOf(path: readonly (string | number)[]): string {
  const key = path.findLast((segment) => typeof segment === 'string')
  return typeof key !== 'string' || isKnownKey(key) || key.length > LONGEST_LEAD ? '' : `${key}: `
}

/** An image, a sound, a file: base64 alone, in which letters that look like a finding are chance. */
function isBinary(value: string): boolean {
  return value.length >= 512 && (BASE64.test(value) || DATA_URL.test(value))
}

const BASE64 = /^[A-Za-z0-9+/\r\n]+={0,2}$/
const DATA_URL = /^data:[\w.+/-]{1,100};base64,[A-Za-z0-9+/]+={0,2}$/

function isJson(value: string): boolean {
  if (!/^\s{0,8}[[{]/.test(value)) return false
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}
