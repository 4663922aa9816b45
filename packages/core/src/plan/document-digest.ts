import { createHash } from 'node:crypto'
import { AnytuneError } from '../errors.ts'
import type { Plan } from './plan-document.ts'

/** Seals a plan, so that one that was edited afterwards is noticed. */
export function sealPlan(plan: Omit<Plan, 'digest'>): Plan {
  // As JSON holds it: a plan read from a file has no undefined members and must have the same digest.
  const document = JSON.parse(JSON.stringify(plan)) as Omit<Plan, 'digest'>
  return { ...document, digest: digestOf(document) }
}

/** @throws AnytuneError `invalid-argument` for a document of another version, or one that was edited. */
export function assertSealed(plan: Plan): void {
  if (typeof plan !== 'object' || plan === null || plan.version !== 1) {
    throw new AnytuneError('invalid-argument', 'this is not a plan that this version of anytune can read', {
      hint: 'make the plan again',
      next: [{ do: 'plan' }],
    })
  }
  const { digest, ...document } = plan
  if (digest !== digestOf(document)) {
    throw new AnytuneError('invalid-argument', 'the plan was changed after it was made', {
      hint: 'plans are not edited: make a new one with the settings wanted',
    })
  }
}

/** Lower-case hex SHA-256 of a JSON document, whatever the order of its members. */
export function digestOf(document: object): string {
  return createHash('sha256').update(canonical(document)).digest('hex')
}

/** JSON with the members of every object in order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
