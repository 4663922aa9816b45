import { integer, moment } from '../output/units.ts'
import type { Cost, DeploymentState } from './inventory.ts'
import { hoursBetween, type Basis, type End } from './known.ts'

/** `until 2027-01-14`, what is promised where no more is known, or what puts it off. */
export function until({ at, notBefore, unlessUsed }: Pick<End, 'at' | 'notBefore' | 'unlessUsed'>): string {
  const promised = notBefore ? `until ${day(at)} at least` : `until ${day(at)}`
  return unlessUsed ? `${promised} unless it is used` : promised
}

/** The day alone where something ends with a day, the moment otherwise. */
export function day(at: Date): string {
  return moment(at).replace('T00:00:00Z', '')
}

export function costText(cost: Cost): string {
  if (cost.kind === 'unknown') return `may cost: ${cost.reason}`
  const { perHour, currency, hours, soFar } = cost
  if (perHour === 0) return 'costs nothing while it exists'
  const rate = `costs ${money(perHour)} ${currency} an hour`
  if (hours === undefined || soFar === undefined) return rate
  return `${rate}, about ${money(soFar)} ${currency} in its ${integer(Math.round(hours))} hours so far`
}

export function usedText(
  { lastUsedAt, unusedSince }: Pick<DeploymentState, 'lastUsedAt' | 'unusedSince'>,
  now: Date,
): string {
  if (lastUsedAt === undefined) return unusedSince === undefined ? 'use unknown' : 'never used'
  const days = Math.floor(hoursBetween(lastUsedAt, now) / 24)
  return days < 1 ? 'used within a day' : `not used for ${integer(days)} ${days === 1 ? 'day' : 'days'}`
}

/** Who says so, and how sure that is. */
export function basisText(basis: Basis | undefined): string {
  if (basis === undefined) return ''
  if (basis.by === 'provider') return 'says the provider'
  const { source, grade, staleDays } = basis
  const read = `${source.title}, read on ${source.readOn}, ${grade}`
  return staleDays === undefined ? read : `${read}; ${staleDays} days old, look it up again`
}

function money(amount: number): string {
  return new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount)
}
