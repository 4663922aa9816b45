import { digitsOf } from './check-digits.ts'
import { cueBefore, type Finder } from './finder.ts'

/** Telephone numbers: international, in a national form that is hardly anything else, or after a word for one. */
export const findPhones: Finder = (text, found) => {
  START.lastIndex = 0
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    NUMBER.lastIndex = match.index
    const written = NUMBER.exec(text)?.[0] ?? ''
    const end = match.index + written.length
    const count = digitsOf(written).length
    if (count < SHORTEST) continue
    const rule = ruleOf(text, match.index, written, count)
    if (rule === undefined) continue
    found(rule, match.index, end)
    START.lastIndex = end
  }
}

/** Where a number may start: not inside a word, another number, an amount or an address. */
const START = /[+(\d](?<![\w.,+@#/$€£-].|[$€£] .|[\d\s][:=].)(?=[\d(])/g

const SHORTEST = 7

/** At most 15 digits, as the world's numbering plan has it, and between two of them one sign, or two with a bracket. */
const NUMBER = /\+?[ (]?\(?\d(?:[ ./-]?[()]?[ ./-]?\(?\d){0,14}/y

function ruleOf(text: string, start: number, written: string, count: number) {
  // A part of a longer number, or of one in groups.
  if (/\d/.test(text.charAt(start + written.length))) return undefined
  if (!written.startsWith('+') && /\d[ -]$/.test(text.slice(start - 2, start))) return undefined
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
