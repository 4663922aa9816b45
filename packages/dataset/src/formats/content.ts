import type { Message, TextPart } from '../example.ts'

/** A list of parts in the shortest form that says the same: one plain text is a string. */
export function shortest<Part extends { readonly type: string }>(
  parts: readonly (Part | TextPart)[],
): string | readonly (Part | TextPart)[] {
  const [only] = parts
  if (parts.length !== 1 || only === undefined || !isText(only)) return parts
  return only.prompt_cache_breakpoint === undefined ? only.text : parts
}

/** Content as a list of parts; none for null and absence. */
export function partsOf<Part>(content: string | readonly Part[] | null | undefined): readonly (Part | TextPart)[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

/** The parts that say something; an empty text alone stays. */
export function withoutEmptyTexts<Part extends { readonly type: string }>(parts: readonly Part[]): readonly Part[] {
  if (parts.length < 2) return parts
  const said = parts.filter((part) => !isText(part) || part.text !== '')
  return said.length === 0 ? parts.slice(0, 1) : said
}

/** The texts that content is made of, for formats that say texts alone. */
export function textsOf(content: Message['content']): string[] {
  if (typeof content === 'string') return [content]
  return partsOf<{ readonly type: string }>(content).map((part) => (isText(part) ? part.text : ''))
}

/** The system message that opens the conversation, and the rest. */
export function splitSystem(messages: readonly Message[]): {
  readonly system?: Message['content']
  readonly rest: readonly Message[]
} {
  const [first] = messages
  return first?.role === 'system' ? { system: first.content, rest: messages.slice(1) } : { rest: messages }
}

function isText(part: { readonly type: string }): part is TextPart {
  return part.type === 'text'
}
