import type { AnytuneError } from '@anytune/core/driver'
import { LISTS, type Account, type ListName } from './account.ts'
import type { Finding, Severity } from './finding.ts'
import { costs } from './findings/deployments.ts'
import { endsOfThings, endsOfTraining } from './findings/ends.ts'
import { expiries, leftOvers } from './findings/files.ts'
import { standingRuns } from './findings/runs.ts'
import { takeInventory, type Examination, type Inventory } from './inventory.ts'

/** What was found of one account. Lists that could not be read to their end are named: what they hold may be more. */
export interface Diagnosis extends Inventory, Pick<Account, 'profile' | 'provider' | 'scope' | 'runs'> {
  readonly unread: readonly { readonly list: ListName; readonly error: AnytuneError }[]
  /** The most urgent first, and among those the one with the least time left. */
  readonly findings: readonly Finding[]
}

/** An account that was looked at, or why it could not be. */
export type Looked =
  | { readonly profile: string; readonly diagnosis: Diagnosis }
  | { readonly profile: string; readonly error: AnytuneError }

/** Judges what was read of an account; asks nobody and changes nothing. */
export function diagnose(account: Account, examination: Examination): Diagnosis {
  const inventory = takeInventory(account, examination)
  const { profile, provider, scope, runs } = account
  const findings = [
    ...endsOfTraining(account, inventory, examination),
    ...endsOfThings(account, inventory, examination),
    ...expiries(account, inventory, examination),
    ...costs(inventory, examination),
    ...leftOvers(account, examination),
    ...standingRuns(account, examination),
  ]
  return {
    profile,
    provider,
    scope,
    runs,
    ...inventory,
    unread: LISTS.flatMap((list) => {
      const reading = account[list]
      return reading.state === 'could-not-read' ? [{ list, error: reading.error }] : []
    }),
    findings: findings.toSorted(byUrgency),
  }
}

const RANK: Readonly<Record<Severity, number>> = { urgent: 0, warning: 1, note: 2 }

function byUrgency(one: Finding, other: Finding): number {
  const { daysLeft = Infinity } = one
  const { daysLeft: otherDaysLeft = Infinity } = other
  return RANK[one.severity] - RANK[other.severity] || (daysLeft === otherDaysLeft ? 0 : daysLeft - otherDaysLeft)
}
