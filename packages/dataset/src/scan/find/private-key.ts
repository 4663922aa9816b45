import type { Finder } from './finder.ts'

/** Private keys in PEM, to their end where they have one: also the beginning of a key is too much. */
export const findPrivateKeys: Finder = (text, found) => {
  KEY.lastIndex = 0
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    if (BASE64.test(match[1] ?? '')) found('private-key', match.index, KEY.lastIndex)
  }
}

/** The body holds no two hyphens, so that each start reads only to the next. White space also where a line end was written as an escape. */
const KEY =
  /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----((?:[A-Za-z0-9+/=\s:,.()]|-(?!-)){0,20000})(?:-----END [A-Z0-9 ]{0,40}-----)?/g

/** What documentation has instead of a key is shorter. */
const BASE64 = /[A-Za-z0-9+/=]{24}/
