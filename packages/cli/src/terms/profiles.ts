import type { AccountTerms } from '@anytune/core'
import { eachProfile, type OfProfile } from '../each-profile.ts'
import type { Session } from '../session.ts'

/** The terms of one profile, or why they are not known. */
export type ProfileTerms =
  | { readonly profile: string; readonly terms: AccountTerms }
  | Extract<OfProfile<AccountTerms>, { readonly error: unknown }>

/** The terms of the profiles named, as {@link eachProfile} chooses them. */
export async function termsOfProfiles(
  session: Session,
  named: readonly string[],
  live: boolean,
): Promise<readonly ProfileTerms[]> {
  const told = await eachProfile(session, named, (tuner, signal) => tuner.terms({ live, signal }))
  return told.map((one) => ('error' in one ? one : { profile: one.profile, terms: one.value }))
}
