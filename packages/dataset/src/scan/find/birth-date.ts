import type { Finder } from './finder.ts'

/** Dates after a word for birth, or before the Japanese one. */
export const findBirthDates: Finder = (text, found) => {
  CUE.lastIndex = 0
  for (let match = CUE.exec(text); match !== null; match = CUE.exec(text)) {
    const from = CUE.lastIndex
    if (isLetter(text.charCodeAt(match.index - 1)) && isLetter(text.charCodeAt(match.index))) continue
    const date = DATE.exec(text.slice(from, from + REACH + LONGEST_DATE))
    if (date === null || date.index > REACH || !hasBirthYear(date[0])) continue
    found('birth-date', from + date.index, from + date.index + date[0].length)
  }
  BORN_AFTER.lastIndex = 0
  for (let match = BORN_AFTER.exec(text); match !== null; match = BORN_AFTER.exec(text)) {
    found('birth-date', match.index, BORN_AFTER.lastIndex)
  }
}

/** How far a date may stand behind its word, in characters. */
const REACH = 30
const LONGEST_DATE = 32

/** English, German, French, Spanish, Italian, Polish, Dutch, Portuguese, Swedish, Finnish, Japanese, Chinese. */
const CUE =
  /(?:born|birth[ _-]?da(?:te|y)|date[ _]of[ _]birth|d\.?o\.?b(?![A-Za-z])|geb(?:oren|\.)|geburtsdatum|geburtstag|née?(?![A-Za-z\u00C0-\u024F])|né\(e\)|(?:date de )?naissance|(?:fecha de )?nacimiento|nací|nacid[oa]|nat[oa](?![A-Za-z\u00C0-\u024F])|(?:data di )?nascita|urodz[a-z\u00C0-\u024F]{1,8}|ur\.|geboortedatum|(?:data de )?nascimento|nasci(?:d[oa])?(?![A-Za-z\u00C0-\u024F])|född|födelsedatum|syntymäaika)|生年月日|誕生日|出生/gi

const DATE =
  /(?<!\d)(?:\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}(?:st|nd|rd|th|er|º|\.)? (?:of |de )?[A-Za-z\u00C0-\u024F]{3,12}\.?,? (?:de |del )?\d{4}|[A-Za-z\u00C0-\u024F]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日)(?!\d)/

const BORN_AFTER = /(?<!\d)(?:19|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日(?= ?に?(?:生まれ|誕生|出生))/g

/** Letters of Europe; Chinese and Japanese words have none before them that would join them. */
function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || (code >= 0xc0 && code <= 0x24f)
}

/** A year with two digits is one, too. */
function hasBirthYear(date: string): boolean {
  const year = /\d{4}/.exec(date)?.[0]
  return year === undefined || (Number(year) >= 1900 && Number(year) <= 2099)
}
