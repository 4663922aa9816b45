import type { JsonObject, JsonValue } from '../example.ts'
import { parseRow } from '../json-row.ts'
import { rememberLast } from './repeated.ts'

/** The JSON object that a text inside a row holds, with every number's digits; undefined when it is not exactly one such object. */
export const parseObjectText = rememberLast((text: string): JsonObject | undefined => {
  const parsed = parseRow(text)
  return 'fault' in parsed ? undefined : parsed.row
})

/** The same for a text that may hold any JSON value. */
export function parseValueText(text: string): JsonValue | undefined {
  const parsed = parseRow(`{"value":${text}}`)
  if ('fault' in parsed || Object.keys(parsed.row).length !== 1) return undefined
  return parsed.row['value']
}
