import type { Money } from '@anytune/core'
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

/** An amount of money with its currency: `2USD`, `0.50 EUR`. */
export function moneyOption(text: string): Money {
  const [, amount, currency] = /^(\d+(?:\.\d+)?) ?([A-Z]{3})$/.exec(text) ?? []
  if (amount === undefined || currency === undefined) {
    throw new InvalidArgumentError('Write the amount and its currency, such as 2USD or 0.50EUR.')
  }
  return { amount: Number(amount), currency }
}

/** How often a minute, from `60/min`, `2/s` or `60`. */
export function rateOption(text: string): number {
  const [, count, unit = 'min'] = /^(\d+(?:\.\d+)?)(?:\/(s|min|h))?$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0) {
    throw new InvalidArgumentError('Write how many in how long, such as 60/min or 2/s.')
  }
  return Number(count) * (PER_MINUTE[unit] ?? 1)
}

const PER_MINUTE: Readonly<Record<string, number>> = { s: 60, min: 1, h: 1 / 60 }

/** A day, which counts from its first instant in UTC, or a moment in ISO 8601 with its zone. */
export function momentOption(text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = day || moment ? Date.parse(text) : Number.NaN
  const isDay = !Number.isNaN(time) && (!day || new Date(time).toISOString().startsWith(text))
  if (!isDay) throw new InvalidArgumentError('Write a day as 2026-11-01, or a moment as 2026-11-01T08:00:00Z.')
  return new Date(time)
}

/** Gathers the values of an option that may be repeated. */
export function listOption(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
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
