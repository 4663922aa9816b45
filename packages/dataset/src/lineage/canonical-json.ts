import type { JsonValue } from '../example.ts'
import { isList, isObject } from '../formats/shape.ts'

/**
 * One text for a JSON value: no white space, keys in the order of their UTF-16 code units, strings as `JSON.stringify` writes
 * them, numbers by their exact value. Members that are undefined are left out.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? canonicalNumber(String(value)) : 'null'
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  // A number whose digits a double would change.
  if (!isObject(value)) return canonicalNumber(value.rawJSON)
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const member: JsonValue | undefined = value[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * A decimal by its value alone: its digits without zeros at either end and, unless it is 0, the power of ten: `1.50` is `15e-1`,
 * `100` is `1e2`, `-0` is `0`.
 */
function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  const significant = digits.replace(/0+$/, '')
  // Exponents have any number of digits.
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${sign}${significant}${power === 0n ? '' : `e${power}`}`
}
