import { isIPv4, isIPv6 } from 'node:net'
import { cueBefore, type Finder } from './finder.ts'

/** Public addresses of computers; private, local and other special ones identify nobody. */
export const findIpAddresses: Finder = (text, found) => {
  V4.lastIndex = 0
  for (let match = V4.exec(text); match !== null; match = V4.exec(text)) {
    const address = match[0]
    if (!isIPv4(address) || SPECIAL_V4.test(address) || cueBefore(text, match.index, VERSION, 24)) continue
    found('ip-v4', match.index, V4.lastIndex)
  }
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    V6.lastIndex = groupStart(text, colon)
    const start = V6.lastIndex
    const address = V6.exec(text)?.[0]
    if (address === undefined) continue
    colon = V6.lastIndex
    const groups = address.split(':').filter((group) => group !== '')
    if (groups.length >= 3 && isIPv6(address) && !SPECIAL_V6.test(address)) found('ip-v6', start, V6.lastIndex)
  }
}

/** Where the four hexadecimal digits before a colon start, or fewer of them. */
function groupStart(text: string, colon: number): number {
  let start = colon
  while (colon - start < 4 && HEXADECIMAL.test(text.charAt(start - 1))) start--
  return start
}

const HEXADECIMAL = /[0-9A-Fa-f]/

const V4 = /\d(?<![\w.-].)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)/g
const V6 = /(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])/y

/** This network, private, carrier's, loopback, link-local, multicast and reserved. */
const SPECIAL_V4 =
  /^(?:0|10|127|2[2-5]\d|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./
const SPECIAL_V6 = /^(?:f[cdef]|::)/i

/** Four numbers with points are also how programs and paragraphs are numbered. */
const VERSION =
  /(?:\bv|ver\.?|versions?|version[a-zà-ÿ]*|release|build|firmware|sections?|chapter|§|バージョン)[\s:=]{0,3}$/i
