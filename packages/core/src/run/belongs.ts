import type { Driver } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import type { Plan } from '../plan/plan-document.ts'
import type { RunRecord } from './records.ts'

/** Refuses what was planned for another provider or account. @throws AnytuneError `invalid-argument` naming the difference. */
export function assertBelongs(driver: Driver, plan: Plan): void {
  for (const part of ['provider', 'scope'] as const) {
    if (plan[part] === driver[part]) continue
    throw new AnytuneError(
      'invalid-argument',
      `the plan is for the ${part} "${plan[part]}", but this is "${driver[part]}"`,
      {
        hint: `choose the profile it was made with: --provider ${plan.profile}`,
      },
    )
  }
}

/** Refuses to go on with a run whose things were removed. @throws AnytuneError `failed-precondition`. */
export function assertNotPurged({ id, purged }: RunRecord): void {
  if (purged === undefined) return
  throw new AnytuneError('failed-precondition', `the run ${id} was purged: what it made is removed`, {
    hint: 'make a new plan to train again; where the purge did not come to its end, purge the run again',
    next: [{ do: 'purge', target: { kind: 'run', id } }],
    data: { purge: purged },
  })
}
