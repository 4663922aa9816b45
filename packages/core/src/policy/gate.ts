import { AnytuneError } from '../errors.ts'
import type { Judgement } from './judgement.ts'

declare const permit: unique symbol

/** Leave to send content, minted by core's gate alone. Every driver method through which content leaves takes one. */
export interface Permit {
  readonly [permit]: true
  /** What may be done: stage one dataset, or ask a model. */
  readonly purpose: 'stage' | 'chat'
  /** Digest of the one dataset it is for, lower-case hex; absent for chat. */
  readonly sha256?: string
  /** The policy's verdict in one line. */
  readonly verdict: string
}

const REGISTRY = Symbol.for('@anytune/core/permits')

/** Shared by all copies of this package in the process: the command line's and the project's own may both be loaded. */
function registry(): WeakSet<object> {
  const shared = globalThis as { [REGISTRY]?: WeakSet<object> }
  return (shared[REGISTRY] ??= new WeakSet())
}

/**
 * Mints the permit for what was judged, and found permitted. Without a policy everything is, and the verdict says that nothing was evaluated.
 *
 * @throws AnytuneError `policy-refused` for what it does not.
 */
export function requestPermit(
  request: { readonly purpose: Permit['purpose']; readonly sha256?: string },
  judged: Judgement,
): Permit {
  if (judged.verdict !== 'permit') {
    throw new AnytuneError('policy-refused', `content may not be sent: ${judged.note}`, {
      hint: 'choose what the policy permits',
    })
  }
  // The brand exists for the type checker alone; at run time the WeakSet is what cannot be forged.
  const granted = Object.freeze({ ...request, verdict: judged.note }) as Permit
  registry().add(granted)
  return granted
}

/** Drivers call this first wherever content leaves: a permit that core did not mint, or that is for something else, is refused. */
export function assertPermit(
  permit: Permit,
  wanted: { readonly purpose: Permit['purpose']; readonly sha256?: string },
): void {
  if (!registry().has(permit)) {
    throw new AnytuneError('policy-refused', 'content may not be sent: the permit was not minted by the gate', {
      hint: 'call the driver through createTuner',
    })
  }
  if (permit.purpose !== wanted.purpose || permit.sha256 !== wanted.sha256) {
    throw new AnytuneError('policy-refused', 'content may not be sent: the permit is for something else', {
      hint: 'a permit is for one dataset, or for one question: call the driver through createTuner',
    })
  }
}
