import type { Finder } from './finder.ts'
import { isInvented } from './invented.ts'

/** Addresses with a password: `scheme://user:password@host`. */
export const findConnectionStrings: Finder = (text, found) => {
  for (let mark = text.indexOf('://'); mark !== -1; mark = text.indexOf('://', mark + 3)) {
    const start = schemeStart(text, mark)
    if (start === mark) continue
    REST.lastIndex = mark + 3
    const [, user = '', password = '', host = ''] = REST.exec(text) ?? []
    if (password === '' || isTemplate(user, password, host)) continue
    found('connection-string', start, REST.lastIndex)
  }
}

const REST = /([^\s:@/"'`<>]{0,128}):([^\s@"'`<>]{1,128})@([\w.-]{1,253})(?::\d{1,5})?(?:\/[\w/?&=.%+,~-]{0,500})?/y

/** What tutorials write. On this computer a password of a template is none, whatever it is. */
function isTemplate(user: string, password: string, host: string): boolean {
  if (isInvented(password + user) && !/\d/.test(password)) return true
  return TEMPLATES.has(password.toLowerCase()) || (password === user && LOCAL.test(host)) || /^[<[{$%]/.test(password)
}

const TEMPLATES: ReadonlySet<string> = new Set(
  'password passwd pass pwd secret user username test admin root guest postgres token'.split(' '),
)
const LOCAL = /^(?:localhost|127\.|host\b|db\b)/

function schemeStart(text: string, mark: number): number {
  let start = mark
  while (start > 0 && mark - start < 24 && /[A-Za-z0-9+.-]/.test(text.charAt(start - 1))) start--
  while (start < mark && !/[A-Za-z]/.test(text.charAt(start))) start++
  return start
}
