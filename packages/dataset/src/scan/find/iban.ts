import { remainder } from './check-digits.ts'
import type { Finder } from './finder.ts'

/** Bank accounts: an IBAN ends where its country's length says, which is how it is told from the words after it. */
export const findIbans: Finder = (text, found) => {
  START.lastIndex = 0
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const length = LENGTHS.get(match[0].slice(0, 2).toUpperCase())
    const end = length === undefined ? undefined : endOf(text, match.index, length)
    if (end === undefined || !isValid(text.slice(match.index, end))) continue
    found('iban', match.index, end)
    START.lastIndex = end
  }
}

const START = /[A-Z](?<![A-Z0-9].)[A-Z]\d{2}(?=[ -]?[A-Z0-9])/gi

/** Lengths by country, from SWIFT's IBAN registry. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** The index after so many letters and digits, single spaces or hyphens between them; undefined when the text has other things there. */
function endOf(text: string, start: number, length: number): number | undefined {
  let at = start
  for (let count = 0; count < length; at++) {
    if (isLetterOrDigit(text.charCodeAt(at))) count++
    else if (!(text[at] === ' ' || text[at] === '-') || !isLetterOrDigit(text.charCodeAt(at + 1))) return undefined
  }
  return /[A-Za-z0-9]/.test(text.charAt(at)) ? undefined : at
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

function isValid(written: string): boolean {
  const plain = written.replaceAll(/[ -]/g, '').toUpperCase()
  const turned = plain.slice(4) + plain.slice(0, 4)
  return (
    remainder(
      turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)),
      97,
    ) === 1
  )
}
