import type { ScanRuleId } from '../scan-rules.ts'
import { digitsOf, isMonthDay, passesLuhn, passesModulo1110, remainder, weighted } from './check-digits.ts'
import { cueBefore, type Finder } from './finder.ts'

/** Numbers of persons with their states. Each form is tried where a number or a few capitals before one start. */
export const findNationalIds: Finder = (text, found) => {
  START.lastIndex = 0
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const start = match.index
    const end = endOfId(text, start, found)
    START.lastIndex = end ?? start + 1
  }
}

/** Eight characters of an id's alphabet at least, so that most words and numbers are passed over at once. */
const START = /[A-Z0-9](?<![\w.-].)(?=[A-Z0-9 ./+-]{7})/g

function endOfId(text: string, start: number, found: Parameters<Finder>[1]): number | undefined {
  const forms = text.charCodeAt(start) > 0x39 ? LETTER_FIRST : DIGIT_FIRST
  for (const { rule, form, valid, cue } of forms) {
    form.lastIndex = start
    const written = form.exec(text)?.[0]
    if (written === undefined || !valid(written.replaceAll(/[ ./-]/g, ''))) continue
    if (cue !== undefined && !cueBefore(text, start, cue)) continue
    found(rule, start, form.lastIndex)
    return form.lastIndex
  }
  return undefined
}

interface IdForm {
  readonly rule: ScanRuleId
  /** Sticky. */
  readonly form: RegExp
  /** Judges the number without spaces, points, slashes and hyphens. */
  readonly valid: (plain: string) => boolean
  /** A word that must stand before it, where the number itself could be any. */
  readonly cue?: RegExp
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const HETU_CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY'

const IDS: readonly IdForm[] = [
  { rule: 'us-ssn', form: /\d{3}-\d{2}-\d{4}(?![\w-])/y, valid: isSocialSecurity },
  { rule: 'us-ssn', form: /\d{3} ?\d{2} ?\d{4}(?![\w-])/y, valid: isSocialSecurity, cue: /social security|\bssn\b/i },
  {
    rule: 'uk-nino',
    form: /(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)/y,
    valid: () => true,
  },
  {
    rule: 'uk-nhs',
    form: /\d{3}[ -]?\d{3}[ -]?\d{4}(?!\w)/y,
    valid: (plain) => remainder(String(weighted(plain, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])), 11) === 0,
    cue: /\bnhs\b/i,
  },
  {
    rule: 'es-dni',
    form: /\d{8}[ -]?[A-Z](?!\w)/y,
    valid: (plain) => plain.at(-1) === DNI_LETTERS[Number(plain.slice(0, 8)) % 23],
  },
  {
    rule: 'es-nie',
    form: /[XYZ][ -]?\d{7}[ -]?[A-Z](?!\w)/y,
    valid: (plain) => plain.at(-1) === DNI_LETTERS[Number('XYZ'.indexOf(plain.charAt(0)) + plain.slice(1, 8)) % 23],
  },
  {
    rule: 'it-codice-fiscale',
    form: /[A-Z]{6} ?\d\d[A-EHLMPRST]\d\d ?[A-Z]\d{3}[A-Z](?!\w)/y,
    valid: isCodiceFiscale,
  },
  {
    rule: 'fr-nir',
    form: /[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\w)/y,
    valid: (plain) => 97 - remainder(corsican(plain.slice(0, 13)), 97) === Number(plain.slice(13)),
  },
  {
    rule: 'de-social-security',
    form: /\d\d ?\d{6} ?[A-Z] ?\d\d ?\d(?!\w)/y,
    valid: isGermanSocialSecurity,
  },
  {
    rule: 'de-tax-id',
    form: /[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?!\w)/y,
    valid: passesModulo1110,
    cue: /steuer|\bidnr\b|\btin\b/i,
  },
  {
    rule: 'pl-pesel',
    form: /\d{11}(?!\w)/y,
    valid: (plain) => weighted(plain, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    cue: /\bpesel/i,
  },
  {
    rule: 'nl-bsn',
    form: /\d{4}\.?\d\d\.?\d{3}(?!\w)|\d{3} ?\d{3} ?\d{3}(?!\w)/y,
    valid: (plain) => weighted(plain, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    cue: /\bbsn\b|burgerservice|sofi/i,
  },
  {
    rule: 'pt-nif',
    form: /[1-9]\d\d ?\d{3} ?\d{3}(?!\w)/y,
    valid: (plain) => ((11 - (weighted(plain, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(plain[8]),
    cue: /\bnif\b|contribuinte|identificação fiscal/i,
  },
  {
    rule: 'jp-my-number',
    form: /\d{4}[ -]?\d{4}[ -]?\d{4}(?!\w)/y,
    valid: (plain) => {
      const rest = weighted(plain, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
      return (rest <= 1 ? 0 : 11 - rest) === Number(plain[11])
    },
    cue: /マイナンバー|個人番号|my ?number/i,
  },
  { rule: 'br-cpf', form: /\d{3}\.\d{3}\.\d{3}-\d\d(?!\w)/y, valid: isCpf },
  { rule: 'br-cpf', form: /\d{11}(?!\w)/y, valid: isCpf, cue: /\bcpf\b/i },
  {
    rule: 'se-personnummer',
    form: /(?:19|20)?\d{6}[-+]\d{4}(?!\w)/y,
    valid: (plain) => {
      const ten = digitsOf(plain).slice(-10)
      // A number for those who are not registered adds 60 to the day.
      const day = Number(ten.slice(4, 6))
      return isMonthDay(Number(ten.slice(2, 4)), day > 60 ? day - 60 : day) && passesLuhn(ten)
    },
  },
  {
    rule: 'fi-hetu',
    form: /\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?!\w)/y,
    valid: (plain) => {
      const number = plain.replace(/^(\d{6})\D/, '$1')
      return (
        isMonthDay(Number(number.slice(2, 4)), Number(number.slice(0, 2))) &&
        HETU_CHARACTERS[Number(number.slice(0, 9)) % 31] === number.at(-1)
      )
    },
  },
  {
    rule: 'be-national-number',
    form: /\d\d\.\d\d\.\d\d-\d{3}\.\d\d(?!\w)/y,
    valid: (plain) =>
      // Those born since 2000 have a 2 before the number in the sum.
      ['', '2'].some((century) => 97 - remainder(century + plain.slice(0, 9), 97) === Number(plain.slice(9))),
  },
  {
    rule: 'ch-ahv',
    form: /756\.?\d{4}\.?\d{4}\.?\d\d(?!\w)/y,
    valid: (plain) => weighted(plain, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  {
    rule: 'cn-resident-id',
    form: /[1-9]\d{5}(?:19|20)\d\d\d{4}\d{3}[\dXx](?!\w)/y,
    valid: (plain) =>
      isMonthDay(Number(plain.slice(10, 12)), Number(plain.slice(12, 14))) &&
      '10X98765432'[weighted(plain, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] ===
        plain.at(-1)?.toUpperCase(),
  },
]

const LETTER_FIRST = IDS.filter(({ form }) => form.source.includes('[A-CEGHJ-PR-TW-Z]') || /^\[[A-Z]/.test(form.source))
const DIGIT_FIRST = IDS.filter((id) => !LETTER_FIRST.includes(id))

/** Area, group and serial that were ever issued. */
function isSocialSecurity(plain: string): boolean {
  return !/^(?:000|666|9)|^...00|0000$/.test(plain)
}

const ODD_VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].flatMap(
    (value, index) => [
      [String.fromCharCode(65 + index), value] as const,
      ...(index < 10 ? [[String(index), value] as const] : []),
    ],
  ),
)

function isCodiceFiscale(plain: string): boolean {
  let sum = 0
  for (let index = 0; index < 15; index++) {
    const character = plain.charAt(index)
    // Places count from 1: the first is odd.
    if (index % 2 === 0) sum += ODD_VALUES[character] ?? 0
    else sum += /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
  }
  return plain.charCodeAt(15) - 65 === sum % 26
}

/** The departments of Corsica have a letter, for which the sum has a number. */
function corsican(number: string): string {
  return number.replace('2A', '19').replace('2B', '18')
}

function isGermanSocialSecurity(plain: string): boolean {
  const letter = String(plain.charCodeAt(8) - 64).padStart(2, '0')
  const number = plain.slice(0, 8) + letter + plain.slice(9, 11)
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
  const sum = weights.reduce((total, weight, index) => total + crossSum(weight * Number(number[index])), 0)
  return sum % 10 === Number(plain[11])
}

function crossSum(value: number): number {
  return Math.floor(value / 10) + (value % 10)
}

function isCpf(plain: string): boolean {
  const check = (weights: readonly number[]) => ((weighted(plain, weights) * 10) % 11) % 10
  return (
    !/^(\d)\1+$/.test(plain) &&
    check([10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(plain[9]) &&
    check([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(plain[10])
  )
}
