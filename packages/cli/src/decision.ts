import type { Decision } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'

/** What the user decided after `needs-decision`, as options. */
export interface DecisionFlags {
  readonly adopt?: string | undefined
  readonly createAgain?: true | undefined
}

/** The decision; undefined when none was taken. @throws AnytuneError `invalid-argument` for two at once. */
export function decisionOf({ adopt, createAgain }: DecisionFlags): Decision | undefined {
  if (adopt !== undefined && createAgain) {
    throw new AnytuneError('invalid-argument', '--adopt and --create-again are two different decisions', {
      hint: 'give one of them',
    })
  }
  return adopt === undefined ? createAgain && { createAgain } : { adopt }
}
