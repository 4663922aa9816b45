import type { Finder } from './finder.ts'

/** E-mail addresses. A name is looked for backwards from each @, at most 64 characters as the standard has it. */
export const findEmails: Finder = (text, found) => {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = nameStart(text, at)
    if (start === at) continue
    HOST.lastIndex = at + 1
    const top = HOST.exec(text)?.[1]
    if (top === undefined || FILE_ENDINGS.has(top.toLowerCase())) continue
    // Not a person: the address of a repository, git@host:path.
    if (text.slice(start, at) === 'git' && text[HOST.lastIndex] === ':') continue
    found('email', start, HOST.lastIndex)
  }
}

const MAXIMUM_NAME = 64

/** Letters end before Chinese and Japanese, which are written against an address without a space. */
const HOST = /(?:[A-Za-z0-9\u00C0-\u024F][A-Za-z0-9\u00C0-\u024F-]{0,62}\.){1,8}([A-Za-z\u00C0-\u024F]{2,24})/y

const FILE_ENDINGS: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp ico css js jsx tsx html json xml yaml yml pdf txt'.split(' '),
)

/** Where the name before the @ starts; the @ itself when there is none, or one too long to be a name. */
function nameStart(text: string, at: number): number {
  let start = at
  while (start > 0 && isNameCharacter(text.charCodeAt(start - 1))) {
    start--
    if (at - start > MAXIMUM_NAME) return at
  }
  while (start < at && !isWordCharacter(text.charCodeAt(start))) start++
  return start
}

/** Signs that names are written with; the standard allows more, which in text are rather the text's own. */
const SIGNS: ReadonlySet<number> = new Set(".%+-'^~".split('').map((sign) => sign.charCodeAt(0)))

function isNameCharacter(code: number): boolean {
  return isWordCharacter(code) || SIGNS.has(code)
}

function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    (code >= 0xc0 && code <= 0x24f)
  )
}
