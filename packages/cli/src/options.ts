import { InvalidArgumentError } from '@commander-js/extra-typings'

/** A finite number; its bounds are the provider's to judge. */
export function numberOption(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}

/** A whole number, 1 or more. */
export function countOption(text: string): number {
  const value = numberOption(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return value
}

/** Gathers `key=value` pairs into nested objects; a value that reads as JSON is taken as JSON, any other as text. */
export function settingOption(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = text.indexOf('=')
  const path = text.slice(0, Math.max(0, at)).split('.')
  if (at < 1 || path.some((key) => key === '' || key === '__proto__')) {
    throw new InvalidArgumentError('Write it as key=value or key.key=value.')
  }
  return withSetting(before, path, jsonOrText(text.slice(at + 1)))
}

function withSetting(
  into: Readonly<Record<string, unknown>>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (rest.length === 0) return { ...into, [key]: value }
  const inner = Object.hasOwn(into, key) ? into[key] : {}
  if (!isObject(inner)) throw new InvalidArgumentError(`"${key}" was already set to a single value.`)
  return { ...into, [key]: withSetting(inner, rest, value) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
