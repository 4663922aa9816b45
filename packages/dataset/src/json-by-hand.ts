import { exactNumber } from './exact-number.ts'
import type { JsonValue } from './example.ts'
import { stringEnd } from './json-scan.ts'

/**
 * Reads valid JSON as `parseExactly` does, undefined when it nests deeper than `maximumDepth`, and without the
 * engine's reading of keys: V8 from 12.8 on takes a key that holds an escape for an earlier key with the same beginning
 * (nodejs/node#63785), so that `"\n"` may become `"\\"`. Only for rows with such a key; slower than the engine by far.
 */
export function parseByHand(text: string, maximumDepth: number): JsonValue | undefined {
  const reader: Reader = { text, at: 0, levelsLeft: maximumDepth, tooDeep: false }
  const value = readValue(reader)
  return reader.tooDeep ? undefined : value
}

interface Reader {
  readonly text: string
  at: number
  levelsLeft: number
  tooDeep: boolean
}

function readValue(reader: Reader): JsonValue {
  skipSpace(reader)
  const character = reader.text[reader.at]
  if (character === '"') return readString(reader)
  if (character !== '{' && character !== '[') return readScalar(reader)
  if (reader.levelsLeft === 0) {
    reader.tooDeep = true
    return null
  }
  reader.levelsLeft--
  const value = character === '{' ? Object.fromEntries(readMembers(reader)) : readItems(reader)
  reader.levelsLeft++
  return value
}

function readMembers(reader: Reader): [string, JsonValue][] {
  const members: [string, JsonValue][] = []
  while (continues(reader, '}')) {
    const key = readString(reader)
    skipSpace(reader)
    reader.at++
    members.push([key, readValue(reader)])
  }
  return members
}

function readItems(reader: Reader): JsonValue[] {
  const items: JsonValue[] = []
  while (continues(reader, ']')) items.push(readValue(reader))
  return items
}

/** Steps over what stands before the next member or item; false when the end of the container was stepped over. */
function continues(reader: Reader, end: string): boolean {
  if (reader.tooDeep) return false
  skipSpace(reader)
  const character = reader.text[reader.at]
  if (character === '{' || character === '[' || character === ',') {
    reader.at++
    skipSpace(reader)
  }
  if (reader.text[reader.at] !== end) return true
  reader.at++
  return false
}

function readString(reader: Reader): string {
  const end = stringEnd(reader.text, reader.at)
  const literal = reader.text.slice(reader.at, end)
  reader.at = end
  // A string alone has no keys.
  const value: string = JSON.parse(literal)
  return value
}

const SCALAR = /[^\s,\]}]+/y

function readScalar(reader: Reader): JsonValue {
  SCALAR.lastIndex = reader.at
  const source = SCALAR.exec(reader.text)?.[0] ?? ''
  reader.at += source.length
  const value: null | boolean | number = JSON.parse(source)
  return typeof value === 'number' ? exactNumber(value, source) : value
}

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? '.')) reader.at++
}
