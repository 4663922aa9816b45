import { cueBefore, type Finder } from './finder.ts'

/** Telephone numbers: international, in a national form that is hardly anything else, or after a word for one. */
export const findPhones: Finder = (text, found) => {
  START.lastIndex = 0
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const [end, count] = endOf(text, match.index)
    if (count < SHORTEST) continue
    const written = text.slice(match.index, end)
    const rule = ruleOf(text, match.index, written, count)
    if (rule === undefined) continue
    found(rule, match.index, end)
    START.lastIndex = end
  }
}

/** Where a number may start: not inside a word, another number, an amount or an address. */
const START = /[+(\d](?<![\w.,+@#/$€£-].|[$€£] .|[\d\s][:=].)(?=[\d(])/g

const SHORTEST = 7
const MAXIMUM_DIGITS = 15

/** Digits and what separates them, at most 15 digits; one separator, or a bracket beside a space. */
function endOf(text: string, start: number): readonly [end: number, digits: number] {
  let end = start
  let digits = 0
  for (let at = start; digits < MAXIMUM_DIGITS; at++) {
    const character = text.charAt(at)
    if (character >= '0' && character <= '9') {
      digits++
      end = at + 1
    } else if (!SEPARATORS.test(text.slice(at, at + 3)) && !(at === start && character === '+')) break
  }
  return [end, digits]
}

/** What may stand between two digits, with the digit or bracket after it. */
const SEPARATORS = /^(?:[ ./-]?[()]?[ .-]?\d|[()][ ./-]?[\d(]|[ ./-][(])/

function ruleOf(text: string, start: number, written: string, count: number) {
  if (/\d/.test(text.charAt(start + written.length))) return undefined
  if (INTERNATIONAL.test(written) && count >= 8) return 'phone-international'
  if (DATE.test(written)) return undefined
  if (count >= 9 && count <= 11 && NATIONAL.some((form) => form.test(written))) return 'phone-national'
  if (count > 13 || !cueBefore(text, start, CUE, 36)) return undefined
  return 'phone-cue'
}

const INTERNATIONAL = /^(?:\+[ (]?|00)[1-9]/
const DATE = /^(?:\d{1,2}([./-])\d{1,2}\1\d{4}|\d{4}([./-])\d{1,2}\2\d{1,2})/

const NATIONAL: readonly RegExp[] = [
  // North America.
  /^\([2-9]\d\d\) ?[2-9]\d\d[-. ]\d{4}$/,
  /^[2-9]\d\d([-.])[2-9]\d\d\1\d{4}$/,
  // A leading 0 and groups: most of Europe, Japan, Australia.
  /^\(?0[1-9]\d{0,3}\)?(?:[ ./-]{1,2}\d{2,8}){1,4}$/,
  // Spain, three and then pairs.
  /^[679]\d\d(?: \d\d){3}$/,
]

/** Words that announce a number: English, German, French, Spanish, Italian, Polish, Dutch, Portuguese, Swedish, Japanese, Chinese. */
const CUE =
  /(?<![A-Za-z\u00C0-\u024F])(?:tel(?:\.|:|efon[a-zà-ÿ]*|ephone|éfono|efono|efoon[a-z]*|emóvel|emovel)?|(?:tele)?phone(?: number)?|mobile|cell(?:phone|ular[ea]?)?|fax|call|dial|text|ring|whatsapp|sms|(?:my|our|contact) number|reach|handy[a-z]*|mobil[a-z]*|rufnummer|erreichbar|tél(?:éphone)?|portable|appel[a-z]*|joindre|móvil|llám[a-z]*|celular|chiam[a-z]*|dzwoni[a-zć]*|komórk[a-z]*|bel|ligue|ring)(?![A-Za-z\u00C0-\u024F])|電話|携帯|手机|电话/i
