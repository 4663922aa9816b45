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
  return json.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || String(value) === context.source) return value
    if (Number.isSafeInteger(value) && PLAIN_INTEGER.test(context.source)) return value
    return json.rawJSON(context.source)
  })
}
