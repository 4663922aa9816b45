import { randomBytes } from 'node:crypto'
import { EmulatorError } from './errors.ts'

/** What every account's name begins with; the name is its API key as well. */
export const ACCOUNT_PREFIX = 'emulator-'

/** The accounts of one vendor; each begins empty, when it is first named. */
export interface Accounts<State> {
  /** Undefined for a name that cannot be an account's. */
  find(name: string): State | undefined
  reset(name?: string): void
}

/** Makes a vendor's accounts. `drop` ends what goes on in one that is forgotten. */
export function createAccounts<State>(
  open: (name: string) => State,
  drop: (state: State) => void = () => undefined,
): Accounts<State> {
  const states = new Map<string, State>()
  return {
    find(name) {
      if (!isAccountName(name)) return undefined
      const state = states.get(name) ?? open(name)
      states.set(name, state)
      return state
    },
    reset(name) {
      for (const [key, state] of states) {
        if (name !== undefined && key !== name) continue
        drop(state)
        states.delete(key)
      }
    },
  }
}

/** A name of an account that nobody has used. */
export function newAccountName(): string {
  return `${ACCOUNT_PREFIX}key-${randomBytes(6).toString('hex')}`
}

/** True for what may be an account's name. */
export function isAccountName(name: string): boolean {
  return /^emulator-[A-Za-z0-9._-]{1,100}$/.test(name)
}

/** The name as it was given; anything that cannot be an account's is an `EmulatorError`. */
export function assertAccountName(name: string): string {
  if (isAccountName(name)) return name
  throw new EmulatorError(`an account's name begins with "${ACCOUNT_PREFIX}", then letters, digits, ".", "_" or "-"`)
}
