import type { AccountTerms } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { profilesOf, withTuner } from '../open-tuner.ts'
import type { Session } from '../session.ts'

/** The terms of one profile, or why they are not known. */
export type ProfileTerms =
  | { readonly profile: string; readonly terms: AccountTerms }
  | { readonly profile: string; readonly error: AnytuneError }

/**
 * The terms of the profiles named; of none: of the one that `--provider` names, else of all of the configuration. A profile that cannot
 * be opened, or asked, is no reason not to tell of the others.
 *
 * @throws AnytuneError `configuration` when there is no configuration.
 */
export async function termsOfProfiles(
  session: Session,
  named: readonly string[],
  live: boolean,
): Promise<readonly ProfileTerms[]> {
  const { globals } = session
  const chosen = globals.provider === undefined ? named : [...named, globals.provider]
  const profiles = chosen.length > 0 ? [...new Set(chosen)] : await profilesOf(session)
  return interruptible(async (signal) => {
    const told: ProfileTerms[] = []
    for (const profile of profiles) {
      const at: Session = { ...session, globals: { ...globals, provider: profile } }
      told.push(
        await withTuner(at, async (tuner) => ({ profile, terms: await tuner.terms({ live, signal }) })).catch(
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
