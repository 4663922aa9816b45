import { stripVTControlCharacters } from 'node:util'

// Control characters except tab and line feed: they could move the cursor, colour the screen or rename the window.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

/** A vendor's or a model's text without anything that could steer the terminal. */
export function safeText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '')
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\s+/g, ' ').trim()
}
