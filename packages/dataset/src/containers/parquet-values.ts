import { isUtf8 } from 'node:buffer'
import type { ParquetParsers } from 'hyparquet'
import type { Fault } from '../rules.ts'
import { INVALID_UTF8, NUL_BYTE } from './line.ts'
import type { ParquetRow } from './parquet-messages.ts'

/** A text that is no UTF-8, in place of one with replaced characters. */
const NOT_UTF8 = Symbol('not UTF-8')
/** Put in front of the text of a JSON column, which goes into the row as it is. */
interface JsonText {
  readonly [JSON_TEXT]: string
}
const JSON_TEXT = Symbol('JSON text')

/** How the reader turns bytes into values; nothing is replaced or rounded. */
export const PARSERS: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array) => textOf(bytes),
  jsonFromBytes: (bytes: Uint8Array): typeof NOT_UTF8 | JsonText | undefined => {
    const text = textOf(bytes)
    return typeof text === 'string' ? { [JSON_TEXT]: text } : text
  },
}

/** A row as JSON text, or why it has none. A null is an absent key. */
export function rowText(row: unknown): ParquetRow {
  const found: { fault?: Fault } = {}
  const text = valueText(row, found)
  return found.fault ?? text ?? '{}'
}

function textOf(bytes: Uint8Array | undefined): string | typeof NOT_UTF8 | undefined {
  if (bytes === undefined || bytes === null) return undefined
  const own = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return isUtf8(own) ? own.toString() : NOT_UTF8
}

/** JSON text of a value; undefined for a null, which is no value. */
function valueText(value: unknown, found: { fault?: Fault }): string | undefined {
  if (value === null || value === undefined) return undefined
  if (value === NOT_UTF8) return refuse(found, INVALID_UTF8)
  if (typeof value === 'string') return value.includes('\0') ? refuse(found, NUL_BYTE) : JSON.stringify(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return numberText(value, found)
  if (Array.isArray(value)) return `[${value.map((item: unknown) => valueText(item, found) ?? 'null').join(',')}]`
  if (isJsonText(value)) return jsonText(value[JSON_TEXT]) ?? refuse(found, INVALID_JSON)
  if (typeof value !== 'object' || value instanceof Uint8Array) return refuse(found, NO_JSON)
  const members: string[] = []
  for (const [key, member] of Object.entries(value)) {
    const text = valueText(member, found)
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`
}

function numberText(value: number, found: { fault?: Fault }): string {
  if (!Number.isFinite(value)) return refuse(found, NO_JSON)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** On one line: line ends within JSON stand between its tokens. */
function jsonText(text: string): string | undefined {
  try {
    JSON.parse(text)
  } catch {
    // The engine's message quotes the text.
    return undefined
  }
  return text.replaceAll(/[\r\n]/g, ' ')
}

function isJsonText(value: unknown): value is JsonText {
  return typeof value === 'object' && value !== null && JSON_TEXT in value
}

function refuse(found: { fault?: Fault }, fault: Fault): string {
  found.fault ??= fault
  return 'null'
}

const INVALID_JSON: Fault = {
  rule: 'invalid-json',
  message: 'a column of JSON holds a text that is none',
  hint: 'write the column with a JSON library',
}

const NO_JSON: Fault = {
  rule: 'not-json',
  message: 'the row holds a value for which JSON has no word, such as bytes or a number that is not finite',
  hint: 'write the value as text, or leave the column out with a field mapping',
}
