import { AnytuneError } from '../errors.ts'
import type { Plan } from './plan-document.ts'

/** @throws AnytuneError `failed-precondition` when a check of the plan has failed. */
export function assertPreflight(plan: Plan): void {
  const failed = plan.preflight.filter(({ result }) => result === 'failed')
  const [first] = failed
  if (first === undefined) return
  throw new AnytuneError('failed-precondition', `${plan.provider}: ${first.message}`, {
    provider: plan.provider,
    operation: 'preflight',
    hint: first.hint ?? 'mend it, and plan again',
    ...(first.next && { next: first.next }),
    data: { checks: failed },
  })
}
