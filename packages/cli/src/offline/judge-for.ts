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
 * @throws AnytuneError `invalid-argument` when nothing is on record of the target.
 */
export async function judgeFor(options: TargetOptions): Promise<(() => Promise<Judge>) | undefined> {
  if (options.for === undefined) return undefined
  const [{ catalogue }, { targetNamed }, { createJudge }] = await Promise.all([
    import('@anytune/catalogue'),
    import('./target.ts'),
    import('./judge.ts'),
  ])
  const target = targetNamed(catalogue, options.for, options.method)
  const role = options.role === 'validation' ? 'validation' : 'training'
  return () => createJudge(target, { role, allow: options.allow ?? [], now: new Date() })
}
