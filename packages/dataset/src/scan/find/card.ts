import { digitsOf, passesLuhn } from './check-digits.ts'
import type { Finder } from './finder.ts'

/** Payment cards: whole, in fours, or as American Express and Diners group them. */
export const findCards: Finder = (text, found) => {
  NUMBER.lastIndex = 0
  for (let match = NUMBER.exec(text); match !== null; match = NUMBER.exec(text)) {
    const digits = digitsOf(match[0])
    const isCard = SCHEMES.some((scheme) => scheme.test(digits)) && passesLuhn(digits)
    if (isCard) found('card-number', match.index, NUMBER.lastIndex)
    // A year or a count may stand before the number: try again one group later.
    else NUMBER.lastIndex = match.index + 1
  }
}

const NUMBER =
  /\d(?<![\w.+-].)(?:\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{3}([ -])\d{6}\2\d{4,5}|\d{12,18})(?![\w-]|\.\d)/g

/** Prefixes and lengths: Visa, Mastercard (two ranges), American Express, Discover, Diners, JCB, UnionPay, Maestro. */
const SCHEMES: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^5[1-5]\d{14}$/,
  /^2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^6(?:011|4[4-9]\d|5\d\d)\d{12}(?:\d{3})?$/,
  /^3(?:0[0-5]|[689]\d)\d{11}$/,
  /^35(?:2[89]|[3-8]\d)\d{12}(?:\d{3})?$/,
  /^62\d{14}(?:\d{3})?$/,
  /^(?:5018|5020|5038|6304|6759|676[1-3])\d{9,15}$/,
]
