import { randomBytes } from 'node:crypto'
import type { Calls } from '../calls.ts'
import type { Attempt, Context, Created, Found } from '../driver.ts'
import { AnytuneError, DEFAULT_HINTS } from '../errors.ts'
import { backoffMs, delay, isBearable, pauseMs } from '../retry.ts'
import type { Decision } from '../tuner.ts'
import type { Journal, JournalEntry, StoredEntry } from './journal.ts'

/** What the journal says of one step. */
export interface StepState {
  readonly state: 'begun' | 'done' | 'refused' | 'unsure'
  readonly key: string
  /** When it was first begun: nothing that it made is older. */
  readonly since: Date
  readonly saved?: unknown
  /** Id of the thing made. */
  readonly id?: string
  readonly candidates?: readonly string[]
  /** What the user decided: an id to take, or null to make it again. */
  readonly adopt?: string | null
}

/** How one step makes its thing, and finds it again. */
export interface StepMaker<State extends Created> {
  /** The driver operation, such as `jobs.create`. */
  readonly operation: string
  create(attempt: Attempt, context: Context): Promise<Created>
  find(attempt: Attempt, context: Context): Promise<Found<State>>
  get(id: string, context: Context): Promise<State>
  /** A second one would harm nobody: make it again when nothing like it is listed. */
  readonly harmless?: boolean
}

export interface StepHooks {
  readonly signal?: AbortSignal
  /** Asked before anything is made, also when an earlier attempt left it undone; what it throws leaves the step as it was. */
  readonly permitted?: () => Promise<unknown>
  readonly onState?: (state: StepState['state']) => void
  readonly onBytes?: (bytes: number) => void
}

/** Looks at an unsure vendor this often before asking the user: lists lag behind creates. */
const FIND_ATTEMPTS = 4
/** The vendor's clock may be behind ours by this much. */
const CLOCK_ALLOWANCE_MS = 10 * 60_000
/** A vendor that loses this many requests in a row is not retried further; the run can be resumed. */
const CREATE_ATTEMPTS = 3

/** A new operation id: lower-case letters and digits, short enough to be part of every vendor's names. */
export function newOperationId(kind: 'run' | 'deploy' | 'purge' | 'ask'): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  const id = Array.from(randomBytes(10), (byte) => alphabet[byte % alphabet.length]).join('')
  return `${kind}-${id}`
}

/**
 * Writes down what the user decided about the step that is unsure.
 *
 * @throws AnytuneError `failed-precondition` when there is nothing to decide.
 */
export async function decide(journal: Journal, id: string, decision: Decision): Promise<void> {
  const unsure = [...foldSteps(await journal.read(id))].find(([, { state }]) => state === 'unsure')
  if (unsure === undefined) {
    throw new AnytuneError('failed-precondition', `${id} has nothing to decide`, { hint: 'go on without a decision' })
  }
  await journal.append(id, { type: 'decided', step: unsure[0], adopt: 'adopt' in decision ? decision.adopt : null })
}

/** What the entries say of each step, the last word of each winning. */
export function foldSteps(entries: readonly StoredEntry[]): ReadonlyMap<string, StepState> {
  const steps = new Map<string, StepState>()
  for (const { at, entry } of entries) {
    if (!('step' in entry)) continue
    const past = steps.get(entry.step)
    const next = foldStep(past, entry, at)
    if (next !== undefined) steps.set(entry.step, next)
  }
  return steps
}

type StepEntry = Extract<JournalEntry, { readonly step: string }>

function foldStep(past: StepState | undefined, entry: StepEntry, at: Date): StepState | undefined {
  if (entry.type === 'begun') {
    // Another key is another attempt: nothing that was saved for, or decided about, the one before is for it.
    if (past?.key !== entry.key) return { state: 'begun', key: entry.key, since: at }
    const { adopt: _, ...kept } = past
    return { ...kept, state: 'begun' }
  }
  if (past === undefined) return undefined
  switch (entry.type) {
    case 'saved': {
      const { saved: _, ...rest } = past
      // Null stands where a state was erased.
      return entry.state === null ? rest : { ...rest, saved: entry.state }
    }
    case 'done':
      return { ...past, state: 'done', id: entry.id } as const
    case 'refused':
      return { ...past, state: 'refused' } as const
    case 'unsure':
      return { ...past, state: 'unsure', candidates: entry.candidates } as const
    case 'decided':
      return { ...past, adopt: entry.adopt }
  }
}

/**
 * Makes one thing at the vendor exactly once, across crashes and processes; returns its id.
 *
 * The attempt is journalled before anything is sent. When an earlier attempt's fate is not known, the thing is looked for and
 * made again only on the driver's promise that it is absent. Otherwise the step stops.
 *
 * @throws AnytuneError `needs-decision` with the candidates, or the vendor's refusal.
 */
export async function runStep<State extends Created>(
  calls: Calls,
  journal: Journal,
  operation: string,
  step: string,
  maker: StepMaker<State>,
  hooks: StepHooks = {},
): Promise<string> {
  const write = async (entry: JournalEntry) => {
    await journal.append(operation, entry)
    if (entry.type === 'begun' || entry.type === 'done' || entry.type === 'refused' || entry.type === 'unsure') {
      hooks.onState?.(entry.type)
    }
  }
  const past = async () => foldSteps(await journal.read(operation)).get(step)
  const done = async (id: string) => {
    await write({ type: 'done', step, id })
    await journal.forget(operation, step)
    return id
  }

  /** Somebody else's thing has the name, when nothing of ours is found under it. */
  let taken: AnytuneError | undefined
  for (let creates = 0; ; creates++) {
    const known = await past()
    if (known?.state === 'done' && known.id !== undefined) {
      // The process that was done may have died before it could.
      if (known.saved !== undefined) await journal.forget(operation, step)
      return known.id
    }
    if (known?.state === 'begun' || known?.state === 'unsure') {
      const id = await settle(known)
      if (id !== undefined) return done(id)
      if (creates >= CREATE_ATTEMPTS) throw taken ?? lost(calls, maker.operation)
    }
    await hooks.permitted?.()
    await write({ type: 'begun', step, key: nextKey(known) })
    const id = await create()
    if (id !== undefined) return done(id)
  }

  /** The same key for the same attempt; a new one when the user wants a second thing, which a vendor must not take for the first. */
  function nextKey(known: StepState | undefined): string {
    const first = `${operation}-${step}`
    if (known?.adopt !== null) return known?.key ?? first
    const count = known.key === first ? 1 : Number(known.key.slice(first.length + 1))
    return `${first}-${count + 1}`
  }

  /** The id of the thing; undefined when its fate is not known. */
  async function create(): Promise<string | undefined> {
    let broken: { readonly error: unknown } | undefined
    const context = calls.context(maker.operation, hooks.signal, {
      save: (state) => write({ type: 'saved', step, state }),
      progress(bytes) {
        try {
          hooks.onBytes?.(bytes)
        } catch (error) {
          broken = { error }
          throw error
        }
      },
    })
    for (let attempt = 1; ; attempt++) {
      hooks.signal?.throwIfAborted()
      // Read anew each time: the attempt before may have saved an upload that this one goes on with.
      const known = await past()
      if (known === undefined) throw new Error(`the step ${step} was not begun`)
      try {
        return (await maker.create(attemptOf(known), context)).id
      } catch (cause) {
        // What became of the request is left open in the journal: the next process looks for it.
        hooks.signal?.throwIfAborted()
        // The caller's own error is nothing that a driver could name.
        if (broken !== undefined) throw broken.error
        const { error, reached, exhausted } = calls.understand(cause, maker.operation)
        // `already-exists`: an earlier request of ours came through late. It is looked for.
        taken = error.code === 'already-exists' ? error : undefined
        // What was open of a part stays open in the journal: resumed, the step goes on with the others.
        if (exhausted && reached === 'maybe') throw error
        if (reached === 'maybe' || taken !== undefined) return undefined
        if (!error.retryable || exhausted || attempt >= calls.policy.attempts || !isBearable(error.retryAfterMs)) {
          await write({ type: 'refused', step, code: error.code })
          throw error
        }
        await delay(pauseMs(calls.policy, attempt, error.retryAfterMs), hooks.signal)
      }
    }
  }

  /** The id of what an earlier attempt made; undefined when it surely made nothing. */
  async function settle(known: StepState): Promise<string | undefined> {
    const { adopt } = known
    if (adopt === null) return undefined
    if (adopt !== undefined) {
      return (await calls.read(`${maker.operation} (adopt)`, (context) => maker.get(adopt, context), hooks.signal)).id
    }
    let found = await look(known)
    for (let attempt = 1; found.state === 'unsure' && attempt < FIND_ATTEMPTS; attempt++) {
      await delay(backoffMs(calls.policy, attempt), hooks.signal)
      found = await look(known)
    }
    if (found.state === 'found') return found.value.id
    if (found.state === 'absent') return undefined
    if (maker.harmless === true && found.candidates.length === 0) return undefined
    const candidates = found.candidates.map((candidate) => candidate.id)
    await write({ type: 'unsure', step, candidates })
    throw undecided(calls, maker.operation, candidates)
  }

  function look(known: StepState): Promise<Found<State>> {
    return calls.read(`${maker.operation} (find)`, (context) => maker.find(attemptOf(known), context), hooks.signal)
  }
}

/** The attempt that a step's state tells of, as a driver is given it. */
export function attemptOf(known: StepState): Attempt {
  const since = new Date(known.since.getTime() - CLOCK_ALLOWANCE_MS)
  return { key: known.key, since, ...(known.saved !== undefined && { resume: known.saved }) }
}

function undecided(calls: Calls, operation: string, candidates: readonly string[]): AnytuneError {
  const { provider } = calls.driver
  return new AnytuneError('needs-decision', `${provider} ${operation}: whether it was made before cannot be told`, {
    provider,
    operation,
    hint:
      candidates.length > 0
        ? 'look at the candidates at the provider; if one of them is it, take it as ours, and if none is, have it made again'
        : DEFAULT_HINTS['needs-decision'],
    data: { candidates },
  })
}

function lost(calls: Calls, operation: string): AnytuneError {
  const { provider } = calls.driver
  return new AnytuneError('unavailable', `${provider} ${operation}: the request was lost ${CREATE_ATTEMPTS} times`, {
    provider,
    operation,
    hint: 'wait until the provider answers again',
  })
}
