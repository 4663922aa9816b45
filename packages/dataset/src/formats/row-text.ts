/**
 * Writes a text as a JSON literal, as `JSON.stringify` does. Codecs write rows as text because most of a row are texts
 * that were just read: their literals can be copied, and quoting them again would cost more than all else.
 */
export type Quote = (text: string) => string

/** The JSON text of an object, its members being JSON text already; those that are undefined are left out. Keys need no escape. */
export function objectText(members: Readonly<Record<string, string | undefined>>): string {
  let text = ''
  for (const key in members) {
    const member = members[key]
    if (member !== undefined) text += `${text === '' ? '{' : ','}"${key}":${member}`
  }
  return text === '' ? '{}' : `${text}}`
}

/** The same of members that are texts; an absent one is left out. */
export function textsText(texts: Readonly<Record<string, string | undefined>>, quote: Quote): string {
  let text = ''
  for (const key in texts) {
    const member = texts[key]
    if (member !== undefined) text += `${text === '' ? '{' : ','}"${key}":${quote(member)}`
  }
  return text === '' ? '{}' : `${text}}`
}

/** The JSON text of a list. */
export function listText<Item>(items: readonly Item[], textOf: (item: Item) => string): string {
  return `[${itemsText(items, textOf)}]`
}

/** The same without its brackets; an item may also be several, or none. */
export function itemsText<Item>(items: readonly Item[], textOf: (item: Item) => string): string {
  let text = ''
  for (const item of items) {
    const written = textOf(item)
    text += text === '' || written === '' ? written : `,${written}`
  }
  return text
}

/** The JSON text of a value; undefined for none. */
export function jsonText(value: object | boolean | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
