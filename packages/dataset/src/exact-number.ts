import type { ExactNumber, JsonValue } from './example.ts'

/** Node 22 and later have it, TypeScript's es2023 library does not describe it. */
interface JsonWithSource {
  rawJSON(text: string): ExactNumber
  parse(
    text: string,
    reviver: (key: string, value: JsonValue, context: { readonly source: string }) => JsonValue,
  ): JsonValue
}

// The interface above is what the TC39 proposal "JSON.parse source text access" defines and V8 ships.
const json = JSON as unknown as JsonWithSource

/** Plain integers, also written with a zero fraction, are exact as doubles when they are safe. */
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d*)(?:\.0+)?$/

/** Parses valid JSON, keeping the digits of every number that a double and `JSON.stringify` would change. */
export function parseExactly(text: string): JsonValue {
  return json.parse(text, (_key, value, { source }) => (typeof value === 'number' ? exactNumber(value, source) : value))
}

/** The number that `source` is, as a double where that and `JSON.stringify` keep its value. */
export function exactNumber(value: number, source: string): number | ExactNumber {
  if (String(value) === source) return value
  return Number.isSafeInteger(value) && PLAIN_INTEGER.test(source) ? value : json.rawJSON(source)
}
