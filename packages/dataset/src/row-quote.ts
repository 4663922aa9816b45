import type { Quote } from './formats/row-text.ts'
import { LONG_TEXT, type LongText } from './json-row.ts'
import { literalEnd } from './key-scan.ts'

/** Quotes texts as `JSON.stringify` does, and copies the literals of those long ones that stand in the row that `row` is the text of. */
export function rowQuote(row: string, longTexts: readonly LongText[]): Quote {
  return (text) =>
    text.length < LONG_TEXT ? quoteShort(text) : (literalOf(text, row, longTexts) ?? JSON.stringify(text))
}

const NEEDS_ESCAPE = /[^ !#-[\]-~]/

function quoteShort(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
}

function literalOf(text: string, row: string, longTexts: readonly LongText[]): string | undefined {
  for (const { value, start } of longTexts) {
    if (value === text) return row.slice(start, literalEnd(row, start, value.length))
  }
  return undefined
}
