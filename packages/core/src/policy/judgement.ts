import type { NearestMiss } from './nearest-miss.ts'
import type { Decided, PolicyReason } from './verdict.ts'

/** What the policy says of one thing to be done, as plans and errors have it. */
export type Judgement =
  | { readonly configured: false; readonly verdict: 'permit'; readonly note: string }
  | {
      readonly configured: true
      readonly verdict: Decided
      /** The verdict in one line. */
      readonly note: string
      readonly name: string
      /** Lower-case hex SHA-256 of the policy. */
      readonly digest: string
      /** What is in the way first. */
      readonly reasons: readonly PolicyReason[]
      /** Offerings on record that come nearest to what is demanded; absent where nothing is in the way. */
      readonly nearest?: readonly NearestMiss[]
    }

export const NO_POLICY = 'policy: none, not evaluated'

export const NOT_CONFIGURED: Judgement = { configured: false, verdict: 'permit', note: NO_POLICY }
