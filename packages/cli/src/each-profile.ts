import type { Tuner } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'
import { understand } from './failure.ts'
import { interruptible } from './interrupt.ts'
import { profilesOf, withTuner } from './open-tuner.ts'
import type { Session } from './session.ts'

/** What work with one profile came to, or why there is none. */
export type OfProfile<T> =
  | { readonly profile: string; readonly value: T }
  | { readonly profile: string; readonly error: AnytuneError }

/**
 * Does the same with each of the profiles named; with none named: with the one that `--provider` names, else with all of the configuration.
 * A profile that cannot be opened, or asked, is no reason not to tell of the others.
 *
 * @throws AnytuneError `configuration` when there is no configuration.
 */
export async function eachProfile<T>(
  session: Session,
  named: readonly string[],
  work: (tuner: Tuner, signal: AbortSignal) => Promise<T>,
): Promise<readonly OfProfile<T>[]> {
  const { globals } = session
  const chosen = globals.provider === undefined ? named : [...named, globals.provider]
  const profiles = chosen.length > 0 ? [...new Set(chosen)] : await profilesOf(session)
  return interruptible(async (signal) => {
    const told: OfProfile<T>[] = []
    for (const profile of profiles) {
      const at: Session = { ...session, globals: { ...globals, provider: profile } }
      told.push(
        await withTuner(at, async (tuner) => ({ profile, value: await work(tuner, signal) })).catch(
          (cause: unknown) => {
            signal.throwIfAborted()
            return { profile, error: understand(cause) }
          },
        ),
      )
    }
    return told
  })
}
