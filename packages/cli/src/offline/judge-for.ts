import type { LimitId } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Judge } from './judge.ts'

/** What the options of a command say of a target. */
export interface TargetOptions {
  /** `provider:model`. */
  readonly for?: string | undefined
  readonly method: string
  readonly role: string
  readonly allow?: readonly string[] | undefined
}

/**
 * Makes a judge for each file, where a target was named: by the catalogue alone, without account or configuration.
 *
 * @throws AnytuneError `invalid-argument` when nothing is on record of the target, or for a rule to allow that does not exist.
 */
export async function judgeFor(options: TargetOptions): Promise<(() => Promise<Judge>) | undefined> {
  if (options.for === undefined) return undefined
  const [{ catalogue }, { targetNamed }, { createJudge }] = await Promise.all([
    import('@anytune/catalogue'),
    import('./target.ts'),
    import('./judge.ts'),
  ])
  const target = targetNamed(catalogue, options.for, options.method)
  const allow = options.allow ?? []
  const { LIMITS } = await import('@anytune/dataset')
  assertKnown(allow, LIMITS)
  const role = options.role === 'validation' ? 'validation' : 'training'
  return () => createJudge(target, { role, allow, now: new Date() })
}

function assertKnown(allow: readonly string[], limits: Readonly<Record<LimitId, unknown>>): void {
  const strange = allow.find((id) => !Object.hasOwn(limits, id))
  if (strange === undefined) return
  throw new AnytuneError('invalid-argument', `there is no rule "${strange}" to allow`, {
    hint: `rules: ${Object.keys(limits).join(', ')}`,
  })
}

/**
 * Options that say something of a target say nothing without one, and are not ignored.
 *
 * @param names Of those options, as in `{ monthlyInput }`.
 * @throws AnytuneError `invalid-argument` when one was written without `--for`.
 */
export function assertTarget(command: CommandUnknownOpts, names: readonly string[]): void {
  if (command.getOptionValueSource('for') !== undefined) return
  const written = names.find((name) => command.getOptionValueSource(name) === 'cli')
  const option = command.options.find((known) => known.attributeName() === written)
  if (option === undefined) return
  throw new AnytuneError('invalid-argument', `${option.long} says nothing without a target`, {
    hint: 'name one with --for provider:model',
  })
}
