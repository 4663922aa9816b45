import type { Finder } from './finder.ts'
import { isInvented, isRandom } from './invented.ts'

/** JSON Web Tokens, and what follows `Bearer` or `Basic` in a header. */
export const findTokens: Finder = (text, found) => {
  JWT.lastIndex = 0
  for (let match = JWT.exec(text); match !== null; match = JWT.exec(text)) {
    if (namesAlgorithm(match[1] ?? '') && !isDocumented(match[2] ?? ''))
      found('json-web-token', match.index, JWT.lastIndex)
  }
  HEADER.lastIndex = 0
  for (let match = HEADER.exec(text); match !== null; match = HEADER.exec(text)) {
    const value = match[1] ?? ''
    if (isInvented(value) || !isRandom(value)) continue
    found('authorization-header', HEADER.lastIndex - value.length, HEADER.lastIndex)
  }
}

/** Three parts of base64url, the first two of which begin as `{"` does. */
const JWT = /(?<![\w.-])(eyJ[\w-]{8,2000})\.(eyJ[\w-]{4,16000})\.[\w-]{16,1500}/g

function namesAlgorithm(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('latin1').includes('"alg"')
}

/** The token with which the format is explained everywhere. */
function isDocumented(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('latin1').startsWith('{"sub":"1234567890"')
}

const HEADER = /(?<!\w)(?:Bearer|Basic) {1,3}([\w.~+/=-]{20,2000})/gi
