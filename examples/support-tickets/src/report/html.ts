/** A piece of HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string
}

/** What a template takes: text and numbers are escaped, HTML is not, lists are joined and `undefined` is nothing. */
export type Child = Html | string | number | undefined | readonly Child[]

/** HTML from a template; everything put in that is not HTML already is escaped. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  return { html: strings.map((text, index) => text + render(children[index])).join('') }
}

/** HTML that was written by this program and needs no escaping, such as a style sheet. */
export function trusted(text: string): Html {
  return { html: text }
}

function render(child: Child): string {
  if (child === undefined) return ''
  if (typeof child === 'string') return escape(child)
  if (typeof child === 'number') return String(child)
  return 'html' in child ? child.html : child.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// An untrained model writes any character; HTML has no way to hold the control characters among them.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g

function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
