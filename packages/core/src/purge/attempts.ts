import type { Attempt } from '../driver.ts'
import type { StoredEntry } from '../operation/journal.ts'
import { attemptOf, foldSteps, type StepState } from '../operation/operation.ts'

/** Everything that was ever tried for one step, under whichever key. */
export interface StepHistory {
  /** Ids of what was made, or was taken as ours, and when that was written down. */
  readonly made: ReadonlyMap<string, Date>
  /** Attempts of which it is not known whether they made something. */
  readonly open: readonly Attempt[]
  /** Attempts that made nothing that is known, the open ones among them: parts of an upload may be left of each. */
  readonly unfinished: readonly Attempt[]
  /** There may be more than what is in `made`: an answer was lost, or the thing was asked for twice. */
  readonly uncertain: boolean
  readonly keys: ReadonlySet<string>
}

/** The history of a step: `foldSteps` tells of the last attempt alone, and an earlier one may have made something as well. */
export function historyOf(entries: readonly StoredEntry[], step: string): StepHistory {
  const attempts = attemptsOf(entries, step)
  const made = new Map<string, Date>()
  for (const { entries: own, state } of attempts) {
    const id = state.id ?? state.adopt
    const at = own.findLast(({ entry }) => entry.type === 'done' || entry.type === 'decided')?.at
    if (id !== undefined && id !== null && at !== undefined) made.set(id, at)
  }
  const states = attempts.map(({ state }) => state)
  const open = states.filter(isOpen)
  const begun = attempts.flatMap(({ entries: own }) => own.filter(({ entry }) => entry.type === 'begun'))
  return {
    made,
    open: open.map(attemptOf),
    unfinished: states.filter(({ state }) => state !== 'done').map(attemptOf),
    uncertain: open.length > 0 || begun.length > 1,
    keys: new Set(states.map(({ key }) => key)),
  }
}

function isOpen({ state, adopt }: StepState): boolean {
  return (state === 'begun' || state === 'unsure') && typeof adopt !== 'string'
}

interface KeyAttempt {
  readonly entries: readonly StoredEntry[]
  readonly state: StepState
}

function attemptsOf(entries: readonly StoredEntry[], step: string): readonly KeyAttempt[] {
  const groups: StoredEntry[][] = []
  let key: string | undefined
  for (const stored of entries) {
    const { entry } = stored
    if (!('step' in entry) || entry.step !== step) continue
    if (entry.type === 'begun' && entry.key !== key) {
      key = entry.key
      groups.push([])
    }
    groups.at(-1)?.push(stored)
  }
  return groups.flatMap((group) => {
    const state = foldSteps(group).get(step)
    return state === undefined ? [] : [{ entries: group, state }]
  })
}
